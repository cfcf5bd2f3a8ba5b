"""Demand grouped into niches, without being told how many there are.

Each text is tied to its nearest others; the niches are the communities of that graph
(Louvain; the Leiden at hand draws from the C library's own chance, so no seed makes it say the same
again). `FINENESS` is the resolution: how much denser than by chance a niche's ties must be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hammock.departments.research.rules.neighbours import NOBODY, Neighbours, Rows, Vectors
from hammock.kit.text import unit

TIES = 15  # nearest others that a text is tied to
FINENESS = 4.0
AT_ONCE = 65_536  # rows


@dataclass(frozen=True)
class Grouping:
    """The niche of each text, numbered from the largest, and how many texts each niche has."""

    niche: NDArray[np.int32]
    sizes: NDArray[np.int64]


def centred(demand: Vectors, *others: Vectors) -> tuple[Vectors, ...]:
    """Give new tables without what all demand has in common, rows scaled to length one.

    The same shift is made to the other tables (supply).
    """
    common = common_of(demand)
    tables = tuple(vectors.copy() for vectors in (demand, *others))
    for table in tables:
        centre(table, common)
    return tables


def common_of(demand: Vectors) -> Vectors:
    """Give what all demand has in common."""
    common: Vectors = demand.mean(axis=0, dtype=np.float64).astype(np.float32)
    return common


def centre(vectors: Vectors, common: Vectors) -> None:
    """Take away what is common, so that only differences count; rows get the length one.

    Done in place, part by part: a second table of a million would be a gigabyte.
    """
    for start in range(0, len(vectors), AT_ONCE):
        part = vectors[start : start + AT_ONCE]
        part[:] = unit(part - common)


def ties(near: Neighbours) -> Any:
    """Build the graph of demand (scipy sparse, symmetric, each tie 1) from the nearest others."""
    from scipy import sparse

    rows = near.rows[:, :TIES]
    there = rows != NOBODY
    from_ = np.repeat(np.arange(len(rows), dtype=np.int32), there.sum(axis=1))
    to = rows[there]
    ones = np.ones(len(to), dtype=np.float32)
    graph = sparse.csr_matrix((ones, (from_, to)), shape=(len(rows), len(rows)))
    return graph.maximum(graph.T).tocsr()


def group(graph: Any, *, seed: int, fineness: float = FINENESS) -> Grouping:
    """Find the niches of a graph of demand; the same seed gives the same niches."""
    from sknetwork.clustering import Louvain  # 60 MB with SciPy, loaded only when a study runs

    found = Louvain(resolution=fineness, shuffle_nodes=True, random_state=seed).fit_predict(graph)
    counts = np.bincount(found)
    order = np.argsort(-counts, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return Grouping(niche=place[found].astype(np.int32), sizes=counts[order])


def mean_of(values: NDArray[Any], grouping: Grouping) -> NDArray[np.float64]:
    """Average a figure of the texts over each niche."""
    sums = np.bincount(grouping.niche, values, minlength=len(grouping.sizes))
    return np.asarray(sums / grouping.sizes, dtype=np.float64)


def most_common(labels: Rows) -> NDArray[np.int32]:
    """Say for each row of labels which occurs most (the lowest of equals)."""
    found = np.zeros(len(labels), dtype=np.int32)
    for start in range(0, len(labels), 4096):
        part = np.sort(labels[start : start + 4096], axis=1)
        run = (part[:, :, None] == part[:, None, :]).sum(axis=2)
        found[start : start + 4096] = np.take_along_axis(part, run.argmax(axis=1)[:, None], 1)[:, 0]
    return found
