"""Long work says how far it is: it is begun, can be left and come back to, and is kept.

A department keeps a row for each piece of such work: a model with `state` (of `State`), `run`,
`share`, `moved_at`, `ended_at` and `problem`, beside whatever the work finds. Here is how such a
row moves: `begin` queues its job, `carry_out` runs it under that beginning, `is_under_way` tells
whether somebody waits for it. One begun anew leaves the earlier run without effect.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import models, transaction
from django.db.models import QuerySet

from hammock.kit import clock
from hammock.kit.errors import HammockError
from hammock.kit.jobs import actions

GIVEN_UP_AFTER = timedelta(minutes=15)
"""Work that has not moved for so long may be begun again: its job is lost, or waits."""
SAID_EVERY = 0.5  # seconds between two writes of how far work is

Beat = Callable[[float], None]


class State(models.TextChoices):
    """How far long work is."""

    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


BEGUN = (State.WAITING, State.RUNNING)


class Row(Protocol):
    """A row of long work."""

    pk: Any
    state: Any
    run: Any
    share: Any
    moved_at: Any
    problem: Any

    def save(self) -> None:
        """Write it."""
        ...


def is_under_way(*, state: str, moved_at: datetime) -> bool:
    """Tell whether the work waits or runs; what has not moved for long is given up."""
    return state in BEGUN and clock.now() - moved_at < GIVEN_UP_AFTER


def begin(row: Row, *, job: str, **kwargs: object) -> bool:
    """Queue the work in the caller's transaction, who holds the row's lock; False if it is begun.

    The job is given `run` beside `kwargs`.
    """
    if is_under_way(state=row.state, moved_at=row.moved_at):
        return False
    row.state, row.share, row.problem = State.WAITING, 0.0, ""
    row.run, row.moved_at = row.run + 1, clock.now()
    row.save()
    actions.enqueue(job, dedupe=None, run_after=None, kwargs={**kwargs, "run": row.run})
    return True


def carry_out(mine: QuerySet[Any], *, work: Callable[[Beat], Mapping[str, Any]]) -> None:
    """Run the work of a beginning (`mine` names row and run) and write what it gives to the row.

    `work` is given a beat: called with the share that is done, it is written now and then. What
    the house refuses becomes the row's problem; a beginning that another took over does nothing.
    """
    begun = mine.filter(state__in=BEGUN)
    if not _said(begun, state=State.RUNNING, moved_at=clock.now()):
        return
    try:
        found = work(_heartbeat(begun))
    except HammockError as error:
        _said(begun, state=State.FAILED, problem=error.sentence(), ended_at=clock.now())
    else:
        _said(begun, **found, state=State.DONE, share=1.0, ended_at=clock.now())


def _heartbeat(mine: QuerySet[Any]) -> Beat:
    last = [0.0]

    def beat(share: float) -> None:
        now = time.monotonic()
        if now - last[0] >= SAID_EVERY:
            last[0] = now
            _said(mine, share=share, moved_at=clock.now())

    return beat


def _said(mine: QuerySet[Any], **now: Any) -> bool:
    """Write how it stands; False where it was begun anew or is over."""
    with transaction.atomic(durable=True):
        return bool(mine.update(**now))
