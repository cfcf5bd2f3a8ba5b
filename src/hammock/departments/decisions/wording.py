"""Conditions as people write and read them: rows of a form, the expression language, a sentence.

Rows joined by “and” or “or” become an expression; an expression of comparisons, and, or and not
(whoever wrote it) is read back into the same parts, and said as one sentence. What is richer than
that stays as its text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils import timezone

from hammock.departments.decisions import ports
from hammock.departments.decisions.errors import WrongFact
from hammock.departments.decisions.kinds import Fact, FactType, Kind, Value
from hammock.kit.money import Money

Joint = Literal["and", "or"]

COMPARISONS: Mapping[str, str] = {
    "==": "is",
    "!=": "is not",
    "<=": "is at most",
    "<": "is less than",
    ">=": "is at least",
    ">": "is more than",
    "in": "is one of",
    "contains": "contains",
    "startsWith": "starts with",
}
_OF_MOMENTS = {"<": "is before", "<=": "is at the latest", ">": "is after", ">=": "is from"}
_NUMBERS = ("<=", "<", ">=", ">", "==", "!=")
FITTING: Mapping[FactType, tuple[str, ...]] = {
    FactType.WHOLE: _NUMBERS,
    FactType.MONEY: _NUMBERS,
    FactType.DECIMAL: ("<=", "<", ">=", ">"),
    FactType.TEXT: ("==", "!=", "in", "contains", "startsWith"),
    FactType.YES_NO: ("==",),
    FactType.MOMENT: ("<", "<=", ">", ">="),
}
"""Which comparisons a form offers for which type."""


@dataclass(frozen=True)
class Row:
    """One comparison of a fact with a value; with `in`, with several texts."""

    fact: str
    comparison: str
    value: Value | tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """Parts of which all (`and`) or at least one (`or`) must hold."""

    joint: Joint
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Not:
    """What must not hold."""

    part: Part


Part = Row | Group | Not


def expression(kind: Kind, rows: Sequence[Row], *, joint: Joint = "and") -> str:
    """Write rows in the expression language; none at all is `true`.

    Raises `WrongFact` for a value or comparison that does not fit its fact.
    """
    for row in rows:
        _refuse(kind, row)
    sign = " && " if joint == "and" else " || "
    return sign.join(_written(row) for row in rows) or "true"


def parsed(kind: Kind, condition: str) -> Part | None:
    """Read an expression into its parts; None when it is richer than comparisons, and, or, not."""
    try:
        return _Reader(kind, condition).whole()
    except _TooRich:
        return None


def rows_of(kind: Kind, condition: str) -> Group | None:
    """Give an expression's rows and their joint, where a form can show it; None otherwise."""
    if condition.strip() == "true":
        return Group("and", ())
    found = parsed(kind, condition)
    if isinstance(found, Row):
        return Group("and", (found,))
    if isinstance(found, Group) and all(isinstance(part, Row) for part in found.parts):
        return found
    return None


def said(kind: Kind, condition: str) -> str:
    """Say a condition as the end of a sentence: `the amount is at most €20.00 and …`."""
    if condition.strip() == "true":
        return "always"
    found = parsed(kind, condition)
    return "when " + (_said(kind, found, outer=True) if found else f"`{condition.strip()}`")


def sentence(kind: Kind, condition: str, outcome: str) -> str:
    """Say a whole policy as one sentence."""
    known = {one.name: one.says for one in kind.outcomes}
    return f"{known.get(outcome, outcome)} {said(kind, condition)}."


def shown(kind: Kind, fact: Fact, value: Value | tuple[str, ...]) -> str:
    """Write a fact's value for people; money in the shop's currency."""
    if isinstance(value, tuple):
        return " or ".join(f"“{one}”" for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%-d %B %Y, %H:%M}"
    if fact.type == FactType.MONEY:
        return str(Money(int(value), ports.home_currency()))
    return f"“{value}”" if isinstance(value, str) else f"{value:,}"


def _refuse(kind: Kind, row: Row) -> None:
    fact = kind.fact(row.fact)
    if row.comparison not in FITTING[fact.type]:
        problem = f"a {fact.type} cannot be compared by “{row.comparison}”"
        raise WrongFact(kind=kind.name, fact=row.fact, problem=problem)
    values = row.value if isinstance(row.value, tuple) else (row.value,)
    if (row.comparison == "in") != isinstance(row.value, tuple) or not values:
        raise WrongFact(kind=kind.name, fact=row.fact, problem="“is one of” takes several texts")
    for value in values:
        if problem_of_value := fact.problem(value):
            raise WrongFact(kind=kind.name, fact=row.fact, problem=problem_of_value)


