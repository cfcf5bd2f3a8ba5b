"""The plan as it is read now: the latest answers weighed against what is expected today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from hammock.departments.planning import forecasts, queries
from hammock.departments.planning.models import RealityCheck
from hammock.departments.planning.rules import answers as answering
from hammock.departments.planning.rules.answers import Answers, Change
from hammock.departments.planning.rules.judging import judge
from hammock.departments.planning.rules.reality import Expected, Judgement
from hammock.departments.planning.rules.sources import Source
from hammock.kit.money import Money

QUICK = 0.1  # the share of courses that are as quick as the quick tenth


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The latest answers, what they come to today, and what changed since the round before."""

    check: RealityCheck
    judgement: Judgement
    before: RealityCheck | None
    changes: list[Change]


def expected() -> Expected | None:
    """Give what the latest forecast expects of the target and the money.

    None before there is one that knew what the owner brings.
    """
    forecast = forecasts.latest()
    told = forecast.told if forecast else {}
    if forecast is None or not told.get("reaching") or not told.get("running_out"):
        return None
    return Expected(
        months_to_target_p10=_month_of(told["reaching"], share=QUICK),
        months_to_target_p50=told["month_reached"],
        chance_of_running_out=told["running_out"][-1],
        horizon_months=told["months"],
        hours_a_week=_middle_hours(told["hours"]),
        wage_p50=_middle_wage(told["wage"], forecast.currency),
        source=Source(
            title=f"The forecast of {forecast.made_on:%-d %B %Y}, {forecast.paths:,} futures",
            says="Simulated from published distributions and the shop's own past.",
        ),
    )


def _month_of(reaching: Sequence[float], *, share: float) -> int | None:
    """Give the month, counted from 1, by which a share of the courses reached the target."""
    return next((at for at, chance in enumerate(reaching, start=1) if chance >= share), None)


def _middle_hours(rows: Sequence[Sequence[float]] | None) -> Decimal | None:
    """Give the median hours a week of the first month."""
    if not rows:
        return None
    a_month = Decimal(str(rows[0][len(rows[0]) // 2]))
    return (a_month * 12 / 52).quantize(Decimal("0.1"))


def _middle_wage(wage: Sequence[float] | None, currency: str) -> Money | None:
    return Money(round(wage[len(wage) // 2]), currency) if wage else None


def judged(answers: Answers) -> Judgement:
    """Weigh answers against what is expected today."""
    return judge(answers, expected=expected())


def standing() -> Standing | None:
    """Give the latest round of answers and where it stands; None before the first."""
    rounds = list(RealityCheck.objects.all()[:2])
    if not rounds:
        return None
    check, before = rounds[0], rounds[1] if len(rounds) > 1 else None
    return Standing(
        check=check,
        judgement=judged(check.said),
        before=before,
        changes=answering.changes(before.said, check.said) if before else [],
    )


def spendable() -> Money | None:
    """Tell what reality allows to be spent on the business; None before the first answers."""
    check = queries.latest_check()
    return judged(check.said).spendable.amount if check else None
