"""Writes to the queue: put work in, try failed work again, clear away what is long done.

`enqueue` and its kin write in the caller's transaction: no commit, no job.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django_tasks.base import Task

from hammock.kit import clock
from hammock.kit.jobs import registry
from hammock.kit.jobs.errors import AlreadyQueued, NotFailed
from hammock.kit.jobs.models import LIVE, Due, Job, State
from hammock.kit.prepared import add

work_here = threading.Event()
"""Set when a job was committed in this process, so that a worker here need not wait its turn."""

_SWEEP_AT_ONCE = 1_000


def enqueue(
    name: str, /, *, dedupe: str | None, run_after: datetime | None, kwargs: Mapping[str, object]
) -> int | None:
    """Queue a registered job; None when `dedupe` is live. See `hammock.kit.jobs.enqueue`."""
    row = _registered_row(name, kwargs=kwargs, run_after=run_after)
    row.dedupe_key = dedupe
    if dedupe is None:
        add(row)
    elif not _saved_alone(row):
        return None
    _call_worker()
    return row.pk


def enqueue_each(names: Iterable[str], /, *, kwargs: Mapping[str, object]) -> None:
    """Queue a job of each name with the same arguments, in one statement."""
    rows = [_registered_row(name, kwargs=kwargs, run_after=None) for name in names]
    if rows:
        add(*rows)
        _call_worker()


def enqueue_many(name: str, /, *, every_kwargs: Iterable[Mapping[str, object]]) -> int:
    """Queue one job for each of the arguments, in few statements; tells how many."""
    rows = [_registered_row(name, kwargs=kwargs, run_after=None) for kwargs in every_kwargs]
    Job.objects.bulk_create(rows, batch_size=1_000)
    _call_worker()
    return len(rows)


def enqueue_task(task: Task[..., Any], *, args: list[Any], kwargs: dict[str, Any]) -> Job:
    """Queue any Django task, a library's own among them, with the settings it carries."""
    row = _row(task, kwargs=kwargs, run_after=task.run_after)
    row.args = args
    add(row)
    _call_worker()
    return row


def waiting_task(task: Task[..., Any], *, args: list[Any], kwargs: dict[str, Any]) -> Job | None:
    """Find the same work, due and not begun; nobody begins it before the caller has committed."""
    same = Job.objects.filter(
        name=registry.name_of(task), args=args, kwargs=kwargs, state=State.QUEUED
    )
    with transaction.atomic():
        return same.filter(run_after__lte=clock.now()).select_for_update().first()


def retry(*, job_id: int) -> None:
    """Queue a failed job anew with all its attempts.

    Raises `NotFailed` for any other state, `AlreadyQueued` when a job with its dedupe key is live.
    """
    job = Job.objects.select_for_update().get(pk=job_id)
    if job.state != State.FAILED:
        raise NotFailed(job_id=job_id, state=job.state)
    job.state, job.attempts, job.run_after, job.finished_at = State.QUEUED, 0, clock.now(), None
    try:
        with transaction.atomic():
            job.save(update_fields=["state", "attempts", "run_after", "finished_at"])
    except IntegrityError as error:
        raise AlreadyQueued(job_id=job_id, dedupe_key=job.dedupe_key or "") from error
    _call_worker()


def sweep(*, older_than: timedelta) -> int:
    """Delete up to 1,000 jobs done before that span, and old dues; tells how many jobs went.

    Failed jobs stay until a person tries them again. Each job's latest due stays, for it tells
    what was made up for.
    """
    before = clock.now() - older_than
    done = Job.objects.filter(state=State.DONE, finished_at__lt=before)
    swept, _ = Job.objects.filter(
        pk__in=list(done.values_list("pk", flat=True)[:_SWEEP_AT_ONCE])
    ).delete()
    for name in Due.objects.values_list("job", flat=True).distinct():
        mine = Due.objects.filter(job=name).order_by("-due_at")
        latest = mine.first()
        if latest:
            mine.filter(due_at__lt=min(before, latest.due_at)).delete()
    return swept


def _registered_row(name: str, *, kwargs: Mapping[str, object], run_after: datetime | None) -> Job:
    task = registry.registered(name)
    registry.refuse_arguments(task, kwargs)
    return _row(task, kwargs=dict(kwargs), run_after=run_after)


def _row(task: Task[..., Any], *, kwargs: dict[str, Any], run_after: datetime | None) -> Job:
    now = clock.now()
    return Job(
        name=registry.name_of(task),
        queue=task.queue_name,
        kwargs=kwargs,
        priority=task.priority,
        run_after=run_after or now,
        enqueued_at=now,
        max_attempts=task.attempts if isinstance(task, registry.JobTask) else 1,
    )


def _saved_alone(row: Job) -> bool:
    # Looking first spares the savepoint in the common case; the unique key decides the race.
    live = Job.objects.filter(name=row.name, dedupe_key=row.dedupe_key, state__in=LIVE)
    if live.exists():
        return False
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if "dedupe_key" in str(error):
            return False
        raise
    return True


def _call_worker() -> None:
    transaction.on_commit(work_here.set)
