from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from kg.catalogue import Entry, check_catalogue, read_catalogue
from kg.catalogue_merge import take_in, write_catalogue
from kg.catalogue_sources import SOURCES, read_entries
from kg.cli import main
from kg.errors import InputError

METHODS = [
    {
        "name": "WFT",
        "full_name": "weighted finite transducer",
        "introduced_year": 2000,
        "source_url": "http://arxiv.org/abs/1703.09076v2",
        "collections": [{"collection": "Generative Models"}],
        "num_papers": 3,
    },
    {"name": "FooNet", "full_name": "FooNet", "introduced_year": 2019, "source_url": None, "collections": []},
]
DATASETS = [
    {
        "name": "BarSet",
        "full_name": "The Bar Set\tof tabs",
        "homepage": "https://bar.example/",
        "introduced_date": "2021-01-02",
        "variants": ["BarSet v2"],
    }
]
TABLES = [
    {
        "task": "Foo Detection",
        "synonyms": ["detection of foo"],
        "datasets": [{"dataset": "BarSet", "sota": {"metrics": ["Foo Score"], "rows": []}}],
        "subtasks": [{"task": "Tiny Foo Detection", "datasets": [], "subtasks": []}],
    }
]
CSO = """"<https://cso.kmi.open.ac.uk/topics/learning>","<http://cso.kmi.open.ac.uk/schema/cso#superTopicOf>","<https://cso.kmi.open.ac.uk/topics/deep_foo>"
"<https://cso.kmi.open.ac.uk/topics/deep_foos>","<http://cso.kmi.open.ac.uk/schema/cso#preferentialEquivalent>","<https://cso.kmi.open.ac.uk/topics/deep_foo>"
"<https://cso.kmi.open.ac.uk/topics/deep_foo>","<http://www.w3.org/2000/01/rdf-schema#label>","deep foo"
"""
SAMPLES = {
    "pwc-methods": ("methods.json", json.dumps(METHODS)),
    "pwc-datasets": ("datasets.jsonl", "\n".join(json.dumps(row) for row in DATASETS)),
    "pwc-tables": ("evaluation-tables.json", json.dumps(TABLES)),
    "cso": ("CSO.csv", CSO),
    "table": (
        "mine.csv",
        'Name,Type,Aliases,Broader,Year\nFoo pruning,method,FPR|pruning of foo,pruning,2020\n"<script>",Task,,,\n',
    ),
    "list": ("tasks.txt", '"Foo ranking"\n"Bar ranking"\n'),
}


def sample(tmp_path: Path, name: str, *, zipped: bool = False) -> Path:
    file, text = SAMPLES[name]
    path = tmp_path / (file + ".gz" * zipped)
    path.write_bytes(gzip.compress(text.encode()) if zipped else text.encode())
    return path


def test_catalogue_sources_have_a_sample_each():
    assert set(SAMPLES) == set(SOURCES)


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("name", SOURCES)
def test_catalogue_sources_read_their_sample_and_no_other_does(tmp_path, name, zipped):
    path = sample(tmp_path, name, zipped=zipped)
    assert read_entries(path)
    file, text = SAMPLES[name]
    assert next(n for n, source in SOURCES.items() if source.is_it(file.casefold(), text)) == name


def test_catalogue_sources_read_methods_with_full_names_cues_and_homes(tmp_path):
    first, second = read_entries(sample(tmp_path, "pwc-methods"))
    assert (first.name, first.aliases, first.year, first.home) == (
        "weighted finite transducer",
        ("WFT",),
        "",
        "arXiv:1703.09076",
    )
    assert first.cues["WFT"] == ("weighted", "finite", "transducer")
    assert (second.name, second.aliases, second.year) == ("FooNet", (), "2019")


def test_catalogue_sources_read_datasets_tasks_and_metrics(tmp_path):
    (data,) = read_entries(sample(tmp_path, "pwc-datasets"))
    assert (data.type, data.name, data.aliases, data.home) == (
        "Dataset",
        "BarSet",
        ("The Bar Set of tabs",),
        "https://bar.example/",
    )
    kinds = {(e.type, e.name): e for e in read_entries(sample(tmp_path, "pwc-tables"))}
    assert set(kinds) == {
        ("Task", "Foo Detection"),
        ("Dataset", "BarSet"),
        ("Metric", "Foo Score"),
        ("Task", "Tiny Foo Detection"),
    }
    assert kinds["Task", "Tiny Foo Detection"].broader == ("Foo Detection",)


