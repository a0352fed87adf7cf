"""Path, folder, glob or stdin → open files, decompressed, with their first bytes to sniff at, and numbered lines."""

from __future__ import annotations

import bz2
import glob
import lzma
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from os import PathLike, fspath
from pathlib import Path
from typing import Any, BinaryIO, cast

from kg.errors import InputError

__all__ = ["MAX_LINE", "STDIN", "Source", "Stream", "find_files", "lines", "open_stream", "read_bytes"]

STDIN = "-"
HEAD_BYTES = 1 << 16  # what the formats are told apart by
CHUNK_BYTES = 1 << 16
MAX_LINE = 1 << 24  # bytes; the longest abstracts have some ten thousand
MAX_DOCUMENT = 1 << 30  # bytes of a file that can only be read whole

_UNPACKERS: dict[bytes, Callable[[], Any]] = {  # all three have the same methods, but no common type
    b"\x1f\x8b": lambda: zlib.decompressobj(wbits=31),
    b"BZh": bz2.BZ2Decompressor,
    b"\xfd7zXZ\x00": lzma.LZMADecompressor,
}
_REFUSED = {
    b"\x28\xb5\x2f\xfd": ("is compressed with zstd", "unpack it first: zstd -d"),
    b"PK\x03\x04": ("is a zip archive or an office document", "unpack it, or save the table as CSV"),
    b"%PDF": ("is a PDF", "give a text, JSON, CSV or BibTeX file of its abstracts"),
    b"\xff\xfe": ("is UTF-16", "convert it: iconv -f UTF-16 -t UTF-8"),
    b"\xfe\xff": ("is UTF-16", "convert it: iconv -f UTF-16 -t UTF-8"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """What the user gave, and the files it stands for; `named` if it is one file that must be readable."""

    name: str
    files: tuple[str, ...]
    named: bool

    def shown(self, file: str) -> str:
        """How a file is called in what people publish: its path in the folder that was given, else its name alone."""
        folder, path = Path(self.name), Path(file)
        return path.relative_to(folder).as_posix() if folder.is_dir() else path.name


@dataclass(frozen=True, slots=True)
class Stream:
    """An open file.

    Attributes:
        name: As the user gave it.
        head: Its first 64 kB, decompressed.
        chunks: All its bytes from the start, decompressed; can be consumed once.
    """

    name: str
    head: bytes
    chunks: Iterator[bytes]


def find_files(source: str | PathLike[str] | Iterable[str | PathLike[str]]) -> list[Source]:
    """The files behind a path, a folder, a glob, `-`, or a list of these, each file once, folders in sorted order.

    Hidden files in a folder are passed over.

    Raises:
        InputError: If a path does not exist, a glob matches nothing, or a folder holds no files.
    """
    given = [source] if isinstance(source, str | PathLike) else list(source)
    if not given:
        raise InputError("no input given", remedy="name a file, a folder, a glob or - for stdin")
    seen: set[str] = set()
    out = []
    for name in [fspath(item) for item in given]:
        files, named = _expand(name)
        new = [f for f in files if _identity(f) not in seen]
        seen.update(map(_identity, new))
        if new:
            out.append(Source(name, tuple(new), named))
    return out


def _expand(name: str) -> tuple[list[str], bool]:
    path = Path(name)
    if name == STDIN:
        return [STDIN], True
    if path.is_dir():
        return _walk(path), False
    if path.exists():
        return [name], True
    found = sorted(glob.glob(name, recursive=True))  # noqa: PTH207 - Path.glob takes no absolute pattern
    if not found:
        what = "nothing matches" if glob.has_magic(name) else "no such file or folder"
        raise InputError(what, path=name, remedy="check the spelling and the working directory")
    return [f for match in found for f in (_walk(Path(match)) if Path(match).is_dir() else [match])], False


def _walk(folder: Path) -> list[str]:
    inside = (p for p in folder.rglob("*") if p.is_file())
    files = sorted(p for p in inside if not any(part.startswith(".") for part in p.relative_to(folder).parts))
    if not files:
        raise InputError("the folder holds no files", path=folder, remedy="name a folder with text, JSON or CSV files")
    return [str(f) for f in files]


def _identity(file: str) -> str:
    return file if file == STDIN else str(Path(file).resolve())


@contextmanager
def open_stream(name: str) -> Iterator[Stream]:
    """Opens a file, or stdin for `-`; gzip, bzip2 and xz are unpacked on the fly.

    Raises:
        InputError: If it cannot be opened, is empty, or is in a container that is not read.
    """
    if name == STDIN:
        yield _stream(name, _chunks(cast(BinaryIO, getattr(sys.stdin, "buffer", sys.stdin))))
        return
    try:
        with Path(name).open("rb") as file:
            yield _stream(name, _chunks(file))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=name, remedy="check its name and rights") from error


def _stream(name: str, chunks: Iterator[bytes]) -> Stream:
    head, chunks = _peek(chunks)
    for magic, unpacker in _UNPACKERS.items():
        if head.startswith(magic):
            head, chunks = _peek(_unpacked(name, chunks, unpacker))
    for magic, (what, remedy) in _REFUSED.items():
        if head.startswith(magic):
            raise InputError(what, path=name, remedy=remedy)
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise InputError(
            "is empty: it holds no papers", path=name, remedy="check that the download or export went well"
        )
    return Stream(name, head, chunks)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    read = getattr(file, "read1", file.read)  # read1 hands on what a pipe has, without waiting for a full chunk
    return iter(lambda: read(CHUNK_BYTES), b"")


def _peek(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= HEAD_BYTES:
            break
    return head[:HEAD_BYTES], chain([head] if head else [], chunks)


def _unpacked(name: str, chunks: Iterator[bytes], make: Callable[[], Any]) -> Iterator[bytes]:
    """Compressed chunks → plain chunks; several compressed files in a row count as one, as `zcat` does it."""
    unpacker = make()
    try:
        for chunk in chunks:
            while chunk:
                unpacker = make() if unpacker.eof else unpacker
                yield unpacker.decompress(chunk)
                chunk = unpacker.unused_data.lstrip(b"\0")  # padding between members
    except (zlib.error, lzma.LZMAError, OSError, ValueError) as error:
        raise InputError(
            f"damaged compressed data ({error})", path=name, remedy="download or compress it again"
        ) from error
    if not unpacker.eof:
        raise InputError("the compressed data is cut short", path=name, remedy="download or compress it again")


def lines(stream: Stream) -> Iterator[tuple[int, str]]:
    r"""Numbered lines without their ends (`\n` or `\r\n`) and without a byte order mark.

    Raises:
        InputError: At a line that is not UTF-8, or longer than `MAX_LINE` bytes.
    """
    number, pending = 0, b""
    for chunk in stream.chunks:
        *whole, pending = (pending + chunk).split(b"\n")
        for number, line in enumerate(whole, number + 1):  # noqa: B020 - goes on counting
            yield number, _decoded(line, number, stream.name)
        if len(pending) > MAX_LINE:
            break
    if pending:
        yield number + 1, _decoded(pending, number + 1, stream.name)


def _decoded(line: bytes, number: int, name: str) -> str:
    if len(line) > MAX_LINE:
        raise InputError(
            f"a line of more than {MAX_LINE:,} bytes",
            path=name,
            line=number,
            remedy="no abstract is that long; give one paper per line (JSON Lines) or a JSON array",
        )
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        raise InputError(
            f"byte {error.start + 1} of the line (0x{line[error.start]:02x}) is not UTF-8",
            path=name,
            line=number,
            remedy="the file is cut short, or in another encoding: iconv -f LATIN1 -t UTF-8",
        ) from error
    return text.removeprefix("\ufeff").removesuffix("\r")


def read_bytes(stream: Stream) -> bytes:
    """All bytes of a file in a format that can only be read whole.

    Raises:
        InputError: If there are more than `MAX_DOCUMENT` bytes.
    """
    out, size = [], 0
    for chunk in stream.chunks:
        out.append(chunk)
        size += len(chunk)
        if size > MAX_DOCUMENT:
            raise InputError(
                f"more than {MAX_DOCUMENT:,} bytes in one document", path=stream.name, remedy="convert it to JSON Lines"
            )
    return b"".join(out)
