"""Letting others go first while one waits for somebody outside.

A web process lets few requests at a time through (`config/gate.py`), a worker few jobs
(`kit/jobs/worker.py`). One that asks a payment or mail server waits for long and reckons nothing:
inside `waiting` it gives its place to another one and takes one again afterwards. Where nobody
counts places, as in a command, nothing happens.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from django.db import connection

from hammock.kit.sqlite.log import force_owed


class WaitingInTransaction(RuntimeError):
    """Somebody outside was asked within a transaction, which would keep others from writing."""


class Place(Protocol):
    """A place among the few, which can be given away and taken again."""

    def take(self) -> None:
        """Wait until one is free, and have it."""
        ...

    def leave(self) -> None:
        """Let another one have it."""
        ...


_place: ContextVar[Place | None] = ContextVar("place", default=None)


@contextmanager
def having(place: Place) -> Iterator[None]:
    """Wait for the place and have it for the block, but for what `waiting` takes."""
    place.take()
    before = _place.set(place)
    try:
        yield
    finally:
        _place.reset(before)
        place.leave()


@contextmanager
def waiting() -> Iterator[None]:
    """Let others have the place for the block, in which somebody outside is told.

    What was committed before is on the disk then. Raises `WaitingInTransaction` within one, where
    there are places.
    """
    place = _place.get()
    if place is None:
        yield
        return
    if connection.in_atomic_block:
        raise WaitingInTransaction
    force_owed()
    place.leave()
    try:
        yield
    finally:
        place.take()
