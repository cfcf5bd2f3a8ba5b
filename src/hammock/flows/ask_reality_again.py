"""A quarter has passed since the owner answered the reality check: it is asked again."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from hammock.departments.planning import actions, queries
from hammock.departments.planning.actions import StepDraft
from hammock.kit import clock

QUARTER = timedelta(days=91)


def ask_reality_again() -> bool:
    """Ask for the answers again, once for each round; False where it is too early or was asked."""
    last = queries.latest_check()
    if last is None or clock.now() - last.answered_at < QUARTER:
        return False
    draft = StepDraft(
        key=f"{actions.REALITY}{last.number}",
        title="Answer the reality check again",
        why=f"You answered it on {last.answered_at:%-d %B %Y}. Lives change within a quarter; your "
        "new answers stand beside the old ones.",
        due_on=clock.today(),
    )
    with transaction.atomic(durable=True):
        return bool(actions.ask_for([draft]))
