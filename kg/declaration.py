"""Where the declaration of a pipeline lies: a name or a path in, the folder with its `config.cfg` out."""

from __future__ import annotations

from pathlib import Path

from kg.errors import PipelineError

__all__ = ["find_pipeline", "list_pipelines"]

_ROOTS = (
    Path(__file__).parent / "pipelines",  # where the wheel puts them
    Path(__file__).parent.parent / "pipelines",  # a source checkout
)


def find_pipeline(name_or_path: str | Path = "abstracts") -> Path:
    """The folder of a pipeline: a folder of one's own, or the name of one that comes with the package.

    Args:
        name_or_path: A folder that holds a `config.cfg`, or a name such as `abstracts`.

    Raises:
        PipelineError: If there is no such folder, or no `config.cfg` in it.

    Example:
        >>> find_pipeline("abstracts").name
        'abstracts'
    """
    given = Path(name_or_path)
    candidates = [given] if given.is_dir() else []
    if given.parts == (given.name,):
        candidates += [root / given.name for root in _ROOTS]
    for folder in candidates:
        if (folder / "config.cfg").is_file():
            return folder
    if given.is_dir():
        raise PipelineError("no 'config.cfg' in this folder", path=given, remedy="every pipeline is declared by one")
    known = ", ".join(list_pipelines()) or "none"
    raise PipelineError(f"no pipeline {str(name_or_path)!r}", remedy=f"give a folder, or one of: {known}")


def list_pipelines() -> list[str]:
    """Names of the pipelines that come with the package, sorted."""
    return sorted({path.parent.name for root in _ROOTS for path in root.glob("*/config.cfg")})
