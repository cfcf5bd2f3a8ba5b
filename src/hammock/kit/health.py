"""Findings: what a check saw, how bad it is, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at; `remedy` is empty when nothing has to be done."""

    area: str
    level: Level
    seen: str
    remedy: str = ""


def ok(area: str, seen: str) -> Finding:
    """Make a finding that nothing has to be done about."""
    return Finding(area=area, level=Level.OK, seen=seen)


def warning(area: str, seen: str, *, remedy: str) -> Finding:
    """Make a finding that a person should look at."""
    return Finding(area=area, level=Level.WARNING, seen=seen, remedy=remedy)


def error(area: str, seen: str, *, remedy: str) -> Finding:
    """Make a finding that must be mended."""
    return Finding(area=area, level=Level.ERROR, seen=seen, remedy=remedy)
