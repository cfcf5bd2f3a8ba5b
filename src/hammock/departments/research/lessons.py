"""What a niche's tests taught: its figures read back from its report, and moved by the answers.

Counting takes NumPy, so who only lists studies does not import this.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hammock.departments.research.models import Niche, Trial
from hammock.departments.research.rules.learning import Answers, Known, Learned, answers_of, learn
from hammock.departments.research.rules.opportunity import Estimate
from hammock.kit.money import Money

NOTHING_KNOWN = Estimate(value=0.5, low=0.0, high=1.0)  # where a study ranks nothing


def answers_to(niche: Niche) -> Answers:
    """Add up what the niche's tests brought; interviews count as they are written down."""
    return answers_of([_answers(trial) for trial in niche.trials.all()])


def learned(niche: Niche) -> Learned | None:
    """Update the niche's estimate with its tests; None where the study met no supply.

    Where the study refused to rank, its unmet share is not believed: the tests begin from nothing.
    """
    known = known_of(niche.facts)
    if known is None:
        return None
    if not (niche.study.found or {}).get("ranked"):
        known = replace(known, unmet=NOTHING_KNOWN)
    return learn(known, answers_to(niche))


def known_of(facts: dict[str, Any]) -> Known | None:
    """Read a niche's figures back from its report."""
    evidence = facts.get("evidence")
    if not evidence:
        return None
    unmet = _estimate(evidence["unmet"])
    met = 1 - unmet.value
    pays = evidence["pays"]
    return Known(
        demand=_estimate(evidence["demand"]),
        unmet=unmet,
        contentment=min(evidence["satisfaction"]["value"] / met, 1.0) if met > 0 else 1.0,
        pays=_estimate(pays) if pays["source"] else None,
    )


def _answers(trial: Trial) -> Answers:
    if trial.kind == Trial.Kind.INTERVIEWS:
        said = [one.found_nothing for one in trial.conversations.all()]
        unserved = said.count(True)
        return Answers(asked=unserved + said.count(False), unserved=unserved)
    if trial.ended_at is None:
        return Answers()
    if trial.kind == Trial.Kind.PRE_ORDER:
        return Answers(
            reached=trial.reached,
            acted=trial.acted,
            buyers=trial.acted,
            paid=float(Money(minor=trial.paid_minor, currency=trial.currency).decimal),
        )
    return Answers(reached=trial.reached, acted=trial.acted)


def _estimate(told: dict[str, Any]) -> Estimate:
    return Estimate(value=told["value"], low=told["low"], high=told["high"])
