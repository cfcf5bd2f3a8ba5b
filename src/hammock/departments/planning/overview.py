"""The plan as it is read now: the latest answers weighed against what is expected today."""

from __future__ import annotations

from dataclasses import dataclass

from hammock.departments.planning import queries
from hammock.departments.planning.models import RealityCheck
from hammock.departments.planning.rules import answers as answering
from hammock.departments.planning.rules.answers import Answers, Change
from hammock.departments.planning.rules.judging import judge
from hammock.departments.planning.rules.reality import Expected, Judgement
from hammock.kit.money import Money


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The latest answers, what they come to today, and what changed since the round before."""

    check: RealityCheck
    judgement: Judgement
    before: RealityCheck | None
    changes: list[Change]


def expected() -> Expected | None:
    """Give what the forecast expects; None before there is one."""
    return None


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
