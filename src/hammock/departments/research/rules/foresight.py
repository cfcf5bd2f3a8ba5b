"""What a market's next months will be, from its own past alone.

The months to come are taken to be like the last ones, and like the same time of the year before:
each past month counts by how recent it is and by how near it lies on the circle of the year. Growth
is the logarithm of what is foreseen against the mean of the past. Deliberately plain: two kernels
with widths of a season (three months) and no parameter fitted, so a short history cannot be
overfitted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SEASON = 3.0  # months
YEAR = 12.0
AHEAD = 4  # months that are foreseen unless said otherwise


@dataclass(frozen=True)
class Past:
    """Volumes of consecutive months (or periods of thirty days), oldest first."""

    volumes: tuple[float, ...]


@dataclass(frozen=True)
class Foreseen:
    """The mean monthly volume to come, and its growth against the past (0.1 is about 10 %)."""

    volume: float
    growth: float


def foreseen(past: Past, *, ahead: int = AHEAD) -> Foreseen:
    """Foresee the mean of the next `ahead` months; with an empty past nothing changes."""
    if not past.volumes:
        return Foreseen(volume=0.0, growth=0.0)
    volumes = np.asarray(past.volumes, dtype=np.float64)
    age = np.arange(len(volumes), 0, -1, dtype=np.float64)  # months before the first one to come
    recent = np.exp(-(age - 1) / SEASON)
    expected = []
    for month in range(ahead):
        apart = np.abs((age + month + YEAR / 2) % YEAR - YEAR / 2)
        seasonal = np.exp(-0.5 * (apart / (SEASON / 2)) ** 2)
        weights = recent / recent.sum() + seasonal / max(float(seasonal.sum()), 1.0)
        expected.append(float((weights * volumes).sum() / weights.sum()))
    volume = float(np.mean(expected))
    growth = float(np.log((volume + 1.0) / (float(volumes.mean()) + 1.0)))
    return Foreseen(volume=volume, growth=growth)
