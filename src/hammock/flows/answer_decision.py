"""A member answers an open question, and what they chose is done."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.decisions import actions
from hammock.departments.decisions.models import Answer


def answer_decision(*, decision_id: int, outcome: str, member_id: int, note: str = "") -> Answer:
    """Answer and queue the outcome's job. Raises as `decisions.actions.answer` does."""
    with transaction.atomic(durable=True):
        return actions.answer(
            decision_id=decision_id, outcome=outcome, member_id=member_id, note=note
        )
