from __future__ import annotations

import json

import pytest

from kg.annotations import parse_annotation, read_annotations, write_annotations
from kg.errors import AnnotationError
from kg.model import Annotation, Entity, Link, Mention, Paper, Result

NOTE = Annotation(
    Paper("1", 'A "title" <script>', "BERT \u202e emoji 🚀 beats it by 2\\%.\n", authors=("Zoë",)),
    (Mention(19, 23, "BERT", "Method", 0.5, "ner"),),
    (Entity("BERT", "Method", "proposed", (), 0.5),),
    (Link("https://a.b/c", "code", 0, 1),),
    (Result("BERT", "", "", "", "2\\%", 43, 46, 0.7),),
    ((0, 19), (19, 48)),
)
ROW = {"id": "1", "title": "T", "abstract": "BERT."}


def test_annotations_come_back_as_written(tmp_path):
    path = tmp_path / "a.jsonl"
    assert write_annotations([NOTE, NOTE], path) == 2
    assert list(read_annotations(path)) == [NOTE, NOTE]
    assert [p.name for p in tmp_path.iterdir()] == ["a.jsonl"]


def test_annotations_failing_half_way_write_nothing(tmp_path):
    def notes():
        yield NOTE
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        write_annotations(notes(), tmp_path / "a.jsonl")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"{", "JSON"),
        (b"\xff\xfe", "JSON"),
        (b"[1]", "object"),
        (b'{"id": 1}', "'id'"),
        (json.dumps({**ROW, "mentions": {}}).encode(), "list"),
        (json.dumps({**ROW, "mentions": [{"start": 0}]}).encode(), "'end'"),
        (
            json.dumps({**ROW, "mentions": [{"start": 2, "end": 6, "text": "BERT", "type": "Model"}]}).encode(),
            "'Model'",
        ),
        (
            json.dumps({**ROW, "mentions": [{"start": 3, "end": 7, "text": "BERT", "type": "Method"}]}).encode(),
            "stands at",
        ),
        (
            json.dumps({**ROW, "entities": [{"text": "BERT", "type": "Task", "role": "proposed"}]}).encode(),
            "'proposed'",
        ),
        (json.dumps({**ROW, "links": [{"url": "u", "kind": "blog"}]}).encode(), "'blog'"),
    ],
)
def test_annotations_bad_line_is_named(tmp_path, line, problem):
    path = tmp_path / "a.jsonl"
    path.write_bytes(json.dumps(ROW).encode() + b"\n\n" + line + b"\n")
    with pytest.raises(AnnotationError, match=problem) as caught:
        list(read_annotations(path))
    assert f"{path}:3:" in str(caught.value)


def test_annotations_missing_file_is_an_error(tmp_path):
    with pytest.raises(AnnotationError, match="none"):
        list(read_annotations(tmp_path / "none.jsonl"))


def test_annotations_optional_fields_may_be_absent():
    assert parse_annotation(json.dumps(ROW)) == Annotation(Paper("1", "T", "BERT."))
