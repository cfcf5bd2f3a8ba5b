"""How well today's supply answers each text of demand, and how sure that is.

Two signs are read for each text. *Waiting*: how many other askers stand nearer to it than the
nearest offer does (where offers are as common as asking, that is a handful; in a hole it is
everyone around). *Reach*: how much of the offers' attention arrives there, each offer serving the
askers nearest to it. Both are spread along the graph of demand, because a need is asked for by many
and no single text decides.

The scale is learned from the study itself, without labels: hide the offers of a text's own niche
and read the signs again. That is how demand looks when nobody serves it. The likeness to it, scaled
so that as much demand is called unmet as the upper half of the hidden scores allows, is the chance
that a text is unmet.

The intervals come from rehearsed gaps: groups of demand lose their offers; the whole estimate is
made anew; what came out is set against what was hidden. A niche is seldom all or nothing, so groups
are drawn in two ways: as somebody sees them who knows less of the texts (they cut across niches),
and from the niches' own ties, as fine as niches and finer (they take a niche, or a half or a
quarter of it). An interval leaves out one in twenty truths at either end, of the niches that looked
as this one does and are about as large: the smaller a niche, the oftener it lacks offers by luck.
Of what was not hidden nobody knows how much is served, so a truth has two ends: nothing else is
unmet, or as much of it as seems to be today.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hammock.departments.research.rules.grouping import (
    AT_ONCE,
    FINENESS,
    Grouping,
    group,
    mean_of,
    most_common,
    ties,
)
from hammock.departments.research.rules.neighbours import (
    NOBODY,
    Neighbours,
    Vectors,
    nearest_among,
    nearest_others,
    nearest_sampled,
    neighbours_once,
)
from hammock.departments.research.rules.steps import Once, done_anew
from hammock.kit.text import unit

SERVED_BY_AN_OFFER = 15  # the nearest askers, whom an offer is taken to serve
OFFERS_SEEN = 60  # nearest offers kept for each text, so that a niche's own can be hidden
ASKERS_SEEN = 60  # nearest askers that waiting is counted among
ASKERS_AN_OFFER = 15  # askers that waiting is counted among, at most, for each offer
SPREAD = 0.85  # share that a text takes from its ties at each step
STRANGERS_ASKED = 500  # texts that the floor of nearness is read from
STEPS = 20  # 0.85 ** 20 is 4 %: later steps change no ranking
LEAST_REACH = 1e-3  # so that the logarithm of nothing is not endless
COVER = 0.9
VIEWS = 6  # half of them of who knows less, half of the niches' own ties
VIEW_SHARE = 8  # a view sees one in so many of the embedding's dimensions
GAPS_A_VIEW = (4, 48)  # fewest and most; a small study needs more to rehearse enough niches
ENOUGH_REHEARSED = 2_000  # niches
ALIKE = (20, 60)  # fewest and most rehearsed niches that an interval is read from: 1 to 3 an end
FINER = (1.0, 2.0, 4.0)  # than niches are
OTHER_CHANCE = 100  # a seed apart from the niches' own
REHEARSED_TEXTS = 12_000  # larger studies rehearse on a sample
REHEARSED_SAMPLE = 6_000  # texts

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """A share between 0 and 1 with its 90 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Unmet:
    """The chance of being unmet of each text and the interval of each niche's unmet share.

    `score` ranks texts (higher is less served); `rehearsed` counts the niches rehearsed.
    """

    score: Floats
    chance: Floats
    niches: tuple[Interval, ...]
    rehearsed: int


@dataclass(frozen=True)
class Scores:
    """One reading: each text's score, the chance that it is unmet, the share of all that is."""

    score: Floats
    chance: Floats
    share: float