@pytest.mark.parametrize("ending", ["csv", "nt"])
def test_catalogue_sources_read_the_computer_science_ontology(tmp_path, ending):
    text = CSO if ending == "csv" else CSO.replace('"<', "<").replace('>"', ">").replace(",", " ").replace("\n", " .\n")
    path = tmp_path / f"CSO.{ending}"
    path.write_text(text)
    assert {(e.type, e.name, e.aliases, e.broader) for e in read_entries(path, kind="Method")} == {
        ("Method", "learning", (), ()),
        ("Method", "deep foo", ("deep foos",), ("learning",)),
    }


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("x.csv", b"name,type\nfoo,Planet\n", "2: type 'Planet'"),
        ("x.json", b"[{", "no known catalogue format"),
        ("x.json", b"\xff\xfe", "cannot be read"),
        ("x.gz", b"\x1f\x8bno", "cannot be read"),
        ("cso.ttl", b"<http://cso.kmi.open.ac.uk/schema/cso#superTopicOf", "no valid RDF"),
    ],
)
def test_catalogue_sources_say_what_is_wrong_with_a_file(tmp_path, name, data, problem):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=problem):
        read_entries(tmp_path / name)


def test_take_in_leaves_the_catalogue_as_it_is_and_reports_conflicts():
    base = [Entry("BERT", "Method", ("bert model",)), Entry("GPT", "Method"), Entry("MMLU", "Benchmark")]
    others = [
        Entry("MMLU", "Dataset"),
        Entry("FooNet", "Method", ("BERT", "GPT")),
        Entry("BarNet", "Method", broader=("GPT", "BERT")),
    ]
    taken = take_in(base, others)
    assert (taken.new, taken.known) == (1, 1)
    assert taken.conflicts == ("Method 'FooNet': its names are those of 'BERT', 'GPT'",)
    assert taken.entries == (*base, Entry("BarNet", "Method", broader=("GPT",)))


def test_take_in_makes_no_circle():
    others = [Entry("a one", "Task", broader=("b one",)), Entry("b one", "Task", broader=("a one",))]
    taken = take_in([], others)
    assert check_catalogue(taken.entries) == [] and "circle" in taken.conflicts[0]


def test_catalogue_written_is_read_as_it_was(tmp_path):
    entries = [e for name in SAMPLES for e in take_in([], read_entries(sample(tmp_path, name))).entries]
    write_catalogue(entries, tmp_path / "lexicon")
    assert sorted(read_catalogue(tmp_path / "lexicon"), key=lambda e: (e.type, e.name)) == sorted(
        entries, key=lambda e: (e.type, e.name)
    )


def test_catalog_import_makes_a_lexicon_that_a_build_uses(tmp_path, capsys):
    assert main(["catalog", "import", str(sample(tmp_path, "table")), "-o", str(tmp_path / "lexicon")]) == 0
    assert "2 read: 2 new, 0 known" in capsys.readouterr().err
    assert main(["catalog", str(tmp_path / "lexicon")]) == 0
    papers = tmp_path / "papers.jsonl"
    papers.write_text(
        json.dumps({"id": "1", "title": "Less", "abstract": "We study foo pruning and the pruning of foo."})
    )
    build = ["build", str(papers), "-o", str(tmp_path / "out"), "--fast", "--to", "csv", "--no-check"]
    assert main([*build, "--catalog", str(tmp_path / "lexicon")]) == 0
    assert "Foo pruning" in (tmp_path / "out" / "nodes.csv").read_text()


@pytest.mark.parametrize("words", [["import"], ["import", "x.csv"], ["a", "b"]])
def test_catalog_command_says_what_it_lacks(words, capsys):
    assert main(["catalog", *words]) == 2
    assert "kg catalog import" in capsys.readouterr().err
