"""What a shop's coming days will bring, from its own past alone, with how sure that is.

Made and scored by the same function: `foresee` is what the shop's forecast uses for the months
ahead and what the back-test scores. It works on days (net revenue of each, oldest first) and
foresees the sum of the next `ahead` days, be they a week or a month:

1. Levels: the past weeks, smoothed with half-lives of 2, 4, 8 and 16 weeks; with a year and five
   months behind it also moved by half of, and by all of, what the same days did a year (364 days)
   ago.
2. Each level is asked at every past week what the next `ahead` days would bring, on a scale that is
   a logarithm for big sums and straight for small and negative ones (asinh). Those that erred less
   count more (weights exp(−½ · origins · mean error), recent origins counting more, half-life 26
   weeks).
3. The spread is what the mixture's own past errors were (empirical quantiles, recent ones counting
   more), joined by a wide guess that weighs as much as four of them, and widened for how few
   independent ones there are. Nothing is fitted to any data set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

WEEK = 7
YEAR = 364  # days: the same weekday a year ago
HALF_LIVES = (2.0, 4.0, 8.0, 16.0)  # weeks
SHARES_OF_SEASON = (0.5, 1.0)
FADE = 26.0  # weeks after which an error counts half
LEAST_WEEKS = 8
LEAST_REHEARSED = 13  # weeks for which last year's season could be asked, before it is
FIRST_ORIGIN = 4  # weeks before the first rehearsed forecast
GUESS_SD = 0.7  # of the wide guess: about a factor of two either way
GUESS_WEIGHT = 4.0
WIDENING = 0.25
FAR_OUT = 4.0  # times the level: what is more is an event, and no level or factor
GRAIN = 0.25  # of a middle week: below it the scale is straight
PROBABILITIES = tuple(np.round(np.linspace(0.005, 0.995, 199), 4).tolist())

Days = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """A sum to come: `values` at PROBABILITIES, ascending."""

    values: NDArray[np.float64]

    def quantile(self, share: float) -> float:
        """Tell below what the sum lies with this probability."""
        return float(np.interp(share, PROBABILITIES, self.values))

    def covers(self, actual: float, share: float) -> bool:
        """Tell whether the central interval of this probability holds what came."""
        low, high = self.quantile((1 - share) / 2), self.quantile((1 + share) / 2)
        return low <= actual <= high


def foresee(days: Days | Sequence[float], *, ahead: int, after: int = 0) -> Foreseen | None:
    """Foresee the sum of `ahead` days that begin `after` days from now.

    None where fewer than `LEAST_WEEKS` weeks, or fewer than four weeks with sales, lie behind.
    """
    known = np.asarray(days, dtype=np.float64)
    selling = _weeks(known) > 0
    if len(selling) < LEAST_WEEKS or selling.sum() < FIRST_ORIGIN:
        return None
    past = _Past(known, ahead=ahead, after=after)
    levels = past.levels()
    weights = past.weights(levels)
    middle = weights @ levels
    return Foreseen(values=past.spread(middle))


def _weeks(days: Days) -> Days:
    """Add up whole weeks that end with the last day, oldest first."""
    count = len(days) // WEEK
    return np.asarray(days[len(days) - count * WEEK :].reshape(count, WEEK).sum(axis=1))


def _calmed(weeks: Days) -> Days:
    """Cut weeks that stand far out of those before them, so that a viral week is no level.

    Each is held against the level of the weeks before it, and their middle; a level that stays
    high is followed within weeks.
    """
    kept = weeks.copy()
    keep = 0.5 ** (1 / HALF_LIVES[-2])
    total = weight = 0.0
    for at in range(len(kept)):
        selling = kept[:at][kept[:at] > 0]
        if at >= FIRST_ORIGIN and len(selling):
            most = FAR_OUT * total / weight + 2 * float(np.median(selling))
            kept[at] = min(kept[at], most)
        total, weight = total * keep + kept[at], weight * keep + 1
    return kept


class _Past:
    """A shop's days cut into weeks that end now, and what followed each of them."""

    def __init__(self, days: Days, *, ahead: int, after: int) -> None:
        count = len(days) // WEEK
        self.days, self.ahead, self.after = days, ahead, after
        self.weeks = _weeks(days)
        self.calm = _calmed(self.weeks)
        middle = float(np.median(self.weeks[self.weeks > 0]))
        self.grain = GRAIN * middle * ahead / WEEK
        self.sums = np.concatenate([[0.0], np.cumsum(days)])
        self.starts = len(days) - (count - np.arange(count + 1)) * WEEK
        begins = self.starts + after
        known = (begins + ahead <= len(days)) & (np.arange(count + 1) >= FIRST_ORIGIN)
        self.origins = np.nonzero(known)[0]
        self.came = self.scaled(self._sum(begins[self.origins]))
        self.recent = 0.5 ** ((count - self.origins) / FADE)

    def scaled(self, amounts: Days) -> Days:
        """Bring amounts onto the scale on which errors are measured."""
        return np.asarray(np.arcsinh(amounts / self.grain), dtype=np.float64)

    def levels(self) -> Days:
        """Give each level's forecast after each number of weeks, the last one for what is next."""
        plain = [self.scaled(self._smoothed(life) * self.ahead / WEEK) for life in HALF_LIVES]
        seasonal = self._season()
        if seasonal is None:
            return np.array(plain)
        return np.array(plain + [plain[1] + share * seasonal for share in SHARES_OF_SEASON])

    def weights(self, levels: Days) -> Days:
        """Weigh the levels by how little they erred."""
        if not len(self.origins):
            return np.full(len(levels), 1 / len(levels))
        errors = np.abs(self.came - levels[:, self.origins]) @ self.recent / self.recent.sum()
        raw = np.exp(-0.5 * len(self.origins) * (errors - errors.min()))
        return np.asarray(raw / raw.sum(), dtype=np.float64)

    def spread(self, middle: Days) -> Days:
        """Put the errors of the past, and the wide guess, around the middle of what is next."""
        guess = norm.ppf((np.arange(20) + 0.5) / 20) * GUESS_SD
        # What once came out far above its forecast was an event of that size, and is no factor.
        far = np.arcsinh(FAR_OUT * np.sinh(max(middle[-1], 0.0))) - middle[-1]
        most = np.maximum(self.came - middle[-1], far)
        errors = np.concatenate([np.minimum(self.came - middle[self.origins], most), guess])
        weights = np.concatenate([self.recent, np.full(20, GUESS_WEIGHT / 20)])
        order = np.argsort(errors)
        errors, weights = errors[order], weights[order]
        place = (np.cumsum(weights) - weights / 2) / weights.sum()
        drawn = np.interp(PROBABILITIES, place, errors)
        centre = np.interp(0.5, place, errors)
        apart = max(len(self.origins) * WEEK / max(self.ahead, WEEK), 1.0)
        wide = centre + (drawn - centre) * (1 + WIDENING / np.sqrt(apart))
        return np.asarray(self.grain * np.sinh(middle[-1] + wide), dtype=np.float64)

    def _smoothed(self, half_life: float) -> Days:
        """Average the weeks before each origin, recent ones counting more."""
        keep = 0.5 ** (1 / half_life)
        found = np.empty(len(self.weeks) + 1)
        found[0] = self.weeks[:FIRST_ORIGIN].mean()
        total = weight = 0.0
        for at, week in enumerate(self.calm):
            total, weight = total * keep + week, weight * keep + 1
            found[at + 1] = total / weight
        return found

    def _season(self) -> Days | None:
        """Tell how the same days a year before stood to the eight weeks that led up to them.

        A week on both sides softens single weeks. None until it could be rehearsed often enough.
        """
        before = self.starts + self.after - YEAR
        lead = 8 * WEEK
        known = before - self.after - lead >= 0
        if known[self.origins].sum() < LEAST_REHEARSED:
            return None
        then = before[known]
        wide = self.ahead + 2 * WEEK
        season = self._sum(then - WEEK, wide) * self.ahead / wide
        led = self._sum(then - self.after - lead, lead) * self.ahead / lead
        found = np.zeros(len(self.starts))
        found[known] = self.scaled(season) - self.scaled(led)
        return found

    def _sum(self, begins: NDArray[np.int64], length: int | None = None) -> Days:
        return np.asarray(
            self.sums[begins + (length or self.ahead)] - self.sums[begins], dtype=np.float64
        )
