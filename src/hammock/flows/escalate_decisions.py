"""Questions that nobody answered in time go on to the next, and at last the safe way."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.decisions import actions, queries
from hammock.kit import clock
from hammock.kit.errors import HammockError


def escalate_decisions() -> int:
    """Hand on every question whose turn is over, each by itself; tells how many were.

    One that cannot be handed on does not keep the others waiting: its error is raised at the end.
    """
    now, handed = clock.now(), 0
    problem: HammockError | None = None
    for decision_id in queries.due(now=now):
        try:
            with transaction.atomic(durable=True):
                handed += actions.escalate(decision_id=decision_id, now=now)
        except HammockError as error:
            problem = problem or error
    if problem is not None:
        raise problem
    return handed
