"""A share of few, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass

from hammock.kit.shares import Z90, wilson


@dataclass(frozen=True, kw_only=True)
class Share:
    """How many of how many, and the 90 % interval of what that may mean (Wilson 1927)."""

    hits: int
    of: int
    value: float
    low: float
    high: float


def share(*, hits: int, of: int) -> Share | None:
    """Give the share with its interval; None of nothing, or of less than the hits."""
    if of <= 0 or hits > of:
        return None
    sure = wilson(hits=hits, of=of, z=Z90)
    return Share(hits=hits, of=of, value=hits / of, low=sure.low, high=sure.high)
