"""How right forecasts were: coverage of their intervals, and CRPS beside simple baselines.

CRPS (continuous ranked probability score) is in the unit of what is foreseen; less is better, and
for a single number it is the absolute error. From quantiles it is twice their mean pinball loss.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from hammock.departments.planning.rules.revenue import (
    PROBABILITIES,
    WEEK,
    YEAR,
    Days,
    Foreseen,
    foresee,
)

LEVELS = (0.5, 0.8, 0.95)
WARM_UP = 13  # weeks of a shop's life before it is scored
LAST_MONTH = 28  # days that stand for “same as last month”


@dataclass(frozen=True, kw_only=True)
class Scored:
    """One forecast beside what came; baselines are None where the past does not reach."""

    at: int
    actual: float
    low: float
    high: float
    inside: tuple[bool, bool, bool]
    crps: float
    last_month: float
    last_year: float | None


@dataclass(frozen=True, kw_only=True)
class Share:
    """How many of how many, with the exact binomial interval of 95 % (Clopper and Pearson)."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share itself."""
        return self.hits / self.of if self.of else float("nan")

    @property
    def low(self) -> float:
        """The interval's lower end."""
        return float(beta.ppf(0.025, self.hits, self.of - self.hits + 1)) if self.hits else 0.0

    @property
    def high(self) -> float:
        """The interval's upper end."""
        if self.hits == self.of:
            return 1.0
        return float(beta.ppf(0.975, self.hits + 1, self.of - self.hits))


@dataclass(frozen=True, kw_only=True)
class Record:
    """Many forecasts together: coverage at LEVELS, CRPS against each baseline (below 1 wins)."""

    count: int
    coverage: tuple[Share, Share, Share]
    ratio_last_month: float | None
    ratio_last_year: float | None


def crps(foreseen: Foreseen, actual: float) -> float:
    """Score a forecast against what came."""
    return pinball(np.array(PROBABILITIES), foreseen.values, actual)


def pinball(shares: NDArray[np.float64], values: NDArray[np.float64], actual: float) -> float:
    """Score quantiles against what came: twice the mean pinball loss, which tends to the CRPS."""
    over = actual - values
    return float(2 * np.mean(np.maximum(shares * over, (shares - 1) * over)))


def rehearse(days: Days, *, ahead: int, step: int, begin: int = 0) -> Iterator[Scored]:
    """Make the forecast again and again with what was known then, and score each.

    From the first day with sales plus WARM_UP weeks (and not before day `begin`), every `step`
    days; a shop that had sales in less than half of its weeks so far is left out until it has.
    """
    selling = np.nonzero(days)[0]
    if not len(selling):
        return
    opened = int(selling[0])
    first = opened + WARM_UP * WEEK
    first += max(0, -(-(begin - first) // step)) * step
    for now in range(first, len(days) - ahead + 1, step):
        known = days[opened:now]
        if not _is_shop(known):
            continue
        foreseen = foresee(known, ahead=ahead)
        if foreseen is not None:
            yield _scored(foreseen, days, now=now, ahead=ahead, opened=opened)


def record(scored: Sequence[Scored]) -> Record:
    """Put scores together; sums of CRPS, so that big shops do not count more often but as much."""
    hits = np.array([one.inside for one in scored], dtype=bool).reshape(len(scored), 3)
    coverage = [Share(hits=int(hits[:, at].sum()), of=len(scored)) for at in range(3)]
    with_year = [one for one in scored if one.last_year is not None]
    return Record(
        count=len(scored),
        coverage=(coverage[0], coverage[1], coverage[2]),
        ratio_last_month=_ratio(scored, [one.last_month for one in scored]),
        ratio_last_year=_ratio(with_year, [one.last_year or 0.0 for one in with_year]),
    )


def _ratio(scored: Sequence[Scored], baseline: Sequence[float]) -> float | None:
    whole = float(np.sum(baseline))
    return float(np.sum([one.crps for one in scored])) / whole if whole > 0 else None


def _is_shop(known: Days) -> bool:
    count = len(known) // WEEK
    weeks = known[len(known) - count * WEEK :].reshape(count, WEEK).sum(axis=1)
    return float((weeks > 0).mean()) >= 0.5


def _scored(foreseen: Foreseen, days: Days, *, now: int, ahead: int, opened: int) -> Scored:
    actual = float(days[now : now + ahead].sum())
    last_month = float(days[now - LAST_MONTH : now].sum()) * ahead / LAST_MONTH
    then = now - YEAR
    last_year = None
    if then >= opened:
        last_year = abs(actual - float(days[then : then + ahead].sum()))
    inside = [foreseen.covers(actual, level) for level in LEVELS]
    return Scored(
        at=now,
        actual=actual,
        low=foreseen.quantile(0.1),
        high=foreseen.quantile(0.9),
        inside=(inside[0], inside[1], inside[2]),
        crps=crps(foreseen, actual),
        last_month=abs(actual - last_month),
        last_year=last_year,
    )