class Market:
    """Demand, its graph and niches, and one list of offers: reads scores with offers hidden."""

    def __init__(
        self,
        *,
        demand: Vectors,
        supply: Vectors,
        graph: Any,
        grouping: Grouping,
        askers: Neighbours,
        seed: int,
        beat: Callable[[float], None] = lambda share: None,
        once: Once = done_anew,
    ) -> None:
        """Let demand and supply meet; `beat` hears the share done, and may raise to stop.

        Offers that come near to no text are left out: `near` tells of each whether it is one of the
        `offers` that count, by whose numbers everything else goes.
        """
        self.grouping = grouping
        self.graph = graph
        served = neighbours_once(
            once,
            "served",
            lambda: nearest_among(
                supply,
                demand,
                min(SERVED_BY_AN_OFFER, len(demand)),
                seed=seed,
                beat=lambda done: beat(done / 2),
            ),
        )
        floor = _floor_of_nearness(demand, grouping, seed=seed)
        self.near: NDArray[np.bool_] = served.nearness[:, 0] >= floor
        supply = supply[self.near]
        self.offers = len(supply)
        self.served = served.rows[self.near]
        far = served.nearness[self.near] < floor
        self._belongs_to = np.where(far, self.served[:, :1], self.served)
        self._offers = neighbours_once(
            once,
            "offers",
            lambda: nearest_among(
                demand,
                supply,
                min(OFFERS_SEEN, max(len(supply), 1)),
                seed=seed,
                beat=lambda done: beat((1 + done) / 2),
            ),
        )
        self.queue, self.queued = self._sampled(demand, askers, seed=seed, once=once)
        self._niche_of_offer = self.labels_of_offers(grouping.niche)
        self._step, self._step_inside = _steps(graph, grouping)
        self._scale: tuple[Floats, Floats] | None = None

    def _sampled(
        self, demand: Vectors, askers: Neighbours, *, seed: int, once: Once
    ) -> tuple[Neighbours, int]:
        """Give each text's nearest askers out of how many, thinned to what offers can answer.

        Among a hundred times more askers than offers even a served text has a long queue before
        it; a sample of them keeps the count in reach.
        """
        wanted = ASKERS_AN_OFFER * self.offers
        if len(demand) <= wanted:
            return askers, len(demand)
        sample = np.random.default_rng((seed, 1)).choice(len(demand), wanted, replace=False)
        queue = neighbours_once(
            once, "queue", lambda: nearest_sampled(demand, np.sort(sample), ASKERS_SEEN)
        )
        return queue, wanted

    @property
    def nearest_offer(self) -> NDArray[np.float32]:
        """Give each text's nearness to its nearest offer."""
        return self._offers.nearness[:, 0]

    @property
    def nearest_offers(self) -> NDArray[np.int32]:
        """Give each text's nearest offers, nearest first."""
        return self._offers.rows

    def labels_of_offers(self, labels: NDArray[np.int32]) -> NDArray[np.int32]:
        """Give each offer the label that most of the askers it stands near to have."""
        return most_common(labels[self._belongs_to])

    def mean_for_offers(self, values: NDArray[np.float64]) -> Floats:
        """Average a figure of the texts over the askers that each offer stands near to."""
        return np.asarray(values[self._belongs_to].mean(axis=1), dtype=np.float64)

    def read(self, alive: NDArray[np.bool_]) -> Scores:
        """Score all texts with only the offers that are `alive`."""
        signs, hidden = self._signs(alive)
        spread = _spread(self._step, signs)
        outside = self._step @ spread - self._step_inside @ spread
        alone = _spread(self._step_inside, hidden, outside)
        both, both_hidden = _logged(spread), _logged(alone)
        if self._scale is None:
            self._scale = (both.mean(axis=0), np.maximum(both.std(axis=0), 1e-9))
        mean, deviation = self._scale
        score = ((both - mean) / deviation).sum(axis=1)
        unserved = ((both_hidden - mean) / deviation).sum(axis=1)
        return _scaled(score, unserved)

    def _signs(self, alive: NDArray[np.bool_]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Give waiting and reach as they are, and as they are without one's own niche's offers."""
        rows = self._offers.rows
        there = (rows != NOBODY) & alive[rows]
        foreign = there & (self._niche_of_offer[rows] != self.grouping.niche[:, None])
        served = self.served[alive]
        own = self._niche_of_offer[alive][:, None] == self.grouping.niche[served]
        present = served != NOBODY
        signs = (self._waiting(there), self._reach(served[present]))
        hidden = (self._waiting(foreign), self._reach(served[present & ~own]))
        return _columns(*signs), _columns(*hidden)

    def _waiting(self, there: NDArray[np.bool_]) -> NDArray[np.float32]:
        first = there.argmax(axis=1)
        at = np.where(there.any(axis=1), first, self._offers.rows.shape[1] - 1)
        nearest = self._offers.nearness[np.arange(len(at)), at]
        ahead = (self.queue.nearness > nearest[:, None]) & (self.queue.rows != NOBODY)
        return np.asarray(np.log1p(ahead.sum(axis=1)), dtype=np.float32)

    def _reach(self, served: NDArray[np.int32]) -> NDArray[np.float32]:
        arrived = np.bincount(served, minlength=len(self.grouping.niche)) / SERVED_BY_AN_OFFER
        return np.asarray(arrived, dtype=np.float32)


@dataclass(frozen=True)
class Rehearsal:
    """How niches looked in rehearsed gaps, how large they were, and what was unmet in truth.

    `looked` is the mean score of each: it goes by today's scale, whatever else is hidden. `size` is
    in usual niches of the market rehearsed; `least` is the share of each that was hidden, `most`
    that and as much of the rest as seems unmet today.
    """

    looked: Floats
    size: Floats
    least: Floats
    most: Floats


def estimate(market: Market, rehearsal: Rehearsal) -> Unmet:
    """Estimate how much of each niche is unmet, with intervals from rehearsed gaps.

    The rehearsal was played on the market itself, or on a smaller one of the same kind.
    """
    now = market.read(np.ones(market.offers, dtype=bool))
    grouping = market.grouping
    columns = zip(
        mean_of(now.chance, grouping),
        mean_of(now.score, grouping),
        _in_usual(grouping.sizes),
        0.5 / grouping.sizes,
        strict=True,
    )
    niches = tuple(
        interval(float(value), rehearsal, looks=float(looks), size=float(size), half=float(half))
        for value, looks, size, half in columns
    )
    return Unmet(score=now.score, chance=now.chance, niches=niches, rehearsed=len(rehearsal.looked))


def rehearse(
    market: Market,
    demand: Vectors,
    *,
    seed: int,
    beat: Callable[[float], None] = lambda share: None,
) -> Rehearsal:
    """Hide groups of demand from supply; say how niches looked then, and what was true.

    Only niches that look served today tell a truth: of the others nobody knows what they lack.
    `beat` hears the share done, and may raise to stop.
    """
    chance = np.random.default_rng((seed, 2))
    grouping = market.grouping
    now = market.read(np.ones(market.offers, dtype=bool))
    served = mean_of(now.chance, grouping) < 0.2
    fewest, most = GAPS_A_VIEW
    wanted = ENOUGH_REHEARSED / (VIEWS * max(int(served.sum()), 1))
    gaps = min(max(int(np.ceil(wanted)), fewest), most)
    played: list[tuple[Floats, Floats, Floats, Floats]] = []
    for view in range(VIEWS):
        labels = _view(demand, view, chance) if view < VIEWS // 2 else _cut(market, view)
        of_offers = market.labels_of_offers(labels)
        for _ in range(gaps):
            gap = _gap(labels, now.share, chance)
            alive = ~gap[of_offers]
            if alive.sum() < min(10, market.offers):
                continue
            hidden = gap[labels].astype(np.float64)
            truths = (hidden, np.maximum(hidden, now.chance))
            seen = mean_of(market.read(alive).score, grouping)
            least, at_most = (mean_of(truth, grouping) for truth in truths)
            played.append((seen, _in_usual(grouping.sizes), least, at_most))
        beat((view + 1) / VIEWS)
    if not played:
        nothing = np.zeros(0)
        return Rehearsal(looked=nothing, size=nothing, least=nothing, most=nothing)
    looked, size, least, at_most = (
        np.concatenate([one[served] for one in column]) for column in zip(*played, strict=True)
    )
    return Rehearsal(looked=looked, size=size, least=least, most=at_most)


def interval(
    value: float, rehearsal: Rehearsal, *, looks: float, size: float, half: float
) -> Interval:
    """Read the interval that leaves out one in twenty truths at either end, of niches alike.

    Alike are niches that scored as high and are as large, both in usual differences. It is widened
    by `half` a text, the least that a niche can differ by, and `value` is kept inside.
    """
    fewest, most = ALIKE
    if len(rehearsal.looked) < fewest:
        return Interval(value=value, low=0.0, high=1.0)
    apart = _apart(rehearsal.looked, np.asarray(looks))
    apart += _apart(np.log(rehearsal.size), np.log(np.asarray(size)))
    count = min(max(len(apart) // 8, fewest), most)
    alike = np.argpartition(apart, count - 1)[:count]
    end = (1 - COVER) / 2
    least = float(np.quantile(rehearsal.least[alike], end, method="lower"))
    at_most = float(np.quantile(rehearsal.most[alike], 1 - end, method="higher"))
    low, high = max(least - half, 0.0), min(at_most + half, 1.0)
    return Interval(value=min(max(value, low), high), low=low, high=high)


def _apart(many: Floats, one: Floats) -> Floats:
    usual = float(many.std())
    return np.abs(many - one) / usual if usual > 0 else np.abs(many - one)


def _in_usual(sizes: NDArray[np.int64]) -> Floats:
    """Measure sizes by the usual niche, so that those of a sample can be set beside the whole."""
    return np.asarray(sizes / np.median(sizes), dtype=np.float64)


def _floor_of_nearness(demand: Vectors, grouping: Grouping, *, seed: int) -> float:
    """Say how near an offer must come to one text at the least to have anything to do with it.

    Somebody who asks for something else is no stranger to the words: half of all texts come this
    near to their nearest text of another niche. What comes no nearer than that to any text is
    offered to nobody here. With one niche alone nothing is too far.
    """
    rows = np.arange(len(demand))
    if len(rows) > STRANGERS_ASKED:
        chance = np.random.default_rng((seed, 8))
        rows = np.sort(chance.choice(rows, STRANGERS_ASKED, replace=False))
    nearest = np.full(len(rows), -1.0, dtype=np.float32)
    for start in range(0, len(demand), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        near = demand[rows] @ demand[part].T
        near[grouping.niche[rows][:, None] == grouping.niche[part]] = -1.0
        nearest = np.maximum(nearest, near.max(axis=1))
    return float(np.median(nearest))


def _gap(labels: NDArray[np.int32], share: float, chance: np.random.Generator) -> NDArray[np.bool_]:
    """Draw whole groups until about as much demand is hidden as seems to be unmet today."""
    sizes = np.bincount(labels)
    wanted = chance.uniform(0.5, 1.5) * max(share, 0.05) * len(labels)
    order = chance.permutation(len(sizes))
    count = max(1, int(np.searchsorted(np.cumsum(sizes[order]), wanted)))
    hidden = np.zeros(len(sizes), dtype=bool)
    hidden[order[:count]] = True
    return hidden


def _view(demand: Vectors, view: int, chance: np.random.Generator) -> NDArray[np.int32]:
    """Group the texts as somebody would who knows less of them, coarsely, middling or finely."""
    width = max(demand.shape[1] // VIEW_SHARE, 2)
    kept = chance.choice(demand.shape[1], min(width, demand.shape[1]), replace=False)
    seen = unit(demand[:, kept])
    graph = ties(nearest_others(seen, min(15, len(seen) - 1), seed=view))
    return group(graph, seed=view, fineness=(2.0, 4.0, 8.0)[view % 3]).niche


def _cut(market: Market, view: int) -> NDArray[np.int32]:
    """Group the texts by their own ties anew, as finely as niches or finer."""
    finer = FINER[view % len(FINER)]
    return group(market.graph, seed=OTHER_CHANCE + view, fineness=finer * FINENESS).niche


def _scaled(score: Floats, unserved: Floats) -> Scores:
    """Turn scores into chances by their likeness to the scores of the unserved."""
    from sklearn.isotonic import IsotonicRegression

    asked = np.concatenate((score, unserved))
    hidden = np.concatenate((np.zeros(len(score)), np.ones(len(unserved))))
    likeness = IsotonicRegression(out_of_bounds="clip").fit(asked, hidden).predict(score)
    odds = np.clip(likeness, 1e-4, 0.999) / (1 - np.clip(likeness, 1e-4, 0.999))
    middle = np.median(unserved)
    above = float((unserved > middle).mean())
    share = min(1.0, float((score > middle).mean()) / above) if above > 0 else 0.0
    return Scores(score=score, chance=_with_mean(odds, share), share=share)


def _with_mean(odds: Floats, share: float) -> Floats:
    """Scale `odds` (and cut them at 1) so that their mean is `share`."""
    low, high = 0.0, 1e5
    for _ in range(60):
        middle = (low + high) / 2
        if np.minimum(1.0, middle * odds).mean() < share:
            low = middle
        else:
            high = middle
    return np.asarray(np.minimum(1.0, low * odds), dtype=np.float64)


def _steps(graph: Any, grouping: Grouping) -> tuple[Any, Any]:
    """Give one step of spreading, and the part of it that stays inside a niche."""
    from scipy import sparse

    degree = np.maximum(np.asarray(graph.sum(axis=1)).ravel(), 1.0)
    step = sparse.diags((1.0 / degree).astype(np.float32)).dot(graph).tocsr().astype(np.float32)
    row = np.repeat(np.arange(step.shape[0], dtype=np.int32), np.diff(step.indptr))
    inside = grouping.niche[row] == grouping.niche[step.indices]
    starts = np.cumsum(np.bincount(row[inside] + 1, minlength=step.shape[0] + 1))
    within = sparse.csr_matrix(
        (step.data[inside], step.indices[inside], starts.astype(step.indptr.dtype)),
        shape=step.shape,
    )
    return step, within


def _spread(
    step: Any, signs: NDArray[np.float32], outside: NDArray[np.float32] | None = None
) -> NDArray[np.float32]:
    fixed = (1 - SPREAD) * signs if outside is None else (1 - SPREAD) * signs + SPREAD * outside
    found = signs
    for _ in range(STEPS):
        found = SPREAD * (step @ found) + fixed
    return np.asarray(found, dtype=np.float32)


def _logged(spread: NDArray[np.float32]) -> Floats:
    reach = -np.log(np.maximum(spread[:, 1], 0.0) + LEAST_REACH)
    return np.stack((spread[:, 0], reach), axis=1).astype(np.float64)


def _columns(*columns: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.ascontiguousarray(np.stack(columns, axis=1), dtype=np.float32)
