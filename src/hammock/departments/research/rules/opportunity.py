"""One figure for what is left over: opportunity = demand x (1 - satisfaction) x willingness to pay.

- Demand is what is asked for in a month (or the number of texts, where no volumes are known), with
  the range that the tool gave.
- Satisfaction is the share that today's supply answers, times how content buyers are with it: the
  mean rating, drawn towards the mean of all offers while few have rated. Without ratings buyers
  count as content.
- Willingness to pay is the price of the products that serve the niche, else what advertisers bid,
  else 1: then the figure counts unanswered asks, not money.

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

    `source` is "prices", "bids" or "" when nothing is known.
    """

    middle: float
    low: float
    high: float
    seen: int
    source: str


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
    """Combine a niche's evidence into its opportunity, with interval."""
    met = (1.0 - _unmet(evidence, chance)) * evidence.contentment
    demand = _demand(evidence, chance)
    left = demand * (1 - met) * _pay(evidence.prices, chance)
    asked = float(evidence.value.sum())
    satisfied = (1 - evidence.unmet.value) * evidence.contentment
    worth = evidence.prices.middle if evidence.prices.source else 1.0
    return Opportunity(
        demand=_estimate(demand, asked),
        satisfaction=_estimate(met, satisfied),
        willingness=evidence.prices,
        opportunity=_estimate(left, asked * (1 - satisfied) * worth),
    )


def contentment(
    ratings: Sequence[float], reviews: Sequence[float], *, usual: float | None
) -> float:
    """Give how content buyers are, 0 to 1: five stars are 1, one star is 0.

    `usual` is the mean rating of all offers; without any the answer is 1.
    """
    if usual is None or not ratings:
        return 1.0
    stars = np.asarray(ratings, dtype=np.float64)
    weights = np.maximum(np.asarray(reviews, dtype=np.float64), 1.0)
    rated = float((stars * weights).sum()) + usual * RATINGS_OF_DOUBT
    mean = rated / (float(weights.sum()) + RATINGS_OF_DOUBT)
    return min(max((mean - 1.0) / 4.0, 0.0), 1.0)


def prices_of(prices: Sequence[float], bids: Sequence[float]) -> Prices:
    """Describe what people pay from the prices on offer, else from bids."""
    for found, source, least in ((prices, "prices", LEAST_PRICES), (bids, "bids", 1)):
        known = np.array([one for one in found if one > 0], dtype=np.float64)
        if len(known) >= least:
            low, middle, high = (float(one) for one in np.quantile(known, (0.25, 0.5, 0.75)))
            return Prices(middle=middle, low=low, high=high, seen=len(known), source=source)
    return Prices(middle=0.0, low=0.0, high=0.0, seen=0, source="")


def _demand(evidence: Evidence, chance: np.random.Generator) -> Floats:
    """Draw the niche's volume: each text anywhere in its range, on the scale of ratios."""
    exact = evidence.low == evidence.high
    total = np.full(DRAWS, float(evidence.low[exact].sum()))
    low = np.log(np.maximum(evidence.low[~exact], 1.0))
    high = np.log(np.maximum(evidence.high[~exact], 1.0))
    for one, other in zip(low, high, strict=True):
        total += np.exp(chance.uniform(one, other, DRAWS))
    return total


def _unmet(evidence: Evidence, chance: np.random.Generator) -> Floats:
    truths = np.asarray(evidence.unmet.truths, dtype=np.float64)
    if len(truths) == 0:
        return chance.uniform(evidence.unmet.low, evidence.unmet.high, DRAWS)
    return np.asarray(chance.choice(truths, DRAWS), dtype=np.float64)


def _pay(prices: Prices, chance: np.random.Generator) -> Floats:
    """Draw the middle price: its doubt is the quartiles' width over the root of how many."""
    if not prices.source:
        return np.ones(DRAWS)
    width = float(np.log(max(prices.high, 1e-9) / max(prices.low, 1e-9))) / 1.35
    doubt = 1.25 * max(width, 0.05) / float(np.sqrt(prices.seen))
    return np.asarray(prices.middle * np.exp(chance.normal(0.0, doubt, DRAWS)), dtype=np.float64)


def _estimate(draws: Floats, value: float) -> Estimate:
    low, high = (float(one) for one in np.quantile(draws, (0.05, 0.95)))
    return Estimate(value=min(max(value, low), high), low=low, high=high)
