"""Annotation by a Ray cluster: one cluster of two workers on this machine for all tests."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg.cli import main
from kg.errors import InputError, PipelineError
from kg.model import Paper

ray = pytest.importorskip("ray", reason="Ray is not installed: pip install 'paperkg[cluster]'")

from pipelines.cluster import annotate as cluster  # noqa: E402 - needs Ray

PAPERS = [
    Paper(str(n), f"Net{n}: a \U0001f680 <b>network</b>", f"We propose Net{n} and beat ResNet on CIFAR-10 by {n}.5%.")
    for n in range(7)
]
FAST = cluster.Settings(fast=True)


@pytest.fixture(scope="module", autouse=True)
def workers():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_worker_niceness", "0")  # or the tests would wait for whatever else the machine does
        cluster.connect("", cores=2)
        yield
        ray.shutdown()


def quiet(items, what, total):
    return items


def annotate(papers, folder: Path, **options) -> cluster.Outcome:
    return cluster.annotate_folder(papers, folder, options.pop("settings", FAST), size=3, progress=quiet)


def parts(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("part-*"))}


def tables(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "tables").iterdir())}


def test_cluster_graph_of_the_parts_is_the_build_of_the_papers(tmp_path):
    path = tmp_path / "papers.jsonl"
    rows = [{"id": p.id, "title": p.title, "abstract": p.abstract} for p in (*PAPERS, PAPERS[2])]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    found = annotate(cluster.read_papers([path]), tmp_path / "parts")
    assert found == cluster.Outcome(made=3, kept=0, failed=0, empty=0)
    assert main(["merge", str(tmp_path / "parts"), "-o", str(tmp_path / "merged"), "--to", ""]) == 0
    assert main(["build", str(path), "-o", str(tmp_path / "built"), "--to", "", "--fast"]) == 0
    assert tables(tmp_path / "merged") == tables(tmp_path / "built")
    merged, built = (tmp_path / name / "annotations.jsonl" for name in ("merged", "built"))
    assert merged.read_bytes() == built.read_bytes() and b"CIFAR-10" in built.read_bytes()


def test_cluster_run_that_died_goes_on_and_gives_the_same_bytes(tmp_path):
    annotate(PAPERS, tmp_path)
    whole = parts(tmp_path)
    assert len(whole) == 3
    lost = sorted(whole)[1]
    (tmp_path / lost).unlink()
    assert annotate(PAPERS, tmp_path) == cluster.Outcome(made=1, kept=2, failed=0, empty=0)
    assert parts(tmp_path) == whole
    assert sorted(p.name for p in tmp_path.iterdir()) == [*whole, cluster.SETTINGS]


def test_cluster_parts_of_other_papers_are_made_and_the_old_ones_named(tmp_path, capsys):
    annotate(PAPERS, tmp_path)
    assert annotate([*PAPERS[:6], PAPERS[0]], tmp_path) == cluster.Outcome(made=1, kept=2, failed=0, empty=0)
    assert "holds 1 parts of other papers" in capsys.readouterr().err


def test_cluster_refuses_parts_that_were_made_with_other_settings(tmp_path):
    annotate(PAPERS[:1], tmp_path)
    with pytest.raises(InputError, match="other settings"):
        annotate(PAPERS[:1], tmp_path, settings=cluster.Settings(fast=True, min_score=0.5))


def test_cluster_bad_paper_is_said_counted_and_comes_out_empty(tmp_path, capsys):
    found = annotate([PAPERS[0], Paper("long", "T", "word " * 200_001), PAPERS[1]], tmp_path)
    assert found == cluster.Outcome(made=1, kept=0, failed=0, empty=1)
    assert "paper long: 1000007 characters are no abstract" in capsys.readouterr().err
    (data,) = parts(tmp_path).values()
    assert [len(json.loads(line)["mentions"]) > 0 for line in gzip.decompress(data).splitlines()] == [True, False, True]


def test_cluster_part_whose_worker_dies_is_tried_again(tmp_path, monkeypatch):
    marker, whole = tmp_path / "died", cluster.annotate_part

    def dies_once(papers, settings):
        if papers[0].id == "3" and not marker.exists():
            marker.touch()
            os._exit(1)
        return whole(papers, settings)

    monkeypatch.setattr(cluster, "annotate_part", dies_once)
    assert annotate(PAPERS, tmp_path) == cluster.Outcome(made=3, kept=0, failed=0, empty=0)
    assert marker.exists()


def test_cluster_part_that_cannot_be_made_does_not_keep_the_others(tmp_path, monkeypatch, capsys):
    def fails(papers, settings):
        if papers[0].id == "3":
            raise ZeroDivisionError("on purpose")
        return cluster.Annotated(b"", ())

    monkeypatch.setattr(cluster, "annotate_part", fails)
    assert annotate(PAPERS, tmp_path) == cluster.Outcome(made=2, kept=0, failed=1, empty=0)
    assert "part-00001" in (said := capsys.readouterr().err) and "on purpose" in said
    assert [name[:10] for name in parts(tmp_path)] == ["part-00000", "part-00002"]


def test_cluster_stops_where_a_machine_has_another_pipeline(tmp_path):
    with pytest.raises(PipelineError, match="another pipeline 'abstracts'"):
        list(cluster.annotate_parts(cluster.cut(PAPERS), cluster.Settings(fast=True, mark="of another machine")))


def test_cluster_command_says_what_it_did(tmp_path):
    path = tmp_path / "papers.csv"
    path.write_text("title,abstract\nMixup,We propose Mixup.\nNothing,\n", encoding="utf-8")
    command = [sys.executable, "-m", "pipelines.cluster.annotate", path, "-o", tmp_path / "parts", "--fast"]
    address = ray.get_runtime_context().gcs_address
    done = subprocess.run([*command, "--address", address], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"{tmp_path / 'parts'}\n"), done.stderr
    assert "papers.csv:3: " in done.stderr
    assert "1 papers read, 1 records skipped, 0 papers empty; 1 parts made, 0 kept, 0 failed" in done.stderr
    assert len(parts(tmp_path / "parts")) == 1


def test_cluster_command_without_a_cluster_says_so(tmp_path, monkeypatch, capsys):
    path = tmp_path / "papers.csv"
    path.write_text("title,abstract\nMixup,We propose Mixup.\n", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["annotate", str(path), "-o", str(tmp_path / "out"), "--address", "nonsense"])
    monkeypatch.setattr(cluster.ray, "init", lambda **options: (_ for _ in ()).throw(ConnectionError("refused")))
    assert cluster.main() == 2
    assert "no Ray cluster at 'nonsense' (refused)" in capsys.readouterr().err
