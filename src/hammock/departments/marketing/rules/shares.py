"""A share of few, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

SURE = 1.6449  # the normal's 95th percentile: nine of ten intervals hold the truth


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
    part = hits / of
    bent = 1 + SURE**2 / of
    centre = (part + SURE**2 / (2 * of)) / bent
    reach = SURE / bent * sqrt(part * (1 - part) / of + SURE**2 / (4 * of**2))
    return Share(
        hits=hits,
        of=of,
        value=part,
        low=0.0 if hits == 0 else centre - reach,
        high=1.0 if hits == of else centre + reach,
    )
