from __future__ import annotations

import gzip
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from kg.cli import COMMANDS, main
from kg.declaration import find_pipeline
from kg.run import build_folder

ROOT = Path(__file__).parent.parent
PAPERS = [
    {
        "id": "p1",
        "title": "FooNet: Seeing More with Less",
        "abstract": "We propose FooNet, a residual network. FooNet outperforms ResNet by 2.5% accuracy on ImageNet. "
        "Code is available at https://github.com/foo/foonet.",
        "published": "2021-03-04",
    },
    {
        "id": "p2",
        "title": "Training FooNet on Small Data",
        "abstract": "We extend FooNet, a residual network, to few labels. FooNet outperforms ResNet on CIFAR-10, and we report "
        "the accuracy of FooNet for image classification.",
        "published": "2022",
    },
]


@pytest.fixture(scope="module")
def papers(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("papers") / "papers.jsonl"
    path.write_text("".join(json.dumps(p) + "\n" for p in PAPERS), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def built(papers, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("graph")
    assert main(["build", str(papers), "-o", str(folder), "--fast"]) == 0
    return folder


def run(capsys, *arguments: object) -> tuple[int, str, str]:
    code = main([str(a) for a in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and "store" not in p.relative_to(folder).parts
    }


def test_cli_build_writes_everything(built):
    expected = {"annotations.jsonl", "edges.csv", "graph.gexf", "graph.graphml", "graph.html", "graph.ttl", "nodes.csv"}
    assert expected | {"kg.ttl", "report.md", "tables"} <= {p.name for p in built.iterdir()}
    assert not [p for p in built.iterdir() if p.name.startswith(".")]


def test_cli_build_in_python_takes_the_strings_that_the_readme_shows(papers, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    built = build_folder([str(papers)], "outputs", fast=True, formats=())
    assert (tmp_path / "outputs" / "report.md").is_file() and len(built.graph.papers) == 2


def test_cli_build_gives_the_same_bytes_twice(papers, built, tmp_path):
    assert main(["build", str(papers), "-o", str(tmp_path), "--fast"]) == 0
    assert files(tmp_path) == files(built)


def test_cli_build_puts_the_iri_of_each_entity_into_the_annotations(built):
    lines = [json.loads(line) for line in (built / "annotations.jsonl").read_text("utf-8").splitlines()]
    foonet = [e["id"] for line in lines for e in line["entities"] if e["text"] == "FooNet"]
    assert len(foonet) == 2 and len(set(foonet)) == 1 and foonet[0].endswith("/method/foonet")


def test_cli_build_that_breaks_a_shape_names_node_and_line_and_writes_nothing(papers, capsys, tmp_path):
    pipeline = tmp_path / "strict"
    pipeline.mkdir()
    for part in find_pipeline().iterdir():
        (pipeline / part.name).symlink_to(part.resolve())
    shapes = (pipeline / "shapes.ttl").read_text("utf-8")
    (pipeline / "shapes.ttl").unlink()
    rule = "sh:property [ sh:path dcterms:issued ; sh:datatype xsd:date ; sh:message 'A day is wanted.' ] ;\n    sh:nodeKind sh:IRI ;"
    (pipeline / "shapes.ttl").write_text(shapes.replace("sh:nodeKind sh:IRI ;", rule, 1), "utf-8")
    code, _, err = run(capsys, "build", papers, "-o", tmp_path / "out", "--fast", "--pipeline", pipeline)
    assert code == 2 and not (tmp_path / "out").exists()
    assert "1 nodes break the shapes of the RDF (every node was checked): " in err
    assert re.search(
        r"papers\.jsonl:2: paper:\S+ dcterms:issued is '2022': A day is wanted\.; mend the input there", err
    )


def test_cli_validate_says_how_much_it_looked_at(built, capsys):
    assert run(capsys, "validate", built) == (0, "", "valid; every node was checked\n")
    code, _, err = run(capsys, "validate", built, "--sample", "1")
    assert code == 0 and err.startswith(
        "valid; a sample was checked, by the least hash of their names: 1 of 2 papers, 1 of"
    )


def test_cli_annotate_writes_a_line_per_paper_in_order(papers, capsys):
    code, out, _ = run(capsys, "annotate", papers, "--fast")
    assert code == 0
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["p1", "p2"]


def test_cli_score_of_a_file_with_itself_is_perfect(built, capsys):
    notes = built / "annotations.jsonl"
    assert run(capsys, "score", notes, notes, "--fail-under", "1")[0] == 0


def test_cli_query_answers_in_every_format(built, capsys):
    text = "SELECT ?name WHERE { ?m a lpwc-c:method ; skos:prefLabel ?name } ORDER BY ?name"
    assert "FooNet" in run(capsys, "query", built, text)[1]
    assert run(capsys, "query", built, text, "--format", "csv")[1].splitlines()[0] == "name"
    rows = json.loads(run(capsys, "query", built, text, "--format", "json")[1])["results"]["bindings"]
    assert "FooNet" in {row["name"]["value"] for row in rows}


def test_cli_query_says_where_a_query_is_wrong(built, capsys):
    code, out, err = run(capsys, "query", built, "SELECT ?x WHERE { ?x a }")
    assert (code, out) == (2, "") and err.startswith("kg: ")


def test_cli_queries_lists_each_with_a_sentence(capsys):
    code, out, _ = run(capsys, "queries")
    assert code == 0 and len(re.findall(r"^[a-z0-9-]+: ", out, re.M)) >= 25
    topics = re.findall(r"^# (.+)", out, re.M)
    assert len(topics) > 3 and topics == sorted(set(topics))


def test_cli_runs_as_a_module():
    done = subprocess.run([sys.executable, "-m", "kg", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("kg ")


def test_cli_export_info_explain_diff(built, capsys, tmp_path):
    assert run(capsys, "export", built, "--to", "nt", "-o", tmp_path / "g.nt")[0] == 0
    assert (tmp_path / "g.nt").stat().st_size > 1000
    assert "papers" in run(capsys, "info", built)[1]
    assert run(capsys, "explain", built, "foonet")[1].startswith("FooNet  (Method, in 2 papers)")
    assert run(capsys, "diff", built, built) == (0, "change\ttable\tkey\tdetail\n", "")


def test_cli_export_of_rdf_1_2_is_named_either_way(built, capsys, tmp_path):
    for number, arguments in enumerate((["--to", "ttl", "--rdf12"], ["--to", "ttl12"])):
        assert run(capsys, "export", built, *arguments, "-o", tmp_path / str(number))[0] == 0
    assert (tmp_path / "0").read_bytes() == (tmp_path / "1").read_bytes()
    assert b"rdf:reifies <<( " in (tmp_path / "0").read_bytes()
    code, _, err = run(capsys, "export", built, "--to", "gexf", "--rdf12")
    assert code == 2 and "'gexf' has no RDF 1.2; --rdf12 goes with ttl, nt, nq and trig" in err


def test_cli_store_is_built_when_asked_for_and_opened_without_a_reload(papers, capsys, tmp_path):
    assert run(capsys, "build", papers, "-o", tmp_path, "--fast", "--to", "ttl,store")[0] == 0
    before = {p.name: p.stat().st_mtime_ns for p in (tmp_path / "store").iterdir()}
    (tmp_path / "tables").rename(tmp_path / "aside")  # nothing to load again from
    assert "FooNet" in run(capsys, "query", tmp_path, "--name", "names", "--set", "name=FooNet")[1]
    assert {p.name: p.stat().st_mtime_ns for p in (tmp_path / "store").iterdir()} == before
    (tmp_path / "aside").rename(tmp_path / "tables")
    assert run(capsys, "export", tmp_path, "--to", "store", "-o", tmp_path / "other")[0] == 0
    assert "FooNet" in run(capsys, "query", tmp_path / "other", "--name", "names", "--set", "name=FooNet")[1]
    assert run(capsys, "build", papers, "-o", tmp_path, "--fast", "--to", "ttl")[0] == 0
    assert not (tmp_path / "store").exists()  # it would be that of other papers


def test_cli_explain_of_an_unknown_name_gives_the_nearest(built, capsys):
    code, _, err = run(capsys, "explain", built, "FoNet")
    assert code == 2 and "FooNet" in err


def test_cli_merge_of_parts_is_the_build_of_the_whole(papers, built, capsys, tmp_path):
    for number, line in enumerate(papers.read_text("utf-8").splitlines()):
        part = papers.with_name(f"part{number}.jsonl")
        part.write_text(line + "\n", encoding="utf-8")
        assert main(["build", str(part), "-o", str(tmp_path / str(number)), "--fast", "--to", ""]) == 0
    assert main(["merge", str(tmp_path / "0"), str(tmp_path / "1"), "-o", str(tmp_path / "both")]) == 0
    whole, joined = (
        {k: v for k, v in files(folder).items() if not k.startswith(("report", "tables/papers", "annotations"))}
        for folder in (built, tmp_path / "both")
    )
    assert joined.keys() == whole.keys()
    assert joined["tables/relations.parquet"] == whole["tables/relations.parquet"]


def test_cli_merge_of_annotation_files_is_the_build_of_their_papers(papers, built, capsys, tmp_path):
    rows = [*PAPERS, {**PAPERS[0], "id": "copy", "published": "2021"}, {**PAPERS[1], "doi": "10.1/x"}]
    both = papers.with_name("both.jsonl")
    both.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert main(["build", str(both), "-o", str(tmp_path / "whole"), "--fast", "--to", "ttl"]) == 0
    assert main(["annotate", str(both), "-o", str(tmp_path / "notes.jsonl"), "--fast"]) == 0
    lines = (tmp_path / "notes.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "parts").mkdir()
    for number, line in enumerate(lines[1:]):
        (tmp_path / "parts" / f"{number}.jsonl.gz").write_bytes(gzip.compress(line))
    (tmp_path / "first.jsonl").write_bytes(lines[0])
    sources = [tmp_path / "first.jsonl", tmp_path / "parts"]
    assert run(capsys, "merge", *sources, "-o", tmp_path / "joined", "--to", "ttl")[0] == 0
    whole, joined = files(tmp_path / "whole"), files(tmp_path / "joined")
    assert "4 records were read from 2 files; 2 merges" in joined.pop("report.md").decode()
    assert joined == {name: data for name, data in whole.items() if name != "report.md"}


@pytest.mark.parametrize(
    ("name", "data"), [("none.jsonl", None), ("cut.jsonl.gz", gzip.compress(b"{}" * 99)[:20]), ("no.jsonl.gz", b"{}")]
)
def test_cli_merge_names_the_file_that_is_no_annotation_file(name, data, capsys, tmp_path):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    code, _, err = run(capsys, "merge", tmp_path / name, "-o", tmp_path / "out")
    assert code == 2 and f"{name}: cannot be read (" in err and "None" not in err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.txt", b"", "empty.txt"),
        ("binary.txt", bytes(range(256)) * 40, "binary"),
        ("page.html", b"<!doctype html><html><body>Papers</body></html>", "HTML"),
        ("no-abstract.csv", b"title,year\nMixup,2017\n", "abstract"),
        ("cut.jsonl", '{"title": "Zü'.encode()[:-1], "cut.jsonl"),
    ],
)
def test_cli_build_of_bad_input_says_so_and_writes_nothing(name, content, said, capsys, tmp_path):
    (tmp_path / name).write_bytes(content)
    code, out, err = run(capsys, "build", tmp_path / name, "-o", tmp_path / "out", "--fast")
    assert (code, out) == (2, "")
    assert err.startswith("kg: ") and said in err and "Traceback" not in err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "arguments", [["query", "nowhere", "ASK {}"], ["info", "nowhere"], ["export", "x", "--to", "nt"]]
)
def test_cli_without_a_graph_says_how_to_make_one(arguments, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, err = run(capsys, *arguments)
    assert code == 2 and "kg build" in err


def commands() -> list[str]:
    return sorted(add.__name__.removeprefix("_add_") for add in COMMANDS)


@pytest.mark.parametrize("command", commands())
def test_cli_help_of_every_command_has_examples(command, capsys):
    with pytest.raises(SystemExit) as stopped:
        main([command, "--help"])
    assert stopped.value.code == 0
    assert "examples:\n  " in capsys.readouterr().out


def test_cli_every_command_of_the_readme_exists():
    text = (ROOT / "README.md").read_text("utf-8")
    used = {shlex.split(line)[1] for line in re.findall(r"^(?:\$ )?(kg [a-z].*)$", text, re.M)}
    assert used and used <= set(commands())


def test_cli_leaderboard_shows_a_table_of_one_dataset(built, capsys):
    code, out, _ = run(capsys, "leaderboard", built, "imagenet")
    assert code == 0 and out.startswith("dataset\ttask\tmetric\t")
    assert run(capsys, "leaderboard", built, "NoSuchSet")[0] == 2


def test_cli_overrides_stay_with_the_graph_and_survive_a_rebuild_and_a_merge(papers, tmp_path, capsys):
    corrections = tmp_path / "mine.csv"
    corrections.write_text("action,entity,value\nrename,method/foonet,FooNet Classic\n", encoding="utf-8")
    build = ["build", papers, "-o", tmp_path / "out", "--fast", "--to", "csv", "--no-check"]
    assert run(capsys, *build, "--overrides", corrections)[0] == 0
    assert run(capsys, *build)[0] == 0
    assert run(capsys, "merge", tmp_path / "out", "-o", tmp_path / "all", "--to", "csv")[0] == 0
    for folder in ("out", "all"):
        assert "method/foonet-classic" in (tmp_path / folder / "nodes.csv").read_text("utf-8")
        assert (tmp_path / folder / "overrides.csv").read_text("utf-8") == corrections.read_text("utf-8")


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00", b"what,is,this\n", b"action,entity,value\nmerge,method/a,method/a\n"]
)
def test_cli_overrides_that_are_wrong_are_refused_by_name(papers, tmp_path, capsys, data):
    (tmp_path / "o.csv").write_bytes(data)
    code, _, err = run(capsys, "build", papers, "-o", tmp_path / "out", "--fast", "--overrides", tmp_path / "o.csv")
    assert code == 2 and "o.csv" in err and not (tmp_path / "out").exists()
    assert run(capsys, "build", papers, "-o", tmp_path / "out", "--overrides", tmp_path / "none.csv")[0] == 2


def test_cli_export_says_the_licence_in_rdf_alone(built, tmp_path, capsys):
    address = "https://creativecommons.org/licenses/by/4.0/"
    assert main(["export", str(built), "--to", "nt", "--licence", address, "-o", str(tmp_path / "g.nt")]) == 0
    assert f"license> <{address}>" in (tmp_path / "g.nt").read_text("utf-8")
    assert main(["export", str(built), "--to", "gexf", "--licence", address, "-o", str(tmp_path / "g.gexf")]) == 2
    assert "gexf has no place for a licence" in capsys.readouterr().err


def test_cli_licence_of_a_build_stays_with_it(papers, tmp_path, capsys):
    address = "https://spdx.org/licenses/CC-BY-4.0"
    for part, licence in (("a", "CC-BY-4.0"), ("b", "CC-BY-4.0"), ("c", "CC0-1.0")):
        code, _, err = run(
            capsys, "build", papers, "-o", tmp_path / part, "--fast", "--to", "gexf", "--licence", licence
        )
        assert code == 0, err
    question = "SELECT ?l WHERE { ?g dcterms:license ?l } "
    assert address in run(capsys, "query", tmp_path / "a", question, "--format", "csv")[1]
    run(capsys, "export", tmp_path / "a", "--to", "nt", "-o", tmp_path / "a.nt")
    assert f"license> <{address}>" in (tmp_path / "a.nt").read_text("utf-8")
    for parts, kept in ((("a", "b"), True), (("a", "c"), False)):
        run(capsys, "merge", *(tmp_path / p for p in parts), "-o", tmp_path / "whole", "--to", "ttl")
        assert (address in (tmp_path / "whole" / "graph.ttl").read_text("utf-8")) is kept
