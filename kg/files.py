"""Files written whole or not at all: the text goes to a temporary file beside, which then takes the other's place."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

__all__ = ["atomic_path", "atomic_write"]


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; it replaces `path` when the block ends well and is removed when it does not.

    For libraries that want a path to write to; `atomic_write` gives an open file. Missing parent folders are made.

    Example:
        >>> import tempfile
        >>> target = Path(tempfile.mkdtemp()) / "a" / "b.txt"
        >>> with atomic_path(target) as beside:
        ...     _ = beside.write_text("whole")
        >>> target.read_text(), [p.name for p in target.parent.iterdir()]
        ('whole', ['b.txt'])
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name[:100]}.{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def atomic_write(path: Path) -> Iterator[TextIO]:
    r"""An open text file (UTF-8, line ends as written) that becomes `path` when the block ends well.

    Example:
        >>> import tempfile
        >>> target = Path(tempfile.mkdtemp()) / "b.txt"
        >>> with atomic_write(target) as out:
        ...     _ = out.write("naïve")
        >>> target.read_bytes()
        b'na\xc3\xafve'
    """
    with atomic_path(path) as beside, beside.open("w", encoding="utf-8", newline="") as out:
        yield out
