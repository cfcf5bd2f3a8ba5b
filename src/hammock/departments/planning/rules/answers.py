"""Answers to the reality check: taken as they are, refused where they cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from hammock.departments.planning.rules.means import Means
from hammock.departments.planning.rules.questions import BY_ID, QUESTIONS, Kind, Question
from hammock.kit.errors import FieldError
from hammock.kit.money import Money

Value = Money | Decimal | str
MOST_MONEY = 10**15
MOST_TEXT = 4000


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What was answered, in one currency; a question without an answer is not in it.

    Raises `FieldError` naming the question for an answer of the wrong kind, another currency, a
    negative or endless figure, or a choice that is not offered.
    """

    currency: str
    given: Mapping[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, value in self.given.items():
            question = BY_ID.get(name)
            if question is None:
                raise FieldError(field=name, problem="there is no such question")
            problem = _problem(question, value, self.currency)
            if problem:
                raise FieldError(field=name, problem=problem)

    def money(self, name: str) -> Money | None:
        """Give an amount, or None where nothing was said."""
        value = self.given.get(name)
        return value if isinstance(value, Money) else None

    def amount(self, name: str) -> Money:
        """Give an amount, nothing said counting as zero."""
        return self.money(name) or Money.zero(self.currency)

    def number(self, name: str) -> Decimal | None:
        """Give a number, or None where nothing was said."""
        value = self.given.get(name)
        return value if isinstance(value, Decimal) else None

    def text(self, name: str) -> str:
        """Give a choice or a text; empty where nothing was said."""
        value = self.given.get(name)
        return value if isinstance(value, str) else ""

    def missing(self) -> tuple[Question, ...]:
        """List the questions without an answer, in their order."""
        return tuple(one for one in QUESTIONS if one.id not in self.given)

    def shown(self, question: Question) -> str:
        """Write an answer for people; empty where there is none."""
        value = self.given.get(question.id)
        if value is None:
            return ""
        if isinstance(value, Decimal):
            return f"{value.normalize():f}"
        return question.said(str(value))


@dataclass(frozen=True, kw_only=True)
class Change:
    """A question that is answered otherwise than before; texts are empty where none was given."""

    question: Question
    before: str
    after: str


def changes(old: Answers, new: Answers) -> list[Change]:
    """List what is answered otherwise than before, in the questions' order."""
    return [
        Change(question=one, before=old.shown(one), after=new.shown(one))
        for one in QUESTIONS
        if old.shown(one) != new.shown(one)
    ]


def means(answers: Answers) -> Means | None:
    """Give the figures that every plan is measured against; None while one of them is missing.

    What is paid off a month counts to the living costs; a wage that was not given is zero.
    """
    savings, costs = answers.money("savings"), answers.money("living_costs")
    other, target = answers.money("other_income"), answers.money("target_income")
    hours = answers.number("hours_week")
    if savings is None or costs is None or other is None or target is None or hours is None:
        return None
    return Means(
        savings=savings,
        living_costs_a_month=costs + answers.amount("debt_payment"),
        other_income_a_month=other,
        target_income_a_month=target,
        hours_a_week=hours,
        old_wage=answers.amount("old_wage"),
    )


def packed(answers: Answers) -> dict[str, str | int]:
    """Write answers as JSON values: amounts in minor units, numbers as decimal text."""
    return {
        name: value.minor if isinstance(value, Money) else str(value)
        for name, value in answers.given.items()
    }


def unpacked(kept: Mapping[str, object], *, currency: str) -> Answers:
    """Read what `packed` wrote; answers to questions that are asked no more are left out."""
    known = ((BY_ID[name], value) for name, value in kept.items() if name in BY_ID)
    return Answers(
        currency=currency, given={one.id: _read(one, value, currency) for one, value in known}
    )


def _read(question: Question, value: object, currency: str) -> Value:
    if question.kind == Kind.MONEY:
        return Money(int(str(value)), currency)
    return Decimal(str(value)) if question.kind == Kind.NUMBER else str(value)


def _problem(question: Question, value: Value, currency: str) -> str:
    """Say what is wrong with an answer; empty for a good one."""
    if question.kind == Kind.MONEY:
        return _wrong_money(value, currency)
    if question.kind == Kind.NUMBER:
        return _wrong_number(value, question.most)
    if not isinstance(value, str):
        return "is no text"
    if question.kind == Kind.CHOICE and value not in _values(question):
        return f"“{value[:40]}” is none of the answers to choose from"
    return "is too long" if len(value) > MOST_TEXT else ""


def _values(question: Question) -> Iterable[str]:
    return [one.value for one in question.choices]


def _wrong_money(value: Value, currency: str) -> str:
    if not isinstance(value, Money):
        return "is no amount"
    if value.currency != currency:
        return f"is in {value.currency}, and this check is in {currency}; currencies are not mixed"
    if value.minor < 0:
        return "is less than nothing; write costs and debts without a minus"
    return "is more money than we can count" if value.minor > MOST_MONEY else ""


def _wrong_number(value: Value, most: int) -> str:
    if not isinstance(value, Decimal) or not value.is_finite():
        return "is no number"
    return "" if 0 <= value <= most else f"lies outside 0 to {most}"
