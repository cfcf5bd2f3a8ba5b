"""Facts: what happened, stated in the transaction that made it true.

A department declares its facts in `events` with `@event`; an action or flow states one with
`state`. Whoever must react registers a job with `react`; the job is queued in that same
transaction. It may run more than once, so its effect is a row that is unique by its reason.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, is_dataclass
from typing import Any, TypeVar, dataclass_transform

from django.db import connection

from hammock.kit import jobs
from hammock.kit.errors import HammockError

T = TypeVar("T")

_events: dict[str, type[Any]] = {}
_reactions: dict[str, list[str]] = {}


class UnknownFact(HammockError):
    """A fact of this name was never declared."""

    def __init__(self, *, name: str) -> None:
        super().__init__(name)
        self.name = name

    def sentence(self) -> str:
        """Name it."""
        return f"No event called “{self.name}” is declared."


class OutsideTransaction(HammockError):
    """A fact was about to be stated where nothing could make it true with it."""

    def sentence(self) -> str:
        """Say what to do."""
        return "Facts are stated inside the transaction that makes them true."


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event(cls: type[T]) -> type[T]:
    """Declare a fact's shape: a frozen dataclass of JSON values, in the past tense."""
    made = dataclass(frozen=True, kw_only=True)(cls)
    if made.__name__ in _events:
        raise ValueError(f"two events are called {made.__name__}")
    _events[made.__name__] = made
    return made


def events() -> dict[str, type[Any]]:
    """List every declared event by name."""
    return dict(_events)


def react(to: type[Any], *, job: str) -> None:
    """Queue the registered job with `fact_id` whenever such a fact is stated."""
    _reactions.setdefault(to.__name__, []).append(job)


def reactions() -> dict[str, list[str]]:
    """List the jobs that each event's name queues."""
    return {name: list(queued) for name, queued in _reactions.items()}


def state(happened: Any, *, about: str) -> int:
    """Write the fact and queue its reactions, in the caller's transaction; answers with its id.

    Raises `OutsideTransaction` where there is none.
    """
    from hammock.kit.facts.models import Fact
    from hammock.kit.prepared import add

    if not connection.in_atomic_block:
        raise OutsideTransaction
    if not is_dataclass(happened) or isinstance(happened, type):
        raise TypeError("state takes an instance of an @event class")
    name = type(happened).__name__
    if name not in _events:
        raise UnknownFact(name=name)
    fact = Fact(name=name, about=about, data=asdict(happened))
    add(fact)
    jobs.enqueue_each(_reactions.get(name, ()), fact_id=fact.id)
    return fact.id


def read(fact_id: int, kind: type[T]) -> T:
    """Give back the stated fact as its event; unknown fields of older rows are left out."""
    from hammock.kit.facts import queries  # models cannot be imported before the apps are

    (fact,) = queries.stated(fact_id=fact_id, name=kind.__name__)
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]  # @event made it a dataclass
    return kind(**{key: value for key, value in fact.data.items() if key in known})
