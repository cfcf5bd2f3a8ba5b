"""A step of the plan is done, dropped, or taken up again."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.planning import actions
from hammock.departments.planning.models import Step


def end_step(*, step_id: int, state: Step.State, by: str) -> Step:
    """Write where the step stands now. Raises `Step.DoesNotExist`."""
    with transaction.atomic(durable=True):
        return actions.end_step(step_id=step_id, state=state, by=by)
