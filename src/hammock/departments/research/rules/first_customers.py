"""Whom to talk to among the first twenty: for each of the plan's steps the likeliest people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

STEPS = 5  # conversations of one kind: listen, show, sell, ask for proof
LONGEST_QUESTION = 80


@dataclass(frozen=True, kw_only=True)
class Leads:
    """Who is known of a niche: what they ask, and the people who answered, wait or bought.

    `unserved` are people who were interviewed and found nothing that fits, `talked` those of the
    plan by its places, an empty name where nobody stands yet.
    """

    questions: Sequence[str] = ()
    unserved: Sequence[str] = ()
    talked: Sequence[str] = ()
    waiting: int = 0
    buyers: int = 0


def whom(place: int, leads: Leads) -> str:
    """Say whom the conversation at `place` (from 1) is best held with."""
    step, at = divmod(place - 1, STEPS)
    before = [name for name in leads.talked[: step * STEPS] if name]
    if step == 0:
        return _asker(leads.questions, at)
    if step == 1:
        return _one_of([*leads.unserved, *before], at) or _asker(leads.questions, at + STEPS)
    if step == 2 and leads.waiting:
        return f"Somebody on the waiting list ({leads.waiting:,} there)"
    if step == 3 and leads.buyers:
        return f"Somebody who bought ({leads.buyers:,} did)"
    return _one_of(before, at) or "Somebody of the conversations before"


def _asker(questions: Sequence[str], at: int) -> str:
    if not questions:
        return "Somebody of this niche"
    asked = questions[at % len(questions)]
    shown = asked if len(asked) <= LONGEST_QUESTION else asked[: LONGEST_QUESTION - 1] + "…"
    return f"Somebody who asks “{shown}”"


def _one_of(names: Sequence[str], at: int) -> str:
    kept = list(dict.fromkeys(names))
    return f"{kept[at % len(kept)]}, again" if kept else ""
