"""Which kinds of decision there are: the facts that each offers, its outcomes, what is safe.

A department declares its kinds in a `kinds.py` of its own and registers them when Django starts
(its AppConfig's `ready`); flows bind the outcomes by registering the jobs that they name.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from hammock.departments.decisions.errors import UnknownKind, UnknownOutcome, WrongFact, WrongKind

Value = int | float | str | bool | datetime
"""A fact's value: money is whole minor units, a timestamp is an aware datetime."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_RESERVED = frozenset(
    [
        "as",
        "break",
        "const",
        "continue",
        "else",
        "false",
        "for",
        "function",
        "if",
        "import",
        "in",
        "let",
        "loop",
        "namespace",
        "null",
        "package",
        "return",
        "true",
        "var",
        "void",
        "while",
        "bool",
        "bytes",
        "double",
        "duration",
        "dyn",
        "int",
        "list",
        "map",
        "size",
        "string",
        "timestamp",
        "type",
        "uint",
    ]
)
_WHOLE = 2**63


class FactType(StrEnum):
    """What a fact can be, in a person's words."""

    WHOLE = "whole number"
    MONEY = "money"
    TEXT = "text"
    YES_NO = "yes or no"
    MOMENT = "timestamp"
    DECIMAL = "decimal number"


_PYTHON: Mapping[FactType, type | tuple[type, ...]] = {
    FactType.WHOLE: int,
    FactType.MONEY: int,
    FactType.TEXT: str,
    FactType.YES_NO: bool,
    FactType.MOMENT: datetime,
    FactType.DECIMAL: (int, float),
}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something known when the question is asked; `says` is its name for people.

    An optional fact may be left out, and then a condition that needs it does not decide. One that
    is not `matters` is kept for the record, but neither shown first nor learned from.
    """

    name: str
    type: FactType
    says: str
    optional: bool = False
    matters: bool = True

    def problem(self, value: object) -> str | None:
        """Say why the value is not of this fact's type, or None."""
        is_bool = isinstance(value, bool)
        if not isinstance(value, _PYTHON[self.type]) or is_bool != (self.type == FactType.YES_NO):
            return f"“{value}” is no {self.type}"
        if isinstance(value, float) and not math.isfinite(value):
            return f"“{value}” is no {self.type}"
        if isinstance(value, int) and not -_WHOLE < value < _WHOLE:
            return "the number has more than 63 bits"
        if isinstance(value, str) and "\0" in value:
            return "the text holds a NUL character"
        if isinstance(value, datetime) and value.tzinfo is None:
            return "the timestamp says no time zone"
        return None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One answer: `says` is the words on its button, `job` the registered job that makes it true.

    The job takes `decision_id` and opens with `actions.carry_out`; `undo_job` likewise with
    `actions.take_back`, and without one the outcome cannot be undone. `costs_percent` is how much
    of the stake leaves the business with this outcome, for rehearsals.
    """

    name: str
    says: str
    job: str
    undo_job: str | None = None
    costs_percent: int = 0


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of decision.

    `safe` names the outcome taken when nobody answered within `waits`, the time that the customer
    was promised. `role` answers first. `stake` names the money fact that limits are held against,
    `currency` the text fact with its currency (None: the shop's). `safe_says` tells the customer
    the truth about a safe outcome; it may use {asked_on} and {promised_on}.
    """

    name: str
    question: str
    facts: tuple[Fact, ...]
    outcomes: tuple[Outcome, ...]
    safe: str
    waits: timedelta
    role: str
    stake: str | None = None
    currency: str | None = None
    safe_says: str = (
        "We could not look at your request of {asked_on} ourselves by {promised_on}, as we had "
        "promised, so it was answered with what is safe."
    )
    _by_name: Mapping[str, Fact] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {fact.name: fact for fact in self.facts})
        if problem := self._problem():
            raise WrongKind(kind=self.name, problem=problem)

    def fact(self, name: str) -> Fact:
        """Find a fact by name. Raises `WrongFact`."""
        try:
            return self._by_name[name]
        except KeyError:
            raise WrongFact(kind=self.name, fact=name, problem="there is no such fact") from None

    def outcome(self, name: str) -> Outcome:
        """Find an outcome by name. Raises `UnknownOutcome`."""
        for outcome in self.outcomes:
            if outcome.name == name:
                return outcome
        known = tuple(outcome.name for outcome in self.outcomes)
        raise UnknownOutcome(kind=self.name, outcome=name, known=known)

    def checked(self, facts: Mapping[str, object]) -> dict[str, Value]:
        """Give the facts back if all are there and of their types. Raises `WrongFact`."""
        for name in facts:
            self.fact(name)
        found: dict[str, Value] = {}
        for fact in self.facts:
            value = facts.get(fact.name)
            if value is None:
                if not fact.optional:
                    raise WrongFact(kind=self.name, fact=fact.name, problem="it is missing")
                continue
            if problem := fact.problem(value):
                raise WrongFact(kind=self.name, fact=fact.name, problem=problem)
            found[fact.name] = float(value) if fact.type == FactType.DECIMAL else value  # type: ignore[assignment, arg-type]  # of its type, as just checked
        return found

    def stored(self, facts: Mapping[str, Value]) -> dict[str, Any]:
        """Write checked facts as JSON values."""
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in facts.items()
        }

    def read(self, stored: Mapping[str, Any]) -> dict[str, Value]:
        """Read facts back as `stored` wrote them, without what the kind declares no more."""
        found: dict[str, Value] = {}
        for name, value in stored.items():
            fact = self._by_name.get(name)
            if fact is not None:
                is_moment = fact.type == FactType.MOMENT
                found[name] = datetime.fromisoformat(value) if is_moment else value
        return found

    def _problem(self) -> str | None:
        names = [fact.name for fact in self.facts]
        outcomes = [outcome.name for outcome in self.outcomes]
        for name in (self.name, *names, *outcomes):
            if not _NAME.fullmatch(name) or name in _RESERVED:
                return f"“{name}” is no name (small letters, digits and _, none of CEL's words)"
        if len(set(names)) < len(names) or len(set(outcomes)) < len(outcomes):
            return "two facts or two outcomes have one name"
        if self.safe not in outcomes:
            return f"its safe outcome “{self.safe}” is none of {', '.join(outcomes)}"
        if self.waits <= timedelta(0):
            return "it cannot wait for no time"
        try:
            self.safe_says.format(asked_on="", promised_on="")
        except (KeyError, ValueError, IndexError):
            return "safe_says may use {asked_on} and {promised_on} only"
        return self._problem_of_stake()

    def _problem_of_stake(self) -> str | None:
        for name, wanted in ((self.stake, FactType.MONEY), (self.currency, FactType.TEXT)):
            if name is not None:
                fact = self._by_name.get(name)
                if fact is None or fact.type != wanted or fact.optional:
                    return f"“{name}” must be a fact of type {wanted} that is always there"
        return None


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known under its name. Raises `WrongKind` when another has it."""
    if _kinds.get(kind.name, kind) != kind:
        raise WrongKind(kind=kind.name, problem="two departments declare it")
    _kinds[kind.name] = kind
    return kind


def kind(name: str) -> Kind:
    """Find a kind by name. Raises `UnknownKind`."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(kind=name) from None


def all_kinds() -> tuple[Kind, ...]:
    """List every kind, in the order of their names."""
    return tuple(_kinds[name] for name in sorted(_kinds))


def forget(name: str) -> None:
    """Make a kind unknown again: for tests, whose kinds live no longer than they."""
    _kinds.pop(name, None)
