"""An answer is taken back: its effect is undone, and the question is open again."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.decisions import actions
from hammock.departments.decisions.models import Decision


def undo_decision(*, decision_id: int, member_id: int) -> Decision:
    """Undo the standing answer. Raises as `decisions.actions.undo` does."""
    with transaction.atomic(durable=True):
        return actions.undo(decision_id=decision_id, member_id=member_id)
