"""The costly steps of a study, each done once: what a step found may be kept by whoever asks.

A step gives named arrays and has a name; `Once` gives back what it found before, or does it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]
Once = Callable[[str, Callable[[], Arrays]], Arrays]


def done_anew(step: str, do: Callable[[], Arrays]) -> Arrays:
    """Do a step, and keep nothing of it."""
    return do()
