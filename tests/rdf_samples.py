"""Small graphs that the tests of RDF, queries and server share; names are invented, but for a few everybody knows."""

from __future__ import annotations

from kg.catalogue import Entry
from kg.graph import build
from kg.model import Annotation, Entity, Link, Mention, Paper, Result
from kg.tables import KnowledgeGraph

CATALOGUE = (
    Entry("ResNet", "Method", ("residual network",), (), "2015", "arXiv:1512.03385"),
    Entry("ImageNet", "Dataset", (), (), "2009", "https://image-net.org"),
    Entry("accuracy", "Metric", better="higher", unit="%"),
)


def annotate(
    paper: Paper,
    entities: list[tuple[str, str, str]],
    *,
    links: tuple[tuple[str, str], ...] = (),
    results: tuple[tuple[str, str, str, str, str], ...] = (),
) -> Annotation:
    """An annotation whose spans are found by name; a sentence ends at `. ` or at the end of the title."""
    text = paper.text
    mentions = [Mention(text.find(n), text.find(n) + len(n), n, kind, 0.9, "ner") for n, kind, _ in entities]
    ends = [i + 1 for i in range(len(text)) if text[i] == "\n" or text[i : i + 2] == ". "] + [len(text)]
    return Annotation(
        paper,
        tuple(sorted(mentions, key=lambda m: m.start)),
        tuple(Entity(n, kind, role, (), 1.0) for n, kind, role in entities),
        tuple(Link(url, kind, text.find(url), text.find(url) + len(url)) for url, kind in links),
        tuple(Result(*row, text.find(row[4]), text.find(row[4]) + len(row[4]), 0.8) for row in results),
        tuple(zip([0, *ends[:-1]], ends, strict=True)),
    )


def known_graph() -> KnowledgeGraph:
    """Six papers whose every relation a test can state by hand."""
    task, fine = "image classification", "fine-grained image classification"
    return build(
        [
            annotate(
                Paper(
                    "zorb",
                    "Zorbnet: wide nets",
                    f"We propose Zorbnet for {task}. Zorbnet beats ResNet on ImageNet by 2.3% accuracy. "
                    "Code: https://github.com/x/zorb and a demo at https://zorb.example.org/demo",
                    authors=("Ann Bee", "Émile Cé"),
                    published="2021-01-05",
                    arxiv_id="2101.00001",
                    categories=("cs.CV", "cs.LG"),
                    sources=("papers.txt:1",),
                ),
                [
                    ("Zorbnet", "Method", "proposed"),
                    ("ResNet", "Method", "compared"),
                    ("ImageNet", "Dataset", "evaluated"),
                    ("accuracy", "Metric", "reported"),
                    (task, "Task", "addressed"),
                ],
                links=(("https://github.com/x/zorb", "code"), ("https://zorb.example.org/demo", "demo")),
                results=(("Zorbnet", "ResNet", "ImageNet", "accuracy", "2.3%"),),
            ),
            annotate(
                Paper(
                    "flim",
                    "Flimset: pictures of moths",
                    f"We introduce Flimset for {fine}. We train Zorbnet and reach 71.5% accuracy on Flimset.",
                    published="2022-03",
                    doi="10.1234/flim",
                    sources=("papers.txt:3",),
                ),
                [
                    ("Flimset", "Dataset", "introduced"),
                    ("Zorbnet", "Method", "used"),
                    ("accuracy", "Metric", "reported"),
                    (fine, "Task", "addressed"),
                ],
                results=(("Zorbnet", "", "Flimset", "accuracy", "71.5%"),),
            ),
            annotate(
                Paper(
                    "krell",
                    "Krellformer",
                    f"We propose Krellformer for {task}. On Flimset it beats Zorbnet by 4.1 points. "
                    "It is built on ResNet. Code is at https://github.com/y/krell",
                    published="2023",
                    sources=("papers.txt:5",),
                ),
                [
                    ("Krellformer", "Method", "proposed"),
                    ("Zorbnet", "Method", "compared"),
                    ("ResNet", "Method", "used"),
                    ("Flimset", "Dataset", "evaluated"),
                    (task, "Task", "addressed"),
                ],
                links=(("https://github.com/y/krell", "code"),),
                results=(("Krellformer", "Zorbnet", "Flimset", "accuracy", "4.1 points"),),
            ),
            annotate(
                Paper(
                    "again",
                    "Revisiting Krellformer",
                    f"For {task} we find that Zorbnet beats Krellformer on Flimset by 1.2 points with ResNet. "
                    "We start from https://github.com/x/zorb",
                    published="2023-05-02",
                    sources=("papers.txt:7",),
                ),
                [
                    ("Zorbnet", "Method", "used"),
                    ("Krellformer", "Method", "compared"),
                    ("ResNet", "Method", "used"),
                    ("Flimset", "Dataset", "evaluated"),
                    (task, "Task", "addressed"),
                ],
                links=(("https://github.com/x/zorb", "code"),),
                results=(("Zorbnet", "Krellformer", "Flimset", "accuracy", "1.2 points"),),
            ),
            annotate(
                Paper(
                    "bench",
                    "Quillbench: a test of everything",
                    "We introduce Quillbench and Nobodyset for depth estimation. ResNet is a start.",
                    published="2022",
                    sources=("papers.txt:9",),
                ),
                [
                    ("Quillbench", "Benchmark", "introduced"),
                    ("Nobodyset", "Dataset", "introduced"),
                    ("depth estimation", "Task", "addressed"),
                    ("ResNet", "Method", "mentioned"),
                ],
            ),
            annotate(
                Paper(
                    "tail", "On Quillbench", "We test ResNet on Quillbench and ImageNet.", sources=("papers.txt:11",)
                ),
                [
                    ("ResNet", "Method", "used"),
                    ("Quillbench", "Benchmark", "evaluated"),
                    ("ImageNet", "Dataset", "evaluated"),
                ],
            ),
        ],
        catalogue=CATALOGUE,
    )


HOSTILE = (
    "quotes \" and ' and \\ back",
    "<script>alert(1)</script> & &amp;",
    "control \x00\x01\x1f\x7f\x85 here",
    "carriage\rreturn\r\nand line\nfeed\ttab",
    r"\textbf{bold} $x^2$ Z\"urich 14.8\%",
    "emoji 😀 and \U0001f9ea",
    "right-to-left \u202e\u05d0\u05d1\u05d2 end",
    "spaces in <iri> {braces} | ^ `tick`",
    "''' \"\"\" @en ^^<x> . ;",
    "noncharacters \ufffe \uffff \U0010ffff",
    "",
)


def hostile_graph() -> KnowledgeGraph:
    """Papers and names made of what breaks formats."""
    notes = []
    for number, text in enumerate(HOSTILE):
        name = text or "x"
        paper = Paper(
            f"h{number} {text}",
            f"Title {number} {text}",
            f"We use {name} here. See https://example.org/a b<c>{{d}}|e and http://[bad.",
            authors=(text,) if text else (),
            published=("2020", "20-1", "2021-02-30", "0000", "")[number % 5],
            url=f"https://example.org/{text}",
            categories=(text,) if text else (),
            sources=(f"in {text}.txt:1",),
        )
        notes.append(
            annotate(
                paper,
                [(name, "Method", "used")],
                links=(("https://example.org/a b<c>{d}|e", "project"), ("http://[bad", "other")),
                results=((name, "", "", "F1", "1,000,000,000,000,000,000,000"),),
            )
        )
    return build(notes)


def empty_graph() -> KnowledgeGraph:
    """A graph of nothing."""
    return build([])
