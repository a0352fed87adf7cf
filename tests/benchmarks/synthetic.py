"""Graphs of any size to measure with: papers that name a few common things and many rare ones, in sentences, with results.

python -m tests.benchmarks.synthetic 20000 FOLDER                writes one as `kg build` would, tables alone
    python -m tests.benchmarks.synthetic 20000 FOLDER --copies 5     five times as large, without linking all of it
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from kg.graph import build
from kg.model import Annotation, Entity, Link, Mention, Paper, Result
from kg.storage import write
from kg.tables import KnowledgeGraph, table

WORDS = (
    "robust", "sparse", "neural", "graph", "vision", "speech", "causal", "dense", "latent", "fast",
    "deep", "local", "online", "masked", "noisy", "prompt", "token", "spectral", "joint", "linear",
    "hybrid", "tiny", "global", "soft", "hard", "dual", "cross", "mixed", "early", "late",
)  # fmt: skip
# type, role, how many a paper names (least and most), what a sentence says before the name
PLAN = (
    ("Method", "proposed", (1, 1), "In this work on {} and {} data we propose"),
    ("Method", "used", (1, 3), "For the {} and the {} part it builds on"),
    ("Method", "compared", (0, 2), "It does better on {} than on {} input and than"),
    ("Dataset", "evaluated", (1, 2), "With {} and with {} settings we evaluate on"),
    ("Dataset", "introduced", (0, 1), "We collect {} and {} samples and release"),
    ("Task", "addressed", (1, 2), "A {} or a {} system is needed in"),
    ("Metric", "reported", (1, 1), "Over {} and {} splits we report"),
)
METRICS = ("accuracy", "F1", "BLEU", "mAP", "perplexity", "WER", "AUC", "IoU")


def synthetic(papers: int, *, seed: int = 0) -> KnowledgeGraph:
    """A graph of so many papers; the same numbers give the same graph."""
    return build(annotations(papers, seed=seed))


def annotations(papers: int, *, seed: int = 0) -> Iterator[Annotation]:
    """What the papers of such a graph say."""
    chance = random.Random(seed)
    topics = max(4, papers // 250)
    return (_note(number, topics, chance) for number in range(papers))


def copies(graph: KnowledgeGraph, count: int) -> KnowledgeGraph:
    """A graph so many times as large: itself beside copies whose every key ends in their number."""
    keys = {"paper", "entity", "other", "source", "target", "relation", "claim"}
    tables = {}
    for name, whole in graph.tables().items():
        named = [c for c in whole.columns if c in keys or c.endswith("_entity")]
        parts = [whole.assign(**{c: _renamed(whole[c], number) for c in named}) for number in range(count)]
        tables[name] = table(name, pd.concat(parts, ignore_index=True))
    return KnowledgeGraph(**tables)


def _renamed(keys: pd.Series, number: int) -> pd.Series:
    return (keys + f"~{number}").where((keys != "") & (number > 0), keys)


def _name(kind: str, at: int, topic: int) -> str:
    """The `at`-th most common name of its kind and topic."""
    if kind == "Metric":
        return METRICS[at % len(METRICS)]
    first, second = WORDS[at % len(WORDS)], WORDS[(at // 7 + topic) % len(WORDS)]
    joined = f"{first.title()}{second.title()}"
    return {"Method": f"{joined}Net-{topic}x{at}", "Dataset": f"{joined}Set-{topic}x{at}"}.get(
        kind, f"{first} {second} task {topic}x{at}"
    )


def _entities(rank: int, topic: int, chance: random.Random) -> list[tuple[Entity, str]]:
    found = {}
    for kind, role, (least, most), words in PLAN:
        for _ in range(chance.randint(least, most)):
            if role in ("proposed", "introduced"):
                name = _name(kind, rank, topic)
            else:  # a third of what is named belongs to every topic
                common = chance.random() < 0.33
                name = _name(kind, int(150 * chance.random() ** 3), 0 if common else topic)
            found[name] = (Entity(name, kind, role), words)
    return list(found.values())


def _note(number: int, topics: int, chance: random.Random) -> Annotation:
    rank, topic = number // (topics - 1), 1 + number % (topics - 1)
    title = f"{' '.join(chance.choices(WORDS, k=6))} {number}".capitalize()
    parts, mentions, sentences, at = [], [], [(0, len(title) + 1)], len(title) + 1
    entities = _entities(rank, topic, chance)
    for entity, words in entities:
        start = f"{words.format(*chance.choices(WORDS, k=2))} "
        sentence = f"{start}{entity.text}. "
        span = at + len(start), at + len(start) + len(entity.text)
        mentions.append(Mention(*span, entity.text, entity.type, round(chance.uniform(0.5, 1), 3), "ner"))
        sentences.append((at, at + len(sentence)))
        parts.append(sentence)
        at += len(sentence)
    results = []
    if chance.random() < 0.5:
        value = f"{chance.uniform(0.2, 99):.1f}%"
        sentence = f"It gains {value} over what was there."
        first = {e.role: e.text for e, _ in reversed(entities)}
        ends = (first.get(role, "") for role in ("proposed", "compared", "evaluated", "reported"))
        results.append(Result(*ends, value, at + 9, at + 9 + len(value), 0.8))
        sentences.append((at, at + len(sentence)))
        parts.append(sentence)
        at += len(sentence)
    links = []
    if number % 4 == 0:
        url = f"https://github.com/o{number % 999}/r{number}"
        parts.append(f" Code: {url}")
        sentences.append((at, at + len(parts[-1])))
        links.append(Link(url, "code", at + 7, at + 7 + len(url)))
    authors = tuple(f"{a.title()} {b.title()}son" for a, b in zip(*[iter(chance.choices(WORDS, k=6))] * 2, strict=True))
    paper = Paper(
        str(number), title, "".join(parts), authors, published=str(2012 + number % 12), sources=(f"papers.jsonl:{number + 1}",)
    )  # fmt: skip
    return Annotation(
        paper, tuple(mentions), tuple(e for e, _ in entities), tuple(links), tuple(results), tuple(sentences)
    )


def main() -> None:
    """Write one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("papers", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--copies", type=int, default=1)
    options = parser.parse_args()
    graph = copies(synthetic(options.papers), options.copies)
    write(graph, options.folder)
    print(graph)


if __name__ == "__main__":
    main()
