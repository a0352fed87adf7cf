"""What the server serves, and how: what every answer needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kg.queries import NamedQuery
from kg.server.pool import Pool

__all__ = ["Site"]


@dataclass(frozen=True)
class Site:
    """A graph that is served.

    Attributes:
        folder: What `kg build` has written.
        pool: Answers queries.
        pipeline: Folder of the pipeline's declarations.
        queries: Its named queries by name.
        federate: Whether `SERVICE` may go out to other endpoints.
    """

    folder: Path
    pool: Pool
    pipeline: Path
    queries: dict[str, NamedQuery]
    federate: bool