def _written(row: Row) -> str:
    if isinstance(row.value, tuple):
        return f"{row.fact} in [{', '.join(map(_literal, row.value))}]"
    if isinstance(row.value, bool):
        return row.fact if row.value else f"!{row.fact}"
    if row.comparison in {"contains", "startsWith"}:
        return f"{row.fact}.{row.comparison}({_literal(row.value)})"
    return f"{row.fact} {row.comparison} {_literal(row.value)}"


def _literal(value: Value) -> str:
    if isinstance(value, datetime):
        return f'timestamp("{value.isoformat()}")'
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return repr(value)


def _said(kind: Kind, part: Part, *, outer: bool = False) -> str:
    if isinstance(part, Not):
        return f"not ({_said(kind, part.part, outer=True)})"
    if isinstance(part, Group):
        words = f" {part.joint} ".join(_said(kind, one) for one in part.parts)
        return words if outer else f"({words})"
    fact = kind.fact(part.fact)
    verb = COMPARISONS[part.comparison]
    if fact.type == FactType.MOMENT:
        verb = _OF_MOMENTS.get(part.comparison, verb)
    return f"{fact.says} {verb} {shown(kind, fact, part.value)}"


class _TooRich(Exception):
    """The expression has something that rows cannot say."""


_TOKEN = re.compile(
    r'\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)'
    r"|(?P<word>[A-Za-z_]\w*)|(?P<sign>&&|\|\||[<>=!]=|[<>!()\[\],.]))"
)


class _Reader:
    """Reads an expression from left to right: or binds least, then and, then not."""

    def __init__(self, kind: Kind, condition: str) -> None:
        self._kind = kind
        self._tokens = self._split(condition.rstrip())
        self._at = 0

    def whole(self) -> Part:
        found = self._joined("or")
        if self._at < len(self._tokens):
            raise _TooRich
        return found

    def _split(self, condition: str) -> list[str]:
        tokens, at = [], 0
        while at < len(condition):
            match = _TOKEN.match(condition, at)
            if match is None:
                raise _TooRich
            tokens.append(match.group().strip())
            at = match.end()
        return tokens

    def _joined(self, joint: Joint) -> Part:
        parts = [self._below(joint)]
        while self._took("||" if joint == "or" else "&&"):
            parts.append(self._below(joint))
        return parts[0] if len(parts) == 1 else Group(joint, tuple(parts))

    def _below(self, joint: Joint) -> Part:
        return self._joined("and") if joint == "or" else self._single()

    def _single(self) -> Part:
        if self._took("!"):
            part = self._single()
            if isinstance(part, Row) and part.value is True:
                return Row(part.fact, "==", value=False)
            return Not(part)
        if self._took("("):
            part = self._joined("or")
            self._need(")")
            return part
        return self._comparison()

    def _comparison(self) -> Row:
        try:
            fact = self._kind.fact(self._next())
        except WrongFact:
            raise _TooRich from None
        if fact.type == FactType.YES_NO:
            return self._yes_or_no(fact)
        if self._took("."):
            verb = self._next()
            self._need("(")
            value = self._value(fact)
            self._need(")")
        else:
            verb = self._next()
            if verb == "in":
                return self._fitting(fact, verb, self._texts(fact))
            value = self._value(fact)
        return self._fitting(fact, verb, value)

    def _fitting(self, fact: Fact, verb: str, value: Value | tuple[str, ...]) -> Row:
        if verb not in FITTING[fact.type]:
            raise _TooRich
        return Row(fact.name, verb, value)

    def _yes_or_no(self, fact: Fact) -> Row:
        if self._took("=="):
            word = self._next()
            if word not in {"true", "false"}:
                raise _TooRich
            return Row(fact.name, "==", value=word == "true")
        return Row(fact.name, "==", value=True)

    def _texts(self, fact: Fact) -> tuple[str, ...]:
        self._need("[")
        found = [str(self._value(fact))]
        while self._took(","):
            found.append(str(self._value(fact)))
        self._need("]")
        return tuple(found)

    def _value(self, fact: Fact) -> Value:
        token = self._next()
        try:
            if fact.type == FactType.TEXT:
                return str(json.loads(token))
            if fact.type == FactType.MOMENT:
                return self._moment(token)
            value = float(token) if fact.type == FactType.DECIMAL else int(token)
        except (ValueError, TypeError):
            raise _TooRich from None
        if fact.problem(value):
            raise _TooRich
        return value

    def _moment(self, word: str) -> datetime:
        if word != "timestamp":
            raise _TooRich
        self._need("(")
        moment = datetime.fromisoformat(json.loads(self._next()))
        self._need(")")
        if moment.tzinfo is None:
            raise _TooRich
        return moment

    def _next(self) -> str:
        if self._at >= len(self._tokens):
            raise _TooRich
        self._at += 1
        return self._tokens[self._at - 1]

    def _took(self, token: str) -> bool:
        is_next = self._at < len(self._tokens) and self._tokens[self._at] == token
        self._at += is_next
        return is_next

    def _need(self, token: str) -> None:
        if not self._took(token):
            raise _TooRich
