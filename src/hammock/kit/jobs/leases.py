"""Who works at what, until when: claims, their ends, and what comes back from the dead.

A claim writes the worker's name and the lease's end into the row and commits before anything
runs. Every later write asks for that name, so a worker whose lease went to another changes
nothing any more. A job's effects and its end are two commits: a death between them runs the job
again, which is why effects stand in unique rows.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from hammock.kit import clock
from hammock.kit.jobs import rules
from hammock.kit.jobs.errors import WorkerLost
from hammock.kit.jobs.models import Job, State

_dice = secrets.SystemRandom()


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How one run of a claimed job ended; `error` is None when it did its work."""

    job: Job
    error: BaseException | None


def any_due() -> bool:
    """Tell whether a job could be claimed now: one cheap read, no lock."""
    return Job.objects.filter(state=State.QUEUED, run_after__lte=clock.now()).exists()


def claim(*, worker: str, lease: timedelta, limit: int, again: int) -> list[Job]:
    """Take up to `limit` due jobs, by priority and age, for `worker` until the lease ends.

    Of jobs that failed or lost their worker before, at most `again` are taken: one that kills its
    worker shall not use up the attempts of many that only waited beside it. In the caller's
    transaction; on PostgreSQL rivals skip each other's rows, on SQLite there is one writer.
    """
    now = clock.now()
    due = Job.objects.filter(state=State.QUEUED, run_after__lte=now)
    rows = due.order_by("state", "-priority", "run_after", "id").select_for_update(skip_locked=True)
    taken = []
    for job in rows[:limit]:
        if job.attempts == 0 or again > 0:
            taken.append(job)
            again -= job.attempts > 0
    ends = now + lease
    Job.objects.filter(pk__in=[job.pk for job in taken]).update(
        state=State.RUNNING,
        leased_by=worker,
        lease_until=ends,
        started_at=now,
        attempts=F("attempts") + 1,
    )
    for job in taken:
        job.attempts += 1
        job.state, job.leased_by, job.lease_until, job.started_at = State.RUNNING, worker, ends, now
    return taken


def settle(*, worker: str, outcomes: Sequence[Outcome]) -> None:
    """Write how the jobs ended, in the caller's transaction: done, later again, or failed."""
    done = [outcome.job.pk for outcome in outcomes if outcome.error is None]
    if done:
        _held(worker).filter(pk__in=done).update(
            state=State.DONE, lease_until=None, finished_at=clock.now()
        )
    for outcome in outcomes:
        if outcome.error is not None:
            _put_back(_held(worker).filter(pk=outcome.job.pk), outcome.job, outcome.error)


def give_back(*, worker: str, jobs: Sequence[Job]) -> None:
    """Queue claimed jobs that were not begun as if they had never been claimed."""
    _held(worker).filter(pk__in=[job.pk for job in jobs]).update(
        state=State.QUEUED, lease_until=None, attempts=F("attempts") - 1
    )


def prolong(*, worker: str, lease: timedelta, held: Collection[int]) -> None:
    """Let the worker keep the jobs that it knows to hold for another lease: the heartbeat.

    A claim whose commit the worker never heard of is not among them, and so comes back.
    """
    if held:
        _held(worker).filter(pk__in=held).update(lease_until=clock.now() + lease)


def return_expired(*, held: Collection[int]) -> int:
    """Queue what dead workers left behind, whoever they were; tells how many jobs.

    What the caller itself knows to hold is left alone, however late its heartbeat. The lost
    attempt counts: after the last one the job has failed.
    """
    now = clock.now()
    left = Job.objects.filter(state=State.RUNNING, lease_until__lt=now).exclude(pk__in=held)
    returned = 0
    for job in left.order_by("pk")[:1_000]:
        # A rival may have been here, or the worker's heartbeat: ask again while writing.
        still = Job.objects.filter(pk=job.pk, leased_by=job.leased_by, lease_until=job.lease_until)
        with transaction.atomic():
            returned += _put_back(still, job, WorkerLost(worker=job.leased_by))
    return returned


def _held(worker: str) -> QuerySet[Job]:
    return Job.objects.filter(state=State.RUNNING, leased_by=worker)


def _put_back(row: QuerySet[Job], job: Job, error: BaseException) -> int:
    now = clock.now()
    if job.attempts >= job.max_attempts:
        return row.update(
            state=State.FAILED, lease_until=None, finished_at=now, last_error=rules.told(error)
        )
    return row.update(
        state=State.QUEUED,
        lease_until=None,
        run_after=_next_try(job, error, now=now),
        last_error=rules.told(error),
    )


def _next_try(job: Job, error: BaseException, *, now: datetime) -> datetime:
    if isinstance(error, WorkerLost) and job.attempts == 1:
        return now  # the lease was wait enough, and the job is rarely to blame
    return now + rules.wait_before_retry(attempts=job.attempts, jitter=_dice.random())
