"""What in the answers does not fit together, a rule each; and the reasons that speak for a verdict.

A rule reads the answers, how long the money lasts and what the forecast expects, and gives a clash
with both figures or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from hammock.departments.planning.rules import sources
from hammock.departments.planning.rules.answers import Answers
from hammock.departments.planning.rules.reality import (
    Clash,
    Expected,
    Reason,
    Runway,
    Verdict,
)
from hammock.kit.money import Money

WEEKS_A_MONTH = Decimal(52) / 12
A_FULL_JOB = Decimal(40)
RUNS_OUT_OFTEN = 0.5
RUNS_OUT_AT_TIMES = 0.2
DEAR_HOUR = 3  # times the old wage


def found(answers: Answers, lasts: Runway | None, expected: Expected | None) -> Iterator[Clash]:
    """Go through every rule and give what it finds."""
    for clash in (
        _short_already(answers, lasts),
        _stop_line_is_passed(answers, lasts),
        _money_against_time(answers, lasts, expected),
        _own_date(answers, lasts, expected),
        _no_hours(answers),
        _hours_beside_a_job(answers),
        _target_below_needs(answers, lasts),
        _dear_hour(answers),
        _invests_more_than_may_be_lost(answers),
        _loses_more_than_there_is(answers, lasts),
        _debts_without_payments(answers),
        _payments_without_debts(answers),
        _others_carry_it_unasked(answers, lasts),
    ):
        if clash is not None:
            yield clash


def reasons(answers: Answers, lasts: Runway | None, expected: Expected | None) -> Iterator[Reason]:
    """Give what speaks for and against, beside the clashes."""
    yield from _of_what_is_missing(answers)
    yield from _of_the_forecast(lasts, expected)
    if expected is not None:
        yield from _of_the_work(answers, expected)
    if lasts is not None and lasts.months is None:
        yield Reason(
            says="What comes in without the business covers what you need, so time is no danger.",
            pulls=Verdict.GO,
            source=sources.OWN_WORDS,
        )
    if answers.text("job") in {"keep", "part"}:
        yield Reason(
            says="You keep a job at first. Founders who did stayed in business more often.",
            pulls=Verdict.GO,
            source=sources.HYBRID,
        )
    if answers.text("proof") in {"some", "many"}:
        yield Reason(
            says="People have paid you for this already.",
            pulls=Verdict.GO,
            source=sources.OWN_WORDS,
        )
    if answers.text("strength") == "spent":
        yield Reason(
            says="You are at the end of your strength, and a start takes some before it gives any. "
            "Rest comes first; the plan will still be here.",
            pulls=Verdict.WAIT,
            source=sources.HOUSE_RULE,
        )
    if not answers.text("stop_when") and not answers.money("stop_savings"):
        yield Reason(
            says="Nothing is said that would make you stop. A line that is drawn beforehand is the "
            "only one that holds.",
            pulls=Verdict.WAIT,
            source=sources.HOUSE_RULE,
        )


def _of_what_is_missing(answers: Answers) -> Iterator[Reason]:
    lacking = [question for question in answers.missing() if question.is_needed]
    if lacking:
        names = "; ".join(question.text.rstrip("?") for question in lacking)
        yield Reason(
            says=f"No verdict can do without: {names}.",
            pulls=Verdict.WAIT,
            source=sources.OWN_WORDS,
        )


def _share(chance: float) -> str:
    """Write a chance; the smallest are not made to look like none."""
    return f"{chance:.0%}" if chance >= 0.01 else "less than 1%"


def _of_the_forecast(lasts: Runway | None, expected: Expected | None) -> Iterator[Reason]:
    if expected is None:
        endless = lasts is not None and lasts.months is None
        yield Reason(
            says="There is no forecast yet, so how long the way takes is open. "
            + ("You can afford to find out." if endless else "Your savings cannot wait for it."),
            pulls=Verdict.GO if endless else Verdict.WAIT,
            source=sources.SURVIVAL,
        )
        return
    share = _share(expected.chance_of_running_out)
    if expected.chance_of_running_out >= RUNS_OUT_OFTEN:
        yield Reason(
            says=f"The money runs out in {share} of the imagined courses.",
            pulls=Verdict.NO,
            source=expected.source,
        )
    elif expected.chance_of_running_out >= RUNS_OUT_AT_TIMES:
        yield Reason(
            says=f"The money runs out in {share} of the imagined courses: more than one in five.",
            pulls=Verdict.WAIT,
            source=expected.source,
        )
    else:
        yield Reason(
            says=f"The money runs out in {share} of the imagined courses.",
            pulls=Verdict.GO,
            source=expected.source,
        )


def _of_the_work(answers: Answers, expected: Expected) -> Iterator[Reason]:
    """Say what the hours come to; it is for the owner to weigh, so it pulls nowhere."""
    hours, needs = answers.number("hours_week"), expected.hours_a_week
    if hours and needs is not None and needs > hours:
        yield Reason(
            says=f"Work like this takes longer than planned: {_plain(needs)} hours a week at the "
            f"median where you plan {_plain(hours)}.",
            pulls=None,
            source=expected.source,
        )
    wage, paid = answers.money("old_wage"), expected.wage_p50
    if wage and paid is not None:
        yield Reason(
            says=f"Half of the courses bring less than {paid} for an hour of it, over all "
            f"{expected.horizon_months} months; your job pays {wage}.",
            pulls=None,
            source=expected.source,
        )


def _short_already(answers: Answers, lasts: Runway | None) -> Clash | None:
    if lasts is None or lasts.drain.minor <= 0 or answers.amount("savings"):
        return None
    return Clash(
        says=f"Every month is {lasts.drain} short already, and there are no savings to pay it "
        "from. A business seldom pays in its first months.",
        one=f"{lasts.drain} short a month",
        other="no savings",
        would_be=(
            f"{lasts.drain} more coming in every month from elsewhere",
            f"or {lasts.drain} less going out",
        ),
        pulls=Verdict.NO,
        source=sources.GUMROAD,
    )


def _stop_line_is_passed(answers: Answers, lasts: Runway | None) -> Clash | None:
    savings, line = answers.money("savings"), answers.money("stop_savings")
    if savings is None or line is None or not line or line < savings:
        return None
    if lasts is not None and lasts.months is None:
        return None
    return Clash(
        says=f"You would stop at {line}, and you have {savings}: by your own line you would stop "
        "today.",
        one=f"stop at {line}",
        other=f"{savings} saved",
        would_be=(f"savings above {line}", "or a lower line that you still mean"),
        pulls=Verdict.NO,
        source=sources.OWN_WORDS,
    )


def _money_against_time(
    answers: Answers, lasts: Runway | None, expected: Expected | None
) -> Clash | None:
    """Compare how long the way takes with how long the savings last."""
    if expected is None or lasts is None or lasts.months is None:
        return None
    needs = expected.months_to_target_p50
    if lasts.months >= (needs or expected.horizon_months):
        return None
    quickest = expected.months_to_target_p10
    hopeless = quickest is None or lasts.months < quickest
    says = (
        f"Your plan needs {needs} months at the median, your savings last {lasts.shown}."
        if needs is not None
        else f"In more than half of the imagined courses the target is not reached within "
        f"{expected.horizon_months} months; your savings last {lasts.shown}."
    )
    return Clash(
        says=says,
        one=f"{needs} months needed" if needs else f"more than {expected.horizon_months} months",
        other=f"{lasts.shown} of savings",
        would_be=_enough_for(answers, lasts, months=needs or expected.horizon_months),
        pulls=Verdict.NO if hopeless else Verdict.WAIT,
        source=expected.source,
    )


def _enough_for(answers: Answers, lasts: Runway, *, months: int) -> tuple[str, ...]:
    """Say what would let the savings last so long: more saved, less spent or more coming in."""
    saved = answers.amount("stop_savings") + lasts.drain * months
    each = Money(lasts.usable.minor // months, lasts.usable.currency)
    less = lasts.drain - each
    costs = answers.amount("living_costs") - less
    said = [f"savings of {saved}"]
    if costs.minor > 0:
        said.append(f"or living costs of at most {costs} a month")
    said.append(f"or {answers.amount('other_income') + less} a month from elsewhere")
    said.append(f"or a plan that reaches its target in {lasts.shown} at the median")
    return tuple(said)


def _own_date(answers: Answers, lasts: Runway | None, expected: Expected | None) -> Clash | None:
    """Compare the owner's date with the forecast's; it holds the verdict where money runs out."""
    hoped = answers.number("target_months")
    if hoped is None or expected is None:
        return None
    needs, quickest = expected.months_to_target_p50, expected.months_to_target_p10
    if needs is not None and hoped >= needs:
        return None
    rare = quickest is None or hoped < quickest
    endless = lasts is not None and lasts.months is None
    usual = f"{needs} months" if needs else f"more than {expected.horizon_months} months"
    return Clash(
        says=f"You give it {_plain(hoped)} months; the forecast's median is {usual}"
        + (", and fewer than one course in ten is that quick." if rare else "."),
        one=f"{_plain(hoped)} months hoped for",
        other=f"{usual} at the median",
        would_be=(f"a date {usual} from now", "or a lower target"),
        pulls=Verdict.WAIT if rare and not endless else Verdict.GO,
        source=sources.PLANNING_FALLACY,
    )


def _no_hours(answers: Answers) -> Clash | None:
    if answers.number("hours_week") != 0:
        return None
    return Clash(
        says="There is no hour in your week for it.",
        one="0 hours a week",
        other="a business to build",
        would_be=("some hours every week, each with a place in it",),
        pulls=Verdict.NO,
        source=sources.OWN_WORDS,
    )


def _hours_beside_a_job(answers: Answers) -> Clash | None:
    hours = answers.number("hours_week")
    if hours is None or answers.text("job") != "keep" or hours <= A_FULL_JOB:
        return None
    return Clash(
        says=f"You keep your job and give the business {_plain(hours)} hours a week besides. Few "
        "weeks hold both for long.",
        one="a job kept",
        other=f"{_plain(hours)} hours a week",
        would_be=("fewer hours in one of the two",),
        pulls=Verdict.WAIT,
        source=sources.HOUSE_RULE,
    )


def _target_below_needs(answers: Answers, lasts: Runway | None) -> Clash | None:
    target = answers.money("target_income")
    if target is None or lasts is None or lasts.drain <= target:
        return None
    return Clash(
        says=f"The business should pay {target} a month, and you need {lasts.drain} besides what "
        "else comes in: at its target it would still not feed you.",
        one=f"target {target}",
        other=f"needed {lasts.drain}",
        would_be=(f"a target of at least {lasts.drain} a month",),
        pulls=Verdict.WAIT,
        source=sources.OWN_WORDS,
    )


def _dear_hour(answers: Answers) -> Clash | None:
    target, wage = answers.money("target_income"), answers.money("old_wage")
    hours = answers.number("hours_week")
    if not target or not wage or not hours:
        return None
    an_hour = target.share(1 / (hours * WEEKS_A_MONTH))
    if an_hour <= wage * DEAR_HOUR:
        return None
    return Clash(
        says=f"An hour of it would have to bring {an_hour}; an hour of your job brought {wage}. "
        "Goods that sell while you sleep can do that. Hours that you sell seldom can.",
        one=f"{an_hour} an hour hoped for",
        other=f"{wage} an hour so far",
        would_be=("something that is sold many times for one time made", "or a lower target"),
        pulls=Verdict.GO,
        source=sources.OWN_WORDS,
    )


def _invests_more_than_may_be_lost(answers: Answers) -> Clash | None:
    put_in, lose = answers.money("invest"), answers.money("lose")
    if put_in is None or lose is None or put_in <= lose:
        return None
    return Clash(
        says=f"You mean to put in {put_in} and could lose {lose} without harm.",
        one=f"{put_in} put in",
        other=f"{lose} may be lost",
        would_be=(f"a beginning that costs at most {lose}",),
        pulls=Verdict.WAIT,
        source=sources.OWN_WORDS,
    )


def _loses_more_than_there_is(answers: Answers, lasts: Runway | None) -> Clash | None:
    lose = answers.money("lose")
    if lose is None or lasts is None or lose <= lasts.usable:
        return None
    return Clash(
        says=f"You could lose {lose} without harm, you say; above your stop line there are "
        f"{lasts.usable}.",
        one=f"{lose} may be lost",
        other=f"{lasts.usable} above the line",
        would_be=(f"at most {lasts.usable} at risk",),
        pulls=Verdict.WAIT,
        source=sources.OWN_WORDS,
    )


def _debts_without_payments(answers: Answers) -> Clash | None:
    debts, payment = answers.money("debts"), answers.money("debt_payment")
    if not debts or payment:
        return None
    return Clash(
        says=f"You owe {debts} and pay nothing off. Either a payment is missing here, or the debt "
        "grows while you build.",
        one=f"{debts} owed",
        other="nothing paid off",
        would_be=("a payment that is counted with what you need",),
        pulls=Verdict.WAIT,
        source=sources.OWN_WORDS,
    )


def _payments_without_debts(answers: Answers) -> Clash | None:
    debts, payment = answers.money("debts"), answers.money("debt_payment")
    if not payment or debts is None or debts:
        return None
    return Clash(
        says=f"You pay off {payment} a month and owe nothing, you say. One of the two is wrong.",
        one=f"{payment} paid off",
        other="no debts",
        would_be=("both figures right",),
        pulls=Verdict.WAIT,
        source=sources.OWN_WORDS,
    )


def _others_carry_it_unasked(answers: Answers, lasts: Runway | None) -> Clash | None:
    support = answers.text("support")
    if support not in {"unknown", "know"} or (lasts is not None and lasts.months is None):
        return None
    people = answers.number("dependants") or Decimal(0)
    others = f"{_plain(people)} who live on your money" if people else "those who live with you"
    return Clash(
        says="The savings of all are at stake, and "
        + ("they do not know these figures." if support == "unknown" else "they doubt the plan."),
        one=others,
        other="do not know" if support == "unknown" else "doubt it",
        would_be=("a talk over exactly these figures, before money moves",),
        pulls=Verdict.WAIT,
        source=sources.HOUSE_RULE,
    )


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
