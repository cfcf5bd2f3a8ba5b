"""A clock that stands until it is told to go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta

from hammock.kit import clock

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


class FrozenClock:
    """The time as this thread (and `race`, which carries it along) sees it."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    def move_to(self, moment: datetime) -> None:
        self._stack.enter_context(clock.at(moment))

    def advance(self, span: timedelta | None = None, **keywords: float) -> None:
        """Let `span`, or timedelta's keywords, go by."""
        self.move_to(clock.now() + (span or timedelta(**keywords)))


@contextmanager
def frozen(moment: datetime = NOON) -> Iterator[FrozenClock]:
    """Freeze `kit.clock` at `moment`; the yielded clock moves it."""
    with ExitStack() as stack:
        frozen_clock = FrozenClock(stack)
        frozen_clock.move_to(moment)
        yield frozen_clock
