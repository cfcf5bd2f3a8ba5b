"""Nobody waits longer for an answer than they were promised."""

from __future__ import annotations

from hammock.flows import escalate_decisions as escalating
from hammock.kit.jobs import every, job


@every(minutes=1)
@job()
def escalate_decisions() -> None:
    """Hand on questions that nobody answered in time; past the promise, take the safe outcome."""
    escalating.escalate_decisions()
