"""Trend and season of a niche's monthly history, fitted together.

The model: each keyword has its level; all of them follow one trend and, each year, the same twelve
months. It is fitted as a Poisson regression whose scatter is taken from the months themselves, so
unsteady demand has wide intervals (`rules.panel`). Trend and season can be told apart only where
the same months of two years are known; with less, no growth is claimed.

A season is claimed when its months differ by more than their scatter (F test) and one stands out by
a quarter: of niches without any season at most five in a hundred are said to have one. From a
single year it is claimed only if demand rose and fell once, and is marked: nobody can tell that
from a trend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.special import fdtrc, stdtrit

from hammock.departments.research.rules.panel import (
    A_YEAR,
    SMALLEST,
    Fit,
    Floats,
    Numbers,
    Panel,
    better,
    fitted,
    panel_of,
)

LEAST_MONTHS = 6
LEAST_FREE = 3  # months left over, to say from them how months scatter
PEAKED = 1.25  # times the usual month, below it no season is claimed
BELIEVED_BELOW = 0.03  # p; months scatter in ways that the test does not know, so not 0.05
LARGEST = 50.0  # on the scale of logarithms
DRAWS = 400


@dataclass(frozen=True)
class Trend:
    """Growth a year (0.2 is 20 %) with a 90 % interval."""

    growth: float
    low: float
    high: float


@dataclass(frozen=True)
class Season:
    """The month around which most is asked, and how many times the usual month that is (90 %).

    `p` is how often chance alone makes months differ this much; `index` is each month's demand
    against the usual one, January first.
    """

    peak: int
    times: float
    low: float
    high: float
    p: float
    index: tuple[float, ...]


@dataclass(frozen=True)
class Course:
    """How demand goes: the trend where it can be told from the season, and the season if any.

    `years` is in how many years every month of the year is known.
    """

    months: int
    years: int
    trend: Trend | None
    season: Season | None


def course_of(months: Sequence[date], history: Floats) -> Course | None:
    """Read trend and season from histories (a row for each keyword, unknown months NaN).

    None when fewer than six months are known, or nobody asked in them.
    """
    panel = panel_of(months, history)
    if panel is None or len(panel.at) < LEAST_MONTHS:
        return None
    name = panel.at % A_YEAR
    years = int(np.bincount(name, minlength=A_YEAR).min())
    yearly = np.eye(A_YEAR)[name][:, 1:]
    time = (panel.at - panel.at.mean())[:, None] / A_YEAR
    alone, both = fitted(panel, yearly), fitted(panel, np.hstack((time, yearly)))
    apart = both.rank == alone.rank + 1 and both.free >= LEAST_FREE
    before = time if apart else np.zeros((len(panel.at), 1))
    season = None
    if apart and years > 1:
        season = _season(panel, before, np.eye(A_YEAR)[:, 1:])
    elif years == 1:
        season = _season(panel, before, _circle(np.arange(A_YEAR)))
    return Course(
        months=len(panel.at),
        years=years,
        trend=_trend(both) if apart else None,
        season=season,
    )


def _trend(fit: Fit) -> Trend:
    middle = float(fit.coefficients[0])
    doubt = float(np.sqrt(fit.covariance[0, 0]) * stdtrit(fit.free, 0.95))
    low, growth, high = (
        float(np.expm1(min(one, LARGEST))) for one in (middle - doubt, middle, middle + doubt)
    )
    return Trend(growth=growth, low=low, high=high)


def _circle(name: Numbers) -> Floats:
    """Give one rise and fall within the year, wherever it lies."""
    angle = 2 * np.pi * name / A_YEAR
    return np.column_stack((np.cos(angle), np.sin(angle)))


def _season(panel: Panel, before: Floats, shape: Floats) -> Season | None:
    """Claim a season if months fit better with one of this shape than chance would make them."""
    fit = fitted(panel, np.hstack((before, shape[panel.at % A_YEAR])))
    without = fitted(panel, before, beside=fit)
    told = fit.rank - without.rank
    if fit.free < LEAST_FREE or told < 1:
        return None
    gain = max(better(panel, fit, without), 0.0) / told / max(fit.dispersion, SMALLEST)
    p = float(fdtrc(told, fit.free, gain))
    size = shape.shape[1]
    level = shape @ fit.coefficients[-size:]
    index = np.exp(level - np.median(level))
    peak = int(np.argmax(index))
    if p >= BELIEVED_BELOW or index[peak] < PEAKED:
        return None
    low, high = _times(fit, shape, peak)
    return Season(
        peak=peak + 1,
        times=float(index[peak]),
        low=low,
        high=high,
        p=p,
        index=tuple(float(one) for one in index),
    )


def _times(fit: Fit, shape: Floats, peak: int) -> tuple[float, float]:
    """Draw the season within its doubt, and look how far its best month stands out."""
    size = shape.shape[1]
    chance = np.random.default_rng(0)
    values, vectors = np.linalg.eigh(fit.covariance[-size:, -size:])
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    heavy = np.sqrt(fit.free / chance.chisquare(fit.free, DRAWS))[:, None]
    drawn = fit.coefficients[-size:] + heavy * (chance.normal(size=(DRAWS, size)) @ root.T)
    level = drawn @ shape.T
    times = np.exp(np.minimum(level[:, peak] - np.median(level, axis=1), LARGEST))
    low, high = (float(one) for one in np.quantile(times, (0.05, 0.95)))
    return low, high
