"""Let several callables run at the same moment, each with a database connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any

from django.db import connections

_PATIENCE = 60.0


@dataclass(frozen=True, kw_only=True)
class Finish:
    """How one runner ended: with a value, or with an error."""

    value: Any = None
    error: BaseException | None = None


def race(*runners: Callable[[], Any]) -> list[Finish]:
    """Start all at one barrier in threads; tells how each ended, in the order given.

    The caller's frozen clock holds for the runners. The test needs real transactions
    (`django_db(transaction=True)`), or the runners would not see its rows.
    """
    barrier = threading.Barrier(len(runners))
    finishes: dict[int, Finish] = {}

    def run(number: int, runner: Callable[[], Any]) -> None:
        try:
            barrier.wait(_PATIENCE)
            finishes[number] = Finish(value=runner())
        except BaseException as error:  # told to the test, which judges it
            finishes[number] = Finish(error=error)
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=copy_context().run, args=(run, number, runner), daemon=True)
        for number, runner in enumerate(runners)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_PATIENCE)
    stuck = [number for number in range(len(runners)) if number not in finishes]
    if stuck:
        raise TimeoutError(f"runners {stuck} did not end within {_PATIENCE:.0f} s")
    return [finishes[number] for number in range(len(runners))]
