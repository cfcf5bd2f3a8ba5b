"""What a market's next months will be, from its own past alone, and how far that can be trusted.

The months to come are taken to be like the last ones, and like the same time of the year before:
each past month counts by how recent it is and by how near it lies on the circle of the year. Growth
is the logarithm of what is foreseen against the mean of the past. Deliberately plain: two kernels
with widths of a season (three months) and no parameter fitted, so a short history cannot be
overfitted.

How sure that is comes from the study's own past: the rule is asked as it would have been some
months earlier, in every niche, and its misses, measured by how unsteady each niche is, give the
interval. It covers what is to come as far as the months to come are like those; a turn that no
niche has seen is in no interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.stats import rankdata

from hammock.departments.research.rules.panel import A_YEAR, Floats, linked, panel_of

SEASON = 3.0  # months
YEAR = 12.0
AHEAD = 4  # months that are foreseen unless said otherwise
LEAST_BEFORE = 4  # months from which the rule is asked when it is checked
LEAST_NICHES = 10  # below them 90 % of misses cannot be told
DAYS_CHECKED = 12  # earlier days, at most, on which the rule is asked
COVERED = 0.9


@dataclass(frozen=True)
class Past:
    """Volumes of consecutive months (or periods of thirty days), oldest first."""

    volumes: tuple[float, ...]


@dataclass(frozen=True)
class Foreseen:
    """The mean monthly volume to come, and its growth against the past (0.1 is about 10 %)."""

    volume: float
    growth: float


@dataclass(frozen=True)
class Expected:
    """What is foreseen of a niche: the monthly volume, and growth against its past with 90 %.

    Growth is a share here (0.1 is 10 %).
    """

    volume: float
    growth: float
    low: float
    high: float


@dataclass(frozen=True)
class Checked:
    """How the rule did on the study's own past, asked `ahead` months before its end.

    `correlation` is between the order in which it put `niches` and how they grew (ranks), with a
    90 % interval.
    """

    niches: int
    ahead: int
    correlation: float
    low: float
    high: float


@dataclass(frozen=True)
class Outlook:
    """What is expected of each niche (None where its months do not reach), and the rule's check."""

    expected: tuple[Expected | None, ...]
    checked: Checked | None


def past_of(months: Sequence[date], history: Floats) -> Past | None:
    """Give a niche's months that follow on each other up to the last of `months`.

    `history` has a row for each keyword, unknown months NaN: they are linked (`rules.panel`). None
    where the last month is unknown.
    """
    panel = panel_of(months, history)
    month = months[-1].year * A_YEAR + months[-1].month - 1
    if panel is None or panel.at[-1] != month:
        return None
    known = linked(panel)
    volumes: list[float] = []
    while month in known:
        volumes.append(known[month])
        month -= 1
    return Past(tuple(reversed(volumes)))


def foreseen(past: Past, *, ahead: int = AHEAD) -> Foreseen:
    """Foresee the mean of the next `ahead` months; with an empty past nothing changes."""
    if not past.volumes:
        return Foreseen(volume=0.0, growth=0.0)
    volumes = np.asarray(past.volumes, dtype=np.float64)
    age = np.arange(len(volumes), 0, -1, dtype=np.float64)  # months before the first one to come
    recent = np.exp(-(age - 1) / SEASON)
    expected = []
    for month in range(ahead):
        apart = np.abs((age + month + YEAR / 2) % YEAR - YEAR / 2)
        seasonal = np.exp(-0.5 * (apart / (SEASON / 2)) ** 2)
        weights = recent / recent.sum() + seasonal / max(float(seasonal.sum()), 1.0)
        expected.append(float((weights * volumes).sum() / weights.sum()))
    volume = float(np.mean(expected))
    return Foreseen(volume=volume, growth=grown(volume, volumes))


def grown(volume: float, past: Sequence[float] | Floats) -> float:
    """Give the logarithm of a monthly volume against the mean of the past's."""
    return float(np.log((volume + 1.0) / (float(np.mean(past)) + 1.0)))


def outlook(pasts: Sequence[Past | None], *, ahead: int = AHEAD) -> Outlook:
    """Foresee each niche, with the interval that the rule earned on their own past.

    Nothing is expected where fewer than ten niches have the months to check it on.
    """
    long = [one for one in pasts if one is not None and len(one.volumes) >= LEAST_BEFORE + ahead]
    if len(long) < LEAST_NICHES:
        return Outlook(expected=tuple(None for _ in pasts), checked=None)
    reach = _reach(_misses(long, ahead), len(long))
    return Outlook(
        expected=tuple(None if one is None else _expected(one, ahead, reach) for one in pasts),
        checked=_checked(long, ahead),
    )


def _expected(past: Past, ahead: int, reach: float) -> Expected | None:
    if len(past.volumes) < LEAST_BEFORE:
        return None
    found = foreseen(past, ahead=ahead)
    doubt = reach * unsteadiness(past.volumes)
    low, growth, high = (
        float(np.expm1(one)) for one in (found.growth - doubt, found.growth, found.growth + doubt)
    )
    return Expected(volume=found.volume, growth=growth, low=low, high=high)


def unsteadiness(volumes: Sequence[float]) -> float:
    """Measure how far a month lies from the next one, on the scale of ratios."""
    level = np.log(np.asarray(volumes, dtype=np.float64) + 1.0)
    by_chance = 1.0 / (float(np.mean(volumes)) + 1.0)
    return float(np.sqrt((np.diff(level) ** 2).mean() + by_chance + 1e-4))


def _misses(pasts: Sequence[Past], ahead: int) -> list[float]:
    """Ask the rule earlier, and see by how many times a niche's unsteadiness it was wrong."""
    found = []
    for past in pasts:
        last = len(past.volumes) - ahead
        for day in range(max(LEAST_BEFORE, last - DAYS_CHECKED + 1), last + 1):
            before, after = past.volumes[:day], past.volumes[day : day + ahead]
            miss = foreseen(Past(before), ahead=ahead).growth - grown(float(np.mean(after)), before)
            found.append(abs(miss) / unsteadiness(before))
    return found


def _reach(misses: Sequence[float], niches: int) -> float:
    """Give what 90 % of misses stay below; few niches make it wider."""
    return float(np.quantile(misses, min(COVERED * (niches + 1) / niches, 1.0)))


def _checked(pasts: Sequence[Past], ahead: int) -> Checked:
    """Compare the order foreseen `ahead` months before the end with the growth that followed."""
    told, came = [], []
    for past in pasts:
        before, after = past.volumes[:-ahead], past.volumes[-ahead:]
        told.append(foreseen(Past(before), ahead=ahead).growth)
        came.append(grown(float(np.mean(after)), before))
    correlation = _correlation(told, came)
    width = 1.645 * float(np.sqrt(1.06 / (len(pasts) - 3)))  # Fieller's, for ranks
    middle = float(np.arctanh(np.clip(correlation, -0.999999, 0.999999)))
    return Checked(
        niches=len(pasts),
        ahead=ahead,
        correlation=correlation,
        low=float(np.tanh(middle - width)),
        high=float(np.tanh(middle + width)),
    )


def _correlation(one: Sequence[float], other: Sequence[float]) -> float:
    ranks, others = rankdata(np.round(one, 9)), rankdata(np.round(other, 9))
    if ranks.std() == 0 or others.std() == 0:
        return 0.0
    return float(np.corrcoef(ranks, others)[0, 1])
