"""Whether a ranking of niches can be told from chance; where it cannot, nothing is ranked.

The null world: offers fall on demand evenly, as if they were texts drawn from demand itself. Then
niches still differ in how long their askers wait, by luck alone. If the real niches do not differ
more than that, no ranking is shown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hammock.departments.research.rules.grouping import Grouping, mean_of
from hammock.departments.research.rules.neighbours import NOBODY, Neighbours

WORLDS = 99
CONVINCED_BELOW = 0.05


@dataclass(frozen=True)
class Verdict:
    """How likely chance alone spreads niches this far (`p`), and what was compared."""

    p: float
    spread: float
    spread_by_chance: float

    @property
    def convincing(self) -> bool:
        """Tell whether the ranking may be shown."""
        return self.p < CONVINCED_BELOW


def told_from_chance(
    *,
    nearest_offer: NDArray[np.float32],
    queue: Neighbours,
    queued: int,
    grouping: Grouping,
    offers: int,
    seed: int,
) -> Verdict:
    """Compare how niches differ in waiting with `WORLDS` worlds of evenly spread offers.

    Waiting is the logarithm of the askers nearer than the nearest offer, counted in the `queue` of
    each text (rows of a list of `queued` askers). The p-value is (1 + worlds as uneven) / (1 +
    worlds), so never zero.
    """
    chance = np.random.default_rng((seed, 3))
    ahead = (queue.nearness > nearest_offer[:, None]) & (queue.rows != NOBODY)
    real = _unevenness(np.log1p(ahead.sum(axis=1)), grouping)
    drawn = min(offers, queued // 2)
    worlds = np.array(
        [_even_world(queue, queued, grouping, drawn, chance) for _ in range(WORLDS)],
        dtype=np.float64,
    )
    beaten = int((worlds >= real).sum())
    return Verdict(
        p=(1 + beaten) / (1 + WORLDS), spread=real, spread_by_chance=float(worlds.mean())
    )


def _even_world(
    queue: Neighbours, queued: int, grouping: Grouping, drawn: int, chance: np.random.Generator
) -> float:
    offered = np.zeros(queued + 1, dtype=bool)  # the last stands for nobody
    offered[chance.choice(queued, drawn, replace=False)] = True
    met = offered[queue.rows]
    before = np.where(met.any(axis=1), met.argmax(axis=1), met.shape[1])
    return _unevenness(np.log1p(before), grouping)


def _unevenness(waiting: NDArray[np.float64], grouping: Grouping) -> float:
    """Give the share of the variance of waiting that lies between niches."""
    variance = float(waiting.var())
    if variance == 0:
        return 0.0
    means = mean_of(waiting, grouping)
    between = float((grouping.sizes * (means - waiting.mean()) ** 2).sum()) / len(waiting)
    return between / variance
