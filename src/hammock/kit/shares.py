"""How sure a share of few is."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z90, Z95 = 1.6449, 1.959964
"""The standard normal's quantiles whose intervals hold nine of ten, and nineteen of twenty."""


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """Between what the truth behind a share lies."""

    low: float
    high: float


def wilson(*, hits: int, of: int, z: float) -> Bounds:
    """Give a share's interval (Wilson 1927), which stays within 0 and 1; of nothing it is both."""
    if not of:
        return Bounds(low=0.0, high=1.0)
    part, bent = hits / of, 1 + z**2 / of
    centre = (part + z**2 / (2 * of)) / bent
    reach = z / bent * sqrt(part * (1 - part) / of + z**2 / (4 * of**2))
    return Bounds(
        low=0.0 if hits == 0 else max(0.0, centre - reach),
        high=1.0 if hits == of else min(1.0, centre + reach),
    )
