"""Trend and season of a monthly history.

The trend is the median of all slopes between months of the same name where there are enough of
them, else of all months (Theil and Sen, deaf to single odd months), on the scale of logarithms; its
interval comes from the same slopes. A season is shown only with at least a year of history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

LEAST_MONTHS = 6
A_YEAR = 12
PEAKED = 1.25  # times the usual month, below it no season is claimed


@dataclass(frozen=True)
class Course:
    """How demand goes: growth a year (0.2 is 20 %) with a 90 % interval, and its best month.

    `index` is each month's demand against the usual one, January first; empty without a full year.
    """

    growth: float
    low: float
    high: float
    months: int
    peak: int | None
    index: tuple[float, ...]


def course_of(months: Sequence[date], asked: Sequence[float | None]) -> Course | None:
    """Read trend and season; None when there are fewer than six months with numbers."""
    known = [(month, one) for month, one in zip(months, asked, strict=True) if one is not None]
    if len(known) < LEAST_MONTHS or sum(value for _, value in known) <= 0:
        return None
    at = np.array([month.year * 12 + month.month - 1 for month, _ in known], dtype=np.float64)
    value = np.log1p(np.array([number for _, number in known], dtype=np.float64))
    slopes = _slopes(at, value)
    low, middle, high = np.exp(np.quantile(slopes, (0.05, 0.5, 0.95)) * A_YEAR) - 1
    index = _season(at, value - np.median(slopes) * at)
    peak = int(np.argmax(index)) + 1 if index and max(index) >= PEAKED else None
    return Course(
        growth=float(middle),
        low=float(low),
        high=float(high),
        months=len(known),
        peak=peak,
        index=index,
    )


def _slopes(at: NDArray[np.float64], value: NDArray[np.float64]) -> NDArray[np.float64]:
    apart = at[None, :] - at[:, None]
    same_month = (apart > 0) & (apart % A_YEAR == 0)
    pairs = same_month if same_month.sum() >= A_YEAR else apart > 0
    found: NDArray[np.float64] = (value[None, :] - value[:, None])[pairs] / apart[pairs]
    return found


def _season(at: NDArray[np.float64], level: NDArray[np.float64]) -> tuple[float, ...]:
    names = at.astype(int) % A_YEAR
    if len(set(names.tolist())) < A_YEAR:
        return ()
    usual = float(np.median(level))
    return tuple(float(np.exp(level[names == name].mean() - usual)) for name in range(A_YEAR))
