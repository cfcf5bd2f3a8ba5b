"""Questions that nobody answered in time go on to the next, and at last the safe way."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.decisions import actions
from hammock.kit import clock


def escalate_decisions() -> int:
    """Hand on every question whose turn is over, some at a time; tells how many were."""
    handed = 0
    while True:
        with transaction.atomic(durable=True):
            some = actions.escalate_due(now=clock.now())
        if not some:
            return handed
        handed += some
