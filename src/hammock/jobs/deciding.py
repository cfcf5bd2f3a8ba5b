"""Nobody waits longer for an answer than they were promised, nor before a page for a rehearsal."""

from __future__ import annotations

from hammock.flows import escalate_decisions as escalating
from hammock.flows import rehearse as rehearsing
from hammock.kit.jobs import every, job


@every(minutes=1)
@job()
def escalate_decisions() -> None:
    """Hand on questions that nobody answered in time; past the promise, take the safe outcome."""
    escalating.escalate_decisions()


@job(priority=-20)
def rehearse_long(*, rehearsal_id: int, run: int) -> None:
    """Rehearse a long span and keep what was found."""
    rehearsing.run_rehearsal(rehearsal_id=rehearsal_id, run=run)
