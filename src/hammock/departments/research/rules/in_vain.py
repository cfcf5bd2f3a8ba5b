"""Searches that found nothing where they were asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hammock.departments.research.rules.rows import Demand


@dataclass(frozen=True)
class InVain:
    """Searches whose results are known: how many found nothing, of how many, and the worst."""

    searches: float
    of: float
    texts: tuple[str, ...]


def in_vain(demand: Demand, members: NDArray[np.intp], *, shown: int) -> InVain | None:
    """Count the members' searches that found nothing; `shown` of the worst are named."""
    known = members[~np.isnan(demand.answered[members])]
    if not len(known):
        return None
    vain = known[demand.answered[known] == 0]
    worst = vain[np.argsort(-demand.value[vain], kind="stable")]
    return InVain(
        searches=float(demand.value[vain].sum()),
        of=float(demand.value[known].sum()),
        texts=tuple(demand.texts[one] for one in worst[:shown]),
    )
