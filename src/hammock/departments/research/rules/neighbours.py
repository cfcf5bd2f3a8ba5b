"""Who stands nearest to whom: exact for small tables, a forest of splits for large ones.

All vectors have length one, so nearness is the cosine. Exact search costs n·m; above
`EXACT_PAIRS` pairs a few trees cut both tables at medians until a leaf holds `LEAF` rows and search
only there, which costs n·log n. What a tree misses at its borders another one finds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from hammock.departments.research.rules.steps import Once

Vectors = NDArray[np.float32]
Rows = NDArray[np.int32]
Beat = Callable[[float], None]

EXACT_PAIRS = 250_000_000  # about 16,000 x 16,000: a few seconds on one core
LEAF = 1024
TREES = 5
BLOCK = 1024
CORES = 2
NOBODY = -1
FAR = np.float32(-2.0)  # below every cosine
SAMPLE_FOR_SPLIT = 256


@dataclass(frozen=True)
class Neighbours:
    """For each row the nearest others, nearest first; `NOBODY` and `FAR` fill short lists."""

    rows: Rows
    nearness: NDArray[np.float32]

    def first(self, count: int) -> Neighbours:
        """Keep the nearest `count` of each list."""
        return Neighbours(rows=self.rows[:, :count], nearness=self.nearness[:, :count])


def neighbours_once(once: Once, step: str, find: Callable[[], Neighbours]) -> Neighbours:
    """Find neighbours as a step that may have been done before."""
    return Neighbours(**once(step, lambda: vars(find())))


def nearest_others(
    vectors: Vectors, count: int, *, seed: int, beat: Beat = lambda share: None
) -> Neighbours:
    """Find for each row its `count` nearest other rows of the same table.

    `beat` hears the share done, and may raise to stop.
    """
    return _search(vectors, vectors, count, itself=np.arange(len(vectors)), seed=seed, beat=beat)


def nearest_among(
    vectors: Vectors, others: Vectors, count: int, *, seed: int, beat: Beat = lambda share: None
) -> Neighbours:
    """Find for each row of `vectors` its `count` nearest rows of `others`, heard by `beat`."""
    nobody = np.full(len(vectors), NOBODY)
    return _search(vectors, others, count, itself=nobody, seed=seed, beat=beat)


def nearest_sampled(vectors: Vectors, sample: NDArray[np.intp], count: int) -> Neighbours:
    """Find for each row its `count` nearest rows of the sampled ones, itself left out."""
    itself = np.full(len(vectors), NOBODY)
    itself[sample] = np.arange(len(sample))
    return _search(vectors, vectors[sample], count, itself=itself, seed=0, beat=lambda share: None)


def _search(
    vectors: Vectors,
    others: Vectors,
    count: int,
    *,
    itself: NDArray[np.intp],
    seed: int,
    beat: Beat,
) -> Neighbours:
    found = Neighbours(
        rows=np.full((len(vectors), count), NOBODY, dtype=np.int32),
        nearness=np.full((len(vectors), count), FAR, dtype=np.float32),
    )
    if len(vectors) == 0 or len(others) == 0:
        return found
    if len(vectors) * len(others) <= EXACT_PAIRS:
        everyone = np.arange(len(others), dtype=np.int32)
        blocks = [
            (np.arange(start, min(start + BLOCK, len(vectors))), everyone)
            for start in range(0, len(vectors), BLOCK)
        ]
        _look_everywhere(found, vectors, others, blocks, itself, beat=beat)
        return found
    for tree in range(TREES):
        leaves = _leaves(vectors, others, np.random.default_rng((seed, tree)))
        of_all = partial(_share_of_all, beat, tree)
        _look_everywhere(found, vectors, others, leaves, itself, beat=of_all)
    return found


def _share_of_all(beat: Beat, tree: int, share: float) -> None:
    beat((tree + share) / TREES)


def _look_everywhere(
    found: Neighbours,
    vectors: Vectors,
    others: Vectors,
    parts: Iterable[tuple[NDArray[np.intp], Rows]],
    itself: NDArray[np.intp],
    *,
    beat: Beat,
) -> None:
    """Look through parts on two cores, a product on one of them; no row is in two parts."""
    beat(0.0)
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(CORES) as pool:
        looks = [
            pool.submit(_look, found, vectors, others, rows, among, itself) for rows, among in parts
        ]
        try:
            for at, done in enumerate(looks, start=1):
                done.result()
                beat(at / len(looks))
        finally:  # who stops does not wait for the rest
            pool.shutdown(cancel_futures=True)


def _look(
    found: Neighbours,
    vectors: Vectors,
    others: Vectors,
    rows: NDArray[np.intp],
    among: Rows,
    itself: NDArray[np.intp],
) -> None:
    """Compare `rows` with `among` and keep what is nearer than what was found before."""
    near = vectors[rows] @ others[among].T
    own = np.searchsorted(among, itself[rows])
    own[own == len(among)] = 0
    same = among[own] == itself[rows]
    near[np.flatnonzero(same), own[same]] = FAR
    count = found.rows.shape[1]
    if near.shape[1] > count:
        best = _highest(near, count)
        near = np.take_along_axis(near, best, axis=1)
        who = among[best]
    else:
        who = np.broadcast_to(among, near.shape)
    _merge(found, rows, who, near)


def _highest(near: Vectors, count: int) -> NDArray[np.intp]:
    """Say where the `count` highest of each row stand, in no order.

    They stand in the `count` groups with the highest maxima, so only those groups are sorted out.
    A group is every so-manieth column: their maxima are taken many columns at a time.
    """
    width = near.shape[1]
    size = int(np.sqrt(width / count))
    if size < 2:
        return np.argpartition(near, width - count, axis=1)[:, width - count :]
    groups = width // size
    inside = groups * size
    tops = near[:, :inside].reshape(len(near), size, groups).max(axis=1)
    chosen = np.argpartition(tops, groups - count, axis=1)[:, groups - count :]
    places = (chosen[:, None, :] + groups * np.arange(size)[:, None]).reshape(len(near), -1)
    rest = np.broadcast_to(np.arange(inside, width), (len(near), width - inside))
    places = np.hstack((places, rest))
    candidates = np.take_along_axis(near, places, axis=1)
    keep = np.argpartition(candidates, candidates.shape[1] - count, axis=1)
    return np.take_along_axis(places, keep[:, candidates.shape[1] - count :], axis=1)


def _merge(found: Neighbours, rows: NDArray[np.intp], who: Rows, near: Vectors) -> None:
    count = found.rows.shape[1]
    everyone = np.hstack((found.rows[rows], who))
    nearness = np.hstack((found.nearness[rows], near))
    by_name = np.argsort(everyone, axis=1, kind="stable")
    everyone = np.take_along_axis(everyone, by_name, axis=1)
    nearness = np.take_along_axis(nearness, by_name, axis=1)
    again = np.zeros(everyone.shape, dtype=bool)
    again[:, 1:] = everyone[:, 1:] == everyone[:, :-1]
    nearness[again] = FAR
    best = np.argsort(-nearness, axis=1, kind="stable")[:, :count]
    nearness = np.take_along_axis(nearness, best, axis=1)
    everyone = np.take_along_axis(everyone, best, axis=1)
    everyone[nearness == FAR] = NOBODY
    found.rows[rows] = everyone
    found.nearness[rows] = nearness


def _leaves(
    vectors: Vectors, others: Vectors, chance: np.random.Generator
) -> Iterator[tuple[NDArray[np.intp], Rows]]:
    """Cut both tables by the same planes until a part has at most `LEAF` rows of each."""
    start = (np.arange(len(vectors)), np.arange(len(others), dtype=np.int32))
    parts: list[tuple[NDArray[np.intp], Rows]] = [start]
    while parts:
        rows, among = parts.pop()
        if max(len(rows), len(among)) <= LEAF or min(len(rows), len(among)) <= 1:
            if len(rows) and len(among):
                yield rows, among
            continue
        plane = _plane(others[chance.choice(among, min(SAMPLE_FOR_SPLIT, len(among)))], chance)
        here, there = vectors[rows] @ plane, others[among] @ plane
        middle = np.median(there)
        low, low_other = here <= middle, there <= middle
        if low_other.all() or not low_other.any():  # the same text again and again
            low_other = np.arange(len(among)) < len(among) // 2
        parts.append((rows[low], among[low_other]))
        parts.append((rows[~low], among[~low_other]))


def _plane(sample: Vectors, chance: np.random.Generator) -> Vectors:
    """Choose the direction between two centres of the sample, which keeps likes together."""
    centres = sample[chance.choice(len(sample), 2, replace=len(sample) < 2)]
    for _ in range(3):
        second = (sample @ (centres[1] - centres[0])) > 0.5 * (
            (centres[1] ** 2).sum() - (centres[0] ** 2).sum()
        )
        if second.all() or not second.any():
            break
        centres = np.stack((sample[~second].mean(axis=0), sample[second].mean(axis=0)))
    direction: Vectors = (centres[1] - centres[0]).astype(np.float32)
    return direction
