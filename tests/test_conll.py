from __future__ import annotations

import json

from kg import read_annotations
from pipelines.train_ner.conll import main, read_sentences

COLUMNS = """We\t40\tO
tag\t43\tO
parts\t47\tB-TASK
of\t53\tI-TASK
speech\t56\tI-TASK
QuuxBank\t63\tB-DATASET
F1\t72\tB-METRIC

No\t0\tO
names\t3\tO

BLEU\t7\tB-METRIC
"""


def convert(tmp_path, monkeypatch, *options):
    (tmp_path / "in.conll").write_text(COLUMNS, encoding="utf-8")
    out = tmp_path / "out.jsonl"
    monkeypatch.setattr("sys.argv", ["conll.py", str(tmp_path / "in.conll"), "-o", str(out), *options])
    main()
    return list(read_annotations(out))


def test_conll_spans_keep_type_and_place(tmp_path, monkeypatch):
    first, second, third = convert(tmp_path, monkeypatch)
    assert first.paper.abstract == "We tag parts of speech QuuxBank F1"
    assert [(m.text, m.type) for m in first.mentions] == [
        ("parts of speech", "Task"),
        ("QuuxBank", "Dataset"),
        ("F1", "Metric"),
    ]
    assert all(first.paper.text[m.start : m.end] == m.text for m in first.mentions)
    assert second.mentions == () and [m.text for m in third.mentions] == ["BLEU"]


def test_conll_parts_are_all_of_it_once(tmp_path, monkeypatch):
    ids = {
        option: {n.paper.id for n in convert(tmp_path, monkeypatch, option, "1/2")}
        for option in ("--part", "--without")
    }
    assert ids == {"--part": {"1"}, "--without": {"0", "2"}}


def test_conll_sentences_end_at_blank_lines(tmp_path):
    (tmp_path / "in.conll").write_text(COLUMNS.replace("\n\n", "\n \n\n"), encoding="utf-8")
    assert [len(tokens) for tokens in read_sentences(tmp_path / "in.conll")] == [7, 2, 1]
    assert json.dumps(list(read_sentences(tmp_path / "in.conll"))[2]) == '[["BLEU", 7, "B-METRIC"]]'
