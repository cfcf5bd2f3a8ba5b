"""Reading the dated table of published figures that ships with Hammock."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from hammock.departments.planning.rules.outside import OutsideView, checked

FILE = Path(__file__).parent / "data" / "outside_view.toml"


@lru_cache(maxsize=1)
def outside_view() -> OutsideView:
    """Read the table once."""
    return checked(tomllib.loads(FILE.read_text(encoding="utf-8")))
