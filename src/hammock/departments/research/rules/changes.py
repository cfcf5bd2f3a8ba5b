"""Two studies of one market compared: which niche is which, and what surely changed.

Niches are told apart by the words that set them apart; a niche of today is the one of then that
shares most of them. A change is called sure where the two 90 % intervals do not overlap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LEAST_SHARED = 0.25  # of the words of both
UNCHANGED = "no change that can be told from chance"


@dataclass(frozen=True, kw_only=True)
class Change:
    """A niche now and then; `before` is None for a new one."""

    name: str
    now: float
    before: float | None
    verdict: str

    @property
    def sure(self) -> bool:
        """Tell whether anything changed that is not chance."""
        return self.verdict != UNCHANGED


def changes(now: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]]) -> list[Change]:
    """Compare ranked niches (as `report.facts` gives them): sure changes first, as ranked today."""
    known = [one for one in before if one["opportunity"] is not None]
    found = []
    for niche in now:
        if niche["rank"] is None or niche["opportunity"] is None:
            continue
        match = max(known, key=lambda one: _shared(niche, one), default=None)
        if match is None or _shared(niche, match) < LEAST_SHARED:
            match = None
        found.append(
            Change(
                name=niche["niche"],
                now=niche["opportunity"],
                before=match["opportunity"] if match else None,
                verdict=_verdict(niche, match),
            )
        )
    return sorted(found, key=lambda change: not change.sure)


def _shared(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    words, theirs = set(one["words"]), set(other["words"])
    return len(words & theirs) / max(len(words | theirs), 1)


def _verdict(now: Mapping[str, Any], before: Mapping[str, Any] | None) -> str:
    if before is None:
        return "new"
    if now["opportunity_low"] > before["opportunity_high"]:
        return "grew"
    if now["opportunity_high"] < before["opportunity_low"]:
        return "shrank"
    return UNCHANGED
