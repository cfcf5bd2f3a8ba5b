"""What the reality check speaks of: verdict, clashes, reasons, runway, and what is expected."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from enum import IntEnum

from hammock.departments.planning.rules.answers import Answers
from hammock.departments.planning.rules.questions import Question
from hammock.departments.planning.rules.sources import Source
from hammock.kit.money import Money


class Verdict(IntEnum):
    """Go, wait or no; the greater one wins."""

    GO = 0
    WAIT = 1
    NO = 2

    @property
    def word(self) -> str:
        """Give the verdict's name in small letters."""
        return self.name.lower()


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What the forecast expects, as far as the verdict needs it.

    Months until the target income is reached are None where that share of paths (a tenth, half)
    does not reach it within `horizon_months`; `chance_of_running_out` is between 0 and 1.
    """

    months_to_target_p10: int | None
    months_to_target_p50: int | None
    chance_of_running_out: float
    horizon_months: int = 36
    hours_a_week: Decimal | None = None
    wage_p50: Money | None = None
    source: Source


@dataclass(frozen=True, kw_only=True)
class Clash:
    """Two things that do not fit together, with both figures, and what would have to be true."""

    says: str
    one: str
    other: str
    would_be: tuple[str, ...]
    pulls: Verdict
    source: Source


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Something that speaks for a verdict; `pulls` is None for what is only worth knowing."""

    says: str
    pulls: Verdict | None
    source: Source


@dataclass(frozen=True, kw_only=True)
class SmallTest:
    """The cheapest thing to do that would tell more, what it costs, and what it tells."""

    says: str
    costs: str
    tells: str


@dataclass(frozen=True, kw_only=True)
class Runway:
    """How long the money lasts: `months` is None for as long as what comes in is enough.

    `drain` is what a month takes out of the savings; at or below zero nothing is taken.
    """

    months: Decimal | None
    drain: Money
    usable: Money

    @property
    def shown(self) -> str:
        """Write the months for people, rounded down."""
        if self.months is None:
            return "without end"
        whole = self.months.quantize(Decimal(1), rounding=ROUND_DOWN)
        return f"{whole} month" if whole == 1 else f"{whole:,} months"


@dataclass(frozen=True, kw_only=True)
class Spendable:
    """What may be spent on the business before it earns, and how that comes about."""

    amount: Money
    formula: str


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """The whole answer of the reality check."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    clashes: tuple[Clash, ...]
    missing: tuple[Question, ...]
    runway: Runway | None
    spendable: Spendable
    test: SmallTest

    @property
    def would_be(self) -> tuple[str, ...]:
        """Say what would have to be true, a sentence a clash, the gravest first."""
        ordered = sorted(self.clashes, key=lambda clash: -clash.pulls)
        said = (", ".join(clash.would_be) for clash in ordered)
        return tuple(dict.fromkeys(f"{one[:1].upper()}{one[1:]}." for one in said))

    @property
    def needed(self) -> tuple[Question, ...]:
        """List the unanswered questions that no verdict can do without."""
        return tuple(question for question in self.missing if question.is_needed)


def runway(answers: Answers) -> Runway | None:
    """Tell how long the savings last: (savings − stop line) ÷ (costs + payments − other income).

    None where savings, costs or other income were not given.
    """
    savings, costs = answers.money("savings"), answers.money("living_costs")
    other = answers.money("other_income")
    if savings is None or costs is None or other is None:
        return None
    drain = costs + answers.amount("debt_payment") - other
    usable = not_below_zero(savings - answers.amount("stop_savings"))
    months = Decimal(usable.minor) / Decimal(drain.minor) if drain.minor > 0 else None
    return Runway(months=months, drain=drain, usable=usable)


def not_below_zero(amount: Money) -> Money:
    """Give the amount, or nothing where it is less."""
    return amount if amount.minor > 0 else Money.zero(amount.currency)
