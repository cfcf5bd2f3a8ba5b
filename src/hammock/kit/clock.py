"""The one clock: all code asks `now()`; tests and the sample business's history set it.

The setting lives in a context variable, so one thread's past is not another's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta

from django.utils import timezone

_set_to: ContextVar[datetime | None] = ContextVar("hammock_clock", default=None)


def now() -> datetime:
    """Tell the moment it is, aware, in UTC."""
    return _set_to.get() or timezone.now()


def today() -> date:
    """Tell the day it is in the business's time zone."""
    return timezone.localdate(now())


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let everything inside the block believe that it is `moment` (aware)."""
    if moment.tzinfo is None:
        raise ValueError("clock.at needs an aware datetime")
    token = _set_to.set(moment)
    try:
        yield
    finally:
        _set_to.reset(token)


def in_(**span: float) -> datetime:
    """Tell the moment that lies `span` (timedelta's keywords) from now."""
    return now() + timedelta(**span)
