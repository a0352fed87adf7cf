import pytest

from kg.files import atomic_path, atomic_write


def test_files_keep_the_old_file_when_writing_fails(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(UnicodeEncodeError), atomic_write(target) as out:
        out.write("new")
        out.write("\ud800")
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_files_leave_nothing_behind_when_the_block_writes_nothing(tmp_path):
    with pytest.raises(FileNotFoundError), atomic_path(tmp_path / "a.txt"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_files_write_line_ends_as_given_and_ordinary_rights(tmp_path):
    with atomic_write(tmp_path / "a") as out:
        out.write("x\ny\r\n")
    (tmp_path / "b").write_text("")
    assert (tmp_path / "a").read_bytes() == b"x\ny\r\n"
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode
