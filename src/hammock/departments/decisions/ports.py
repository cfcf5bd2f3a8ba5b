"""What decisions needs from outside: the people who decide, and the money that the shop counts in.

`config/wiring.py` fills both; the team department implements `People`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hammock.kit.errors import HammockError
from hammock.kit.money import Money

OWNER = "owner"
"""The role that may answer everything."""


class NotWired(HammockError):
    """Nobody told decisions who decides."""

    def sentence(self) -> str:
        """Say what to do."""
        return "decisions.ports.wire was not called; config/wiring.py does it."


@dataclass(frozen=True, kw_only=True)
class Decider:
    """A person who may answer questions of a role.

    `limit` is the most that may be at stake, `daily_count` how many answers a day; None: no limit.
    """

    member_id: int
    name: str
    role: str
    limit: Money | None = None
    daily_count: int | None = None


@dataclass(frozen=True, kw_only=True)
class Absence:
    """The owner is away until that moment; `deputy` answers what only the owner may."""

    until: datetime
    deputy: Decider | None = None


class People(Protocol):
    """Who decides."""

    def on_duty(self, *, role: str, at: datetime) -> Sequence[Decider]:
        """List who answers the role's questions at that moment; empty for an empty chair."""

    def owner(self) -> Decider | None:
        """Give the owner, who has no limit."""

    def away(self, *, at: datetime) -> Absence | None:
        """Tell whether the owner is away at that moment."""

    def decider(self, *, member_id: int) -> Decider | None:
        """Tell what this member may decide; None for one who decides nothing."""


class _Wired:
    people: People | None = None
    currency: Callable[[], str] | None = None


def wire(*, people: People, currency: Callable[[], str]) -> None:
    """Put the people, and what tells the shop's currency, behind the ports."""
    _Wired.people, _Wired.currency = people, staticmethod(currency)


def people() -> People:
    """Give who decides. Raises `NotWired`."""
    if _Wired.people is None:
        raise NotWired
    return _Wired.people


def home_currency() -> str:
    """Tell the ISO 4217 code of the shop's currency. Raises `NotWired`."""
    if _Wired.currency is None:
        raise NotWired
    return _Wired.currency()
