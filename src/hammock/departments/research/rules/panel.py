"""Monthly histories of many keywords, of which some months are unknown.

A month that a file does not cover is not a month in which nobody asked. So nothing is added up over
keywords that differ in the months that are known of them: each keyword has a level of its own, and
months are compared through the keywords that are known in both. That is a Poisson regression with
a term for each keyword; keywords with the same known months share one without loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

A_YEAR = 12
STEPS = 40
WEIGHED = 4  # times that weights and expectations are found from each other
LONGEST_STEP = 2.0  # on the scale of logarithms, so that a far start does not overshoot
CLOSE_ENOUGH = 1e-9
SMALLEST = 1e-9  # relative, below it a direction is not told by the data

Floats = NDArray[np.float64]
Numbers = NDArray[np.intp]


@dataclass(frozen=True)
class Panel:
    """What was asked, by groups of keywords whose known months are the same.

    `at` are the months (years times twelve), oldest first; the rows say of a group and a month
    (both numbered from 0, in order of groups) how often its keywords were asked.
    """

    at: Numbers
    group: Numbers
    month: Numbers
    asked: Floats

    @property
    def parts(self) -> Numbers:
        """Number the parts that share no keyword, for each month; they cannot be compared."""
        groups = int(self.group.max()) + 1
        size = groups + len(self.at)
        links = coo_array(
            (np.ones(len(self.group)), (self.group, groups + self.month)), shape=(size, size)
        )
        _, labels = connected_components(links, directed=False)
        found: Numbers = labels[groups:].astype(np.intp)
        return found


@dataclass(frozen=True)
class Fit:
    """A fitted course: its coefficients with their covariance, and what it expects of each row.

    `free` are the months left over after all that was fitted; `rank` is how many directions of the
    design the data tell. Months scatter by chance and, where `unsteady` is above zero, by as many
    times their own size (squared), so they have `weights`; where they scatter by less than chance
    `dispersion` is below 1.
    """

    coefficients: Floats
    covariance: Floats
    expected: Floats
    weights: Floats
    unsteady: float
    dispersion: float
    free: int
    rank: int


def panel_of(months: Sequence[date], history: Floats) -> Panel | None:
    """Arrange histories (a row for each keyword, unknown NaN); None where nobody ever asked."""
    known = ~np.isnan(history)
    asked_ever = np.nan_to_num(history).sum(axis=1) > 0
    known, history = known[asked_ever], history[asked_ever]
    seen = known.any(axis=0)
    if not seen.any():
        return None
    known, history = known[:, seen], history[:, seen]
    packed = np.packbits(known, axis=1)
    _, first, group = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    sums = np.zeros((len(first), known.shape[1]))
    np.add.at(sums, group.ravel(), np.nan_to_num(history))
    rows, columns = np.nonzero(known[first])
    at = np.array([month.year * A_YEAR + month.month - 1 for month in months], dtype=np.intp)
    return Panel(at=at[seen], group=rows, month=columns, asked=sums[rows, columns])


def fitted(panel: Panel, design: Floats, *, beside: Fit | None = None) -> Fit:
    """Fit a design (a row for each month) with a level for each group.

    How unsteady months are is found with it; `beside` another fit it is taken from there, so that
    the two can be compared.
    """
    fit = _newton(panel, design, np.ones(len(panel.at)), np.zeros(design.shape[1]))
    free = len(panel.at) - fit.rank - len(set(panel.parts.tolist()))
    asked = _of_months(panel, panel.asked)
    if beside is not None:
        unsteady, weights = beside.unsteady, beside.weights
        fit = _newton(panel, design, weights, fit.coefficients)
    else:
        unsteady, weights = 0.0, np.ones(len(panel.at))
        for _ in range(WEIGHED):
            should = _of_months(panel, fit.expected)
            unsteady = _unsteady(asked, should, free)
            if unsteady == 0.0 and (weights == 1).all():
                break
            weights = 1 / (1 + unsteady * should)
            fit = _newton(panel, design, weights, fit.coefficients)
    should = _of_months(panel, fit.expected)
    dispersion = float((weights * (asked - should) ** 2 / should).sum()) / max(free, 1)
    return Fit(
        coefficients=fit.coefficients,
        covariance=fit.covariance * dispersion,
        expected=fit.expected,
        weights=weights,
        unsteady=unsteady,
        dispersion=dispersion,
        free=free,
        rank=fit.rank,
    )


def better(panel: Panel, fit: Fit, without: Fit) -> float:
    """Measure by how much `fit` says what was asked better than `without`, beside which it stands.

    Twice the logarithm of the likelihoods' ratio, months counted by the same weights.
    """
    asked = panel.asked > 0
    gain = panel.asked[asked] * np.log(fit.expected[asked] / without.expected[asked])
    less = fit.expected - without.expected
    weights = fit.weights[panel.month]
    return 2 * float((weights[asked] * gain).sum() - (weights * less).sum())


def linked(panel: Panel) -> dict[int, float]:
    """Give what all keywords together were asked, month by month, as far as months can be linked.

    Those are the months that share keywords with the last one, directly or through others; a
    keyword that is unknown in some of them counts there as the others went.
    """
    parts = panel.parts
    near = np.flatnonzero(parts == parts[-1])
    if int(panel.group.max()) == 0:
        return dict(zip(panel.at.tolist(), panel.asked.tolist(), strict=True))
    here = np.isin(panel.month, near)
    _, group = np.unique(panel.group[here], return_inverse=True)
    part = Panel(
        at=panel.at[near],
        group=group,
        month=np.searchsorted(near, panel.month[here]),
        asked=panel.asked[here],
    )
    fit = fitted(part, np.eye(len(near))[:, 1:])
    rate = np.exp(np.concatenate(([0.0], fit.coefficients)))
    starts = np.flatnonzero(np.diff(part.group, prepend=-1))
    levels = np.add.reduceat(part.asked, starts) / np.add.reduceat(rate[part.month], starts)
    return dict(zip(part.at.tolist(), (rate * levels.sum()).tolist(), strict=True))


@dataclass(frozen=True)
class _Found:
    coefficients: Floats
    covariance: Floats
    expected: Floats
    rank: int


def _newton(panel: Panel, design: Floats, weights: Floats, start: Floats) -> _Found:
    """Find the most likely coefficients by Newton's method; months count by their weights."""
    rows, weight = design[panel.month], weights[panel.month]
    starts = np.flatnonzero(np.diff(panel.group, prepend=-1))
    whole = np.maximum(np.add.reduceat(panel.asked * weight, starts), SMALLEST)

    def around(at: Floats) -> tuple[Floats, Floats, Floats, int]:
        rate = np.exp(rows @ at)
        expected = rate * (whole / np.add.reduceat(rate * weight, starts))[panel.group]
        counted = (expected * weight)[:, None]
        centred = rows - (np.add.reduceat(rows * counted, starts) / whole[:, None])[panel.group]
        covariance, rank = _inverse((centred * counted).T @ centred)
        return expected, covariance, rows.T @ (weight * (panel.asked - expected)), rank

    coefficients = start
    for _ in range(STEPS):
        _, covariance, slope, _ = around(coefficients)
        step = covariance @ slope
        size = float(np.abs(step).max(initial=0.0))
        coefficients = coefficients + step * min(1.0, LONGEST_STEP / max(size, SMALLEST))
        if size < CLOSE_ENOUGH:
            break
    expected, covariance, _, rank = around(coefficients)
    return _Found(coefficients, covariance, expected, rank)


def _inverse(information: Floats) -> tuple[Floats, int]:
    """Invert as far as the data tell, and say in how many directions they do."""
    values, vectors = np.linalg.eigh(information)
    told = values > SMALLEST * max(float(values.max(initial=0.0)), SMALLEST)
    inverse = (vectors[:, told] / values[told]) @ vectors[:, told].T
    return inverse, int(told.sum())


def _of_months(panel: Panel, numbers: Floats) -> Floats:
    found = np.bincount(panel.month, numbers, len(panel.at))
    return np.asarray(np.maximum(found, SMALLEST), dtype=np.float64)


def _unsteady(asked: Floats, should: Floats, free: int) -> float:
    """Find how much more than by chance whole months scatter about what was expected of them."""
    if free < 1:
        return 0.0

    def beyond(unsteady: float) -> float:
        scatter = (asked - should) ** 2 / (should + unsteady * should**2)
        return float(scatter.sum()) - free

    if beyond(0.0) <= 0:
        return 0.0
    return float(brentq(beyond, 0.0, 1.0 + float(((asked / should - 1) ** 2).sum())))
