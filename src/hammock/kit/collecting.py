"""What the garbage collector of a long-lived process looks at, and how often."""

from __future__ import annotations

import gc

_YOUNG = 20_000  # new objects between two looks; Python's 700 suits short programs
_OLDER = 20


def spare_what_is_loaded() -> None:
    """Let the collector pass over all that is there now: it lives as long as the process."""
    gc.collect()
    gc.freeze()  # processes forked from this one would copy what a collection touches
    gc.set_threshold(_YOUNG, _OLDER, _OLDER)
