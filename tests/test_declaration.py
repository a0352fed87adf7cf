from __future__ import annotations

import pytest

from kg.declaration import find_pipeline, list_pipelines
from kg.errors import PipelineError


def test_declaration_by_name():
    assert (find_pipeline("abstracts") / "lexicon" / "methods.tsv").is_file()
    assert "abstracts" in list_pipelines()


def test_declaration_by_path(tmp_path):
    (tmp_path / "config.cfg").write_text("")
    assert find_pipeline(tmp_path) == tmp_path == find_pipeline(str(tmp_path))


def test_declaration_own_folder_beats_the_name(tmp_path, monkeypatch):
    (tmp_path / "abstracts").mkdir()
    (tmp_path / "abstracts" / "config.cfg").write_text("")
    monkeypatch.chdir(tmp_path)
    assert find_pipeline("abstracts").resolve() == tmp_path / "abstracts"


def test_declaration_unknown_name_lists_the_known():
    with pytest.raises(PipelineError, match=r"'abstract'.*abstracts"):
        find_pipeline("abstract")


def test_declaration_folder_without_config_is_an_error(tmp_path):
    with pytest.raises(PipelineError, match=r"config\.cfg"):
        find_pipeline(tmp_path)
