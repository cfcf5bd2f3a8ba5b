"""Processes that end with the one that started them, so that nothing is left that holds the port.

A closed terminal or a kill -9 ends one process alone; what it started would go on without it.
"""

from __future__ import annotations

import os
import signal
import threading
import time

LOOK_SECONDS = 1.0


def end_with_parent() -> None:
    """Tell this process to end, as SIGTERM does, soon after the one that started it has ended."""
    parent = os.getppid()
    threading.Thread(target=_outlive, args=(parent,), name="parent", daemon=True).start()


def _outlive(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
