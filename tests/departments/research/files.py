"""Small demand and supply files as tools write them, hostile ones among them."""

from __future__ import annotations

from pathlib import Path

PLANNER = (
    "Keyword Stats 2026-06-09 at 21_25_18\n"
    '"May 1, 2025 - April 30, 2026"\n'
    "Keyword\tCurrency\tAvg. monthly searches\tThree month change\tYoY change\tCompetition\t"
    "Competition (indexed value)\tTop of page bid (low range)\tTop of page bid (high range)\t"
    "Searches: May 2025\tSearches: Jun 2025\n"
)


def planner(folder: Path, *rows: str, encoding: str = "utf-16") -> Path:
    """Write a Google Keyword Planner export: UTF-16, tabs, two lines above the header."""
    path = folder / "Keyword Stats.csv"
    path.write_bytes((PLANNER + "".join(f"{row}\n" for row in rows)).encode(encoding))
    return path


def written(folder: Path, name: str, text: str, *, encoding: str = "utf-8") -> Path:
    """Write a file of any kind."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path
