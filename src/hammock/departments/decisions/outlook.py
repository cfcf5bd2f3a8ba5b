"""What policies would do with the questions that are open now, told before they are let."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hammock.departments.decisions import actions, queries
from hammock.departments.decisions.conditions import Rule, Ruleset
from hammock.departments.decisions.models import Decision


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """An open question, and the rule that would answer it."""

    decision: Decision
    rule: Rule

    @property
    def mark(self) -> str:
        """Name question and outcome, for telling whether somebody has seen this."""
        return f"{self.decision.pk}:{self.rule.outcome}"


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """The open questions that policies would answer, in order of asking.

    `left` would be answered too, but whoever changes the policies may not answer them themselves.
    """

    answered: Sequence[Foreseen] = ()
    left: int = 0

    def __add__(self, other: Outlook) -> Outlook:
        """Put the outlooks of two kinds together."""
        return Outlook(answered=(*self.answered, *other.answered), left=self.left + other.left)


def foresee(ruleset: Ruleset, *, member_id: int | None) -> Outlook:
    """Tell which open questions these policies would answer for a member; writes nothing.

    `actions.answer_by_policies` does just this once they are the kind's policies.
    """
    kind = ruleset.kind
    waiting = list(queries.open_for_policies(kind.name).order_by("asked_at", "pk"))
    found = []
    for decision in waiting:
        rule = ruleset.verdict(kind.read(decision.facts)).rule
        if rule is not None:
            found.append(Foreseen(decision=decision, rule=rule))
    mine = actions.allowed([one.decision for one in found], member_id)
    answered = tuple(one for one in found if one.decision.pk in mine)
    return Outlook(answered=answered, left=len(found) - len(answered))
