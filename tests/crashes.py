"""Let the process die, as far as the database can see, before or after any one statement.

    for death in dying_everywhere(lambda: pay(order()), start=databases.restore):
        recover()
        assert nothing_is_lost(), death

A death between commit and the next statement is the death before that next statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, Literal

from django.db import connection

When = Literal["before", "after"]


class SimulatedCrash(BaseException):
    """The death of the process: no `except Exception` may live on."""


@dataclass(frozen=True, kw_only=True)
class Death:
    """Where it died; says itself in an assertion's message."""

    number: int
    when: When
    statement: str


class _Reaper:
    def __init__(self, *, number: int, when: When) -> None:
        self.number = number
        self.when: When = when
        self.seen = 0
        self.death: Death | None = None

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: Any, context: Any
    ) -> Any:
        self.seen += 1
        due = self.seen == self.number
        if self.death or (due and self.when == "before"):
            raise self._die(sql)
        answer = execute(sql, params, many, context)
        if due:
            raise self._die(sql)
        return answer

    def _die(self, sql: str) -> SimulatedCrash:
        # Once dead it stays dead: what cleans up after a SimulatedCrash writes nothing either.
        self.death = self.death or Death(number=self.number, when=self.when, statement=sql)
        return SimulatedCrash(f"{self.when} statement {self.number}: {sql[:200]}")


@contextmanager
def crash_at(number: int, *, when: When) -> Iterator[_Reaper]:
    """Die before or after the n-th statement (from 1) inside the block; swallows the death.

    The yielded object's `death` is None when the block had fewer statements.
    """
    reaper = _Reaper(number=number, when=when)
    try:
        with connection.execute_wrapper(reaper):
            yield reaper
    except SimulatedCrash:
        pass
    if reaper.death and not connection.in_atomic_block:
        connection.close()  # a dead process holds no connection, and no open transaction


def dying_everywhere(work: Callable[[], object], *, start: Callable[[], object]) -> Iterator[Death]:
    """Run `start` and then `work` again and again, dying at each statement in turn.

    Yields after each death, for the caller to recover and to judge; ends when `work` comes through
    whole.
    """
    for number in count(1):
        for when in ("before", "after"):
            start()
            with crash_at(number, when=when) as reaper:
                work()
            if reaper.death is None:
                if number == 1:
                    raise AssertionError("the work asks the database for nothing")
                return
            yield reaper.death
