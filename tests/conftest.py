"""What many tests share: the reference data if it is there, and a small graph."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with reference data that is not part of the project."""
    place = os.environ.get("KG_SHARED", "")
    if not place:
        pytest.skip("KG_SHARED does not name a folder with reference data")
    return Path(place)
