"""One figure for what is left over: opportunity = demand x (1 - satisfaction) x willingness to pay.

- Demand is what is asked for in a month (or the number of texts, where no volumes are known), with
  the range that the tool gave.
- Satisfaction is the share that today's supply answers, times how content buyers are with it: the
  mean rating against the usual one of all offers, towards which it is drawn while few have rated.
  Buyers who rate as usual, or do not rate, count as content.
- Willingness to pay is measured by one yardstick in all niches, or they could not be compared: the
  prices on offer, else what advertisers bid, else 1 (then the figure counts unanswered asks, not
  money). A niche with too few prices of its own is given those of the whole study, with their
  whole spread as doubt: where nobody sells there are no prices.

The interval comes from drawing all three together a few thousand times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hammock.departments.research.rules.satisfaction import Interval

DRAWS = 2_000
RATINGS_OF_DOUBT = 20.0  # ratings that the mean of all offers counts for
LEAST_PRICES = 3
FORMULA = "opportunity = demand x (1 - satisfaction) x willingness to pay"
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A figure with its 90 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Prices:
    """What people pay or bid: the middle, the quartiles, how many were seen, and where from.

    `source` is "prices", "bids" or "" when nothing is known; `own` tells whether they are the
    niche's own or the whole study's.
    """

    middle: float
    low: float
    high: float
    seen: int
    source: str
    own: bool = False


@dataclass(frozen=True)
class Opportunity:
    """What is left over of a niche, and the three figures it is made of."""

    demand: Estimate
    satisfaction: Estimate
    willingness: Prices
    opportunity: Estimate


@dataclass(frozen=True)
class Evidence:
    """What is known of a niche: its texts' volumes, unmet share, ratings and prices."""

    low: Floats
    value: Floats
    high: Floats
    unmet: Interval
    contentment: float
    prices: Prices


def opportunity(evidence: Evidence, *, chance: np.random.Generator) -> Opportunity:
    """Combine a niche's evidence into its opportunity, with interval.

    Its value is the product of the three values that are shown, and lies within its interval.
    """
    unmet, content = evidence.unmet, evidence.contentment
    demand = _demand(evidence, chance)
    met = (1.0 - _unmet(unmet, chance)) * content
    left = demand * (1 - met) * _pay(evidence.prices, chance)
    asked = float(evidence.value.sum())
    satisfied = Estimate(
        value=(1 - unmet.value) * content,
        low=(1 - unmet.high) * content,
        high=(1 - unmet.low) * content,
    )
    worth = evidence.prices.middle if evidence.prices.source else 1.0
    return Opportunity(
        demand=_estimate(demand, asked),
        satisfaction=satisfied,
        willingness=evidence.prices,
        opportunity=_estimate(left, asked * (1 - satisfied.value) * worth),
    )


def contentment(
    ratings: Sequence[float], reviews: Sequence[float], *, usual: float | None
) -> float:
    """Give how content buyers are, from 0 (one star from everybody) to 1 (the usual or better).

    `usual` is the mean rating of all offers; without any the answer is 1.
    """
    if usual is None or usual <= 1 or not ratings:
        return 1.0
    weight = float(np.maximum(np.asarray(reviews, dtype=np.float64), 1.0).sum())
    rated = mean_rating(ratings, reviews) * weight + usual * RATINGS_OF_DOUBT
    mean = rated / (weight + RATINGS_OF_DOUBT)
    return min(max((mean - 1.0) / (usual - 1.0), 0.0), 1.0)


def mean_rating(ratings: Sequence[float], reviews: Sequence[float]) -> float:
    """Give the mean stars over all reviews; a rating without reviews is one."""
    weights = np.maximum(np.asarray(reviews, dtype=np.float64), 1.0)
    return float(np.average(np.asarray(ratings, dtype=np.float64), weights=weights))


def described_bids(bids: Sequence[float]) -> Prices | None:
    """Describe what advertisers bid in one niche; None where too few bids are known."""
    known = [one for one in bids if one > 0]
    return _described(known, "bids", own=True) if len(known) >= LEAST_PRICES else None


def prices_everywhere(prices: Sequence[float], bids: Sequence[float]) -> Prices:
    """Choose the study's yardstick and describe it: prices where some are known, else bids."""
    for found, source in ((prices, "prices"), (bids, "bids")):
        known = [one for one in found if one > 0]
        if len(known) >= LEAST_PRICES:
            return _described(known, source, own=False)
    return Prices(middle=0.0, low=0.0, high=0.0, seen=0, source="")


def prices_of(numbers: Sequence[float], everywhere: Prices) -> Prices:
    """Describe what people pay in one niche by the study's yardstick."""
    known = [one for one in numbers if one > 0]
    if not everywhere.source or len(known) < LEAST_PRICES:
        return everywhere
    return _described(known, everywhere.source, own=True)


def surely_left(left: Estimate) -> float:
    """Give what niches are ranked by: the low end, and its value where low ends are alike."""
    return left.low + 1e-3 * left.value


def doubt_of(prices: Prices) -> float:
    """Tell how far off what people pay may be, as a deviation on the scale of ratios."""
    width = float(np.log(max(prices.high, 1e-9) / max(prices.low, 1e-9))) / 1.35
    return max(width, 0.05) * (1.25 / float(np.sqrt(prices.seen)) if prices.own else 1.0)


def _described(known: Sequence[float], source: str, *, own: bool) -> Prices:
    low, middle, high = (float(one) for one in np.quantile(known, (0.25, 0.5, 0.75)))
    return Prices(middle=middle, low=low, high=high, seen=len(known), source=source, own=own)


def _demand(evidence: Evidence, chance: np.random.Generator) -> Floats:
    """Draw the niche's volume: each text anywhere in its range, on the scale of ratios."""
    exact = evidence.low == evidence.high
    total = np.full(DRAWS, float(evidence.low[exact].sum()))
    low = np.log(np.maximum(evidence.low[~exact], 1.0))
    high = np.log(np.maximum(evidence.high[~exact], 1.0))
    for one, other in zip(low, high, strict=True):
        total += np.exp(chance.uniform(one, other, DRAWS))
    return total


def _unmet(unmet: Interval, chance: np.random.Generator) -> Floats:
    """Draw the unmet share: one draw in twenty stands at either end, half below the value."""
    at = (0.0, 0.05, 0.5, 0.95, 1.0)
    ends = (unmet.low, unmet.low, unmet.value, unmet.high, unmet.high)
    shares = (chance.permutation(DRAWS) + 0.5) / DRAWS  # as even as can be, in any order
    return np.asarray(np.interp(shares, at, ends), dtype=np.float64)


def _pay(prices: Prices, chance: np.random.Generator) -> Floats:
    """Draw what a niche pays: its own middle within its error, else a price of the study's."""
    if not prices.source:
        return np.ones(DRAWS)
    doubt = doubt_of(prices)
    return np.asarray(prices.middle * np.exp(chance.normal(0.0, doubt, DRAWS)), dtype=np.float64)


def _estimate(draws: Floats, value: float) -> Estimate:
    low = float(np.quantile(draws, 0.05, method="lower"))
    high = float(np.quantile(draws, 0.95, method="higher"))
    return Estimate(value=value, low=min(low, value), high=max(high, value))
