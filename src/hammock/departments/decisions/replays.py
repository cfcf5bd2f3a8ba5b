"""History from elsewhere that can be rehearsed, as if its cases had been questions here.

A flow registers a source for a kind; what it gives must be what was known when the question would
have been asked, and apart from it what was really decided later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from hammock.departments.decisions.kinds import Value
from hammock.kit.money import Money


@dataclass(frozen=True, kw_only=True, slots=True)
class Replayed:
    """A case of the past: what was known at `asked_at`, and what was decided later, if anything.

    `facts` are typed as the kind declares them.
    """

    asked_at: datetime
    facts: Mapping[str, Value]
    about: str
    outcome: str | None
    decided_at: datetime | None
    stake: Money | None


Source = Callable[[datetime, datetime], Iterable[Replayed]]
"""Gives the cases asked from one moment up to, and without, another."""

Weigh = Callable[[datetime, datetime], int]
"""Tells what a source's span is to read, in the work of so many own questions; quickly."""

_sources: dict[str, dict[Source, Weigh]] = {}


def replays(kind_name: str, source: Source, *, weighs: Weigh) -> None:
    """Let rehearsals replay what this source gives as questions of the kind."""
    _sources.setdefault(kind_name, {})[source] = weighs


def sources(kind_name: str) -> tuple[Source, ...]:
    """List the kind's sources."""
    return tuple(_sources.get(kind_name, ()))


def weight(since: datetime, until: datetime) -> int:
    """Tell what all sources' span is to read, in the work of so many own questions."""
    return sum(weighs(since, until) for of in _sources.values() for weighs in of.values())


def forget(kind_name: str) -> None:
    """Forget the kind's sources: for tests, whose sources live no longer than they."""
    _sources.pop(kind_name, None)
