"""Wait for what another thread or process brings about, no longer than it takes."""

from __future__ import annotations

import time
from collections.abc import Callable

_PATIENCE = 30.0
_STEP = 0.01


def until(holds: Callable[[], object], *, patience: float = _PATIENCE) -> None:
    """Return as soon as `holds()` is true; raises TimeoutError after `patience` seconds."""
    last = time.monotonic() + patience
    while not holds():
        if time.monotonic() > last:
            raise TimeoutError(f"did not come true within {patience:.0f} s")
        time.sleep(_STEP)
