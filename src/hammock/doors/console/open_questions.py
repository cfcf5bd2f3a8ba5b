"""Open questions that changed policies would answer: shown first, then answered or left open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from hammock.departments.decisions import kinds
from hammock.departments.decisions.models import Decision
from hammock.departments.decisions.outlook import Outlook
from hammock.doors.console.decisions import ShownFact, shown_facts
from hammock.kit.money import Money

MOST_SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class ShownForeseen:
    """An open question that policies would answer, as the page lists it."""

    decision: Decision
    facts: Sequence[ShownFact]
    says: str


@dataclass(frozen=True, kw_only=True)
class ShownOutlook:
    """The open questions that policies would answer: what is listed, and `more` that is not.

    `seen` travels with the form: only what was shown is answered by saving.
    """

    rows: Sequence[ShownForeseen]
    count: int
    more: int
    left: int
    stakes: str
    seen: str
    is_left_open: bool


def shown_outlook(request: HttpRequest, outlook: Outlook) -> ShownOutlook:
    """Make an outlook ready to be shown."""
    rows: list[ShownForeseen] = []
    stakes: dict[tuple[str, str], int] = {}
    for one in outlook.answered:
        kind, stake = kinds.kind(one.decision.kind), one.decision.stake
        says = {outcome.name: outcome.says for outcome in kind.outcomes}
        said = says.get(one.rule.outcome, one.rule.outcome)
        if len(rows) < MOST_SHOWN:
            facts = shown_facts(kind, one.decision, matters=True)
            rows.append(ShownForeseen(decision=one.decision, facts=facts, says=said))
        if stake is not None:
            key = (said, stake.currency)
            stakes[key] = stakes.get(key, 0) + stake.minor
    count = len(outlook.answered)
    return ShownOutlook(
        rows=rows,
        count=count,
        more=count - len(rows),
        left=outlook.left,
        stakes=", ".join(f"{said}: {Money(minor, of)}" for (said, of), minor in stakes.items()),
        seen=" ".join(one.mark for one in outlook.answered),
        is_left_open=request.POST.get("open") == "leave",
    )


def may_save(request: HttpRequest, outlook: Outlook) -> bool:
    """Tell whether what would be answered was shown before, or is to be left open."""
    if request.POST.get("open") == "leave":
        return True
    seen = set(request.POST.get("seen", "").split())
    return all(one.mark in seen for one in outlook.answered)


def answers_open(request: HttpRequest) -> bool:
    """Tell whether open questions shall be answered."""
    return request.POST.get("open") == "answer"


def told(answered: Sequence[Decision]) -> str:
    """Say how many open questions were answered; nothing where there were none."""
    count = len(answered)
    if not count:
        return ""
    return f" {count} open question{' is' if count == 1 else 's are'} answered."
