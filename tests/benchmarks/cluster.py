"""Many papers: annotating them by Ray beside `kg annotate` in the same run, and making one graph of ever more of them.

python -m tests.benchmarks.cluster annotate PAPERS [--limit 20000]
python -m tests.benchmarks.cluster graph ANNOTATIONS [--sizes 20000 60000 128000]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path

import kg

ANNOTATE = [sys.executable, "-m", "kg", "annotate"]
CLUSTER = [sys.executable, "-m", "pipelines.cluster.annotate"]
MERGE = [sys.executable, "-m", "kg", "merge"]


def run(command: Sequence[str | Path]) -> tuple[float, float, float]:
    """Seconds on the clock, seconds of processor time and peak memory in GB of one command."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0, command
    return time.perf_counter() - begin, used.ru_utime + used.ru_stime, used.ru_maxrss / 1e6


def compare(papers: str, limit: int) -> None:
    """Print how many papers a second each way annotates, its start included."""
    os.environ["RAY_worker_niceness"] = "0"  # noqa: SIM112 - so spelled; or Ray's workers would give way to others
    cores = str(os.cpu_count())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "papers.jsonl")
        with path.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(asdict(p)) + "\n" for p in islice(kg.read_papers(papers), limit))
        ways = {
            f"kg annotate --fast --processes {cores}": [
                *ANNOTATE,
                path,
                "-o",
                Path(folder, "notes.jsonl"),
                "--processes",
                cores,
            ],
            f"Ray, {cores} cores": [*CLUSTER, path, "-o", Path(folder, "parts"), "--cores", cores],
            "Ray, all parts there": [*CLUSTER, path, "-o", Path(folder, "parts"), "--cores", cores],
        }
        for name, command in ways.items():
            seconds, *_ = run([*command, "--fast"])
            print(f"{name:<36}{seconds:>8.0f} s{limit / seconds:>9.0f} papers/s", flush=True)


def grow(annotations: Path, sizes: Sequence[int]) -> None:
    """Print what `kg merge` needs for the first papers of a file of annotations, exports left out."""
    print(f"{'papers':>8}{'clock s':>9}{'CPU s':>8}{'ms/paper':>10}{'peak GB':>9}{'kB/paper':>10}")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "notes.jsonl")
            with annotations.open("rb") as lines, path.open("wb") as file:
                file.writelines(islice(lines, size))
            clock, cpu, peak = run([*MERGE, path, "-o", Path(folder, "graph"), "--to", ""])
        print(
            f"{size:>8}{clock:>9.0f}{cpu:>8.0f}{1e3 * cpu / size:>10.2f}{peak:>9.2f}{1e6 * peak / size:>10.1f}",
            flush=True,
        )


def main() -> None:
    """Print a line per way or size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("annotate", "graph"))
    parser.add_argument("file", type=Path)
    parser.add_argument("--limit", type=int, default=20_000)
    parser.add_argument("--sizes", type=int, nargs="+", default=[20_000, 60_000, 128_000])
    options = parser.parse_args()
    if options.what == "annotate":
        compare(str(options.file), options.limit)
    else:
        grow(options.file, options.sizes)


if __name__ == "__main__":
    main()
