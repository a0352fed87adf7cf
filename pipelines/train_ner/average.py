"""The mean of several checkpoints: `python average.py epoch1.pt epoch2.pt epoch3.pt --start FOLDER -o averaged.pt`.

Checkpoints that share a start lie in one basin, and their mean is better than any of them (Wortsman et al. 2022, "Model soups").
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from resume import load_state


def main() -> None:
    """Reads the arguments, writes a checkpoint."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoints", type=Path, nargs="+", help="as train.py writes them")
    parser.add_argument("--start", type=Path, help="folder of the shipped model that they started from: one more")
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    kept = [torch.load(path, weights_only=True) for path in options.checkpoints]
    states = [checkpoint["state"] for checkpoint in kept]
    if options.start:
        states.append(load_state(options.start))
    mean = {name: torch.stack([state[name].float() for state in states]).mean(0) for name in states[0]}
    torch.save({"state": mean, "config": kept[0]["config"]}, options.output)


if __name__ == "__main__":
    main()
