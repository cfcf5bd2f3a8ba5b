"""What the console, the doctor and Today ask about jobs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min

from hammock.kit import clock
from hammock.kit.jobs.models import Due, Job, State


@dataclass(frozen=True, kw_only=True)
class JobCounts:
    """How many jobs stand where; `waiting_since` is the moment the longest overdue was due."""

    queued: int
    running: int
    done: int
    failed: int
    waiting_since: datetime | None


def counts() -> JobCounts:
    """Count the jobs by state."""
    by_state = dict(Job.objects.values_list("state").annotate(Count("pk")))
    due = Job.objects.filter(state=State.QUEUED, run_after__lte=clock.now())
    return JobCounts(
        queued=by_state.get(State.QUEUED, 0),
        running=by_state.get(State.RUNNING, 0),
        done=by_state.get(State.DONE, 0),
        failed=by_state.get(State.FAILED, 0),
        waiting_since=due.aggregate(first=Min("run_after"))["first"],
    )


def last_turn() -> datetime | None:
    """Tell when a worker last kept the timetable, which each does every minute."""
    newest = Due.objects.order_by("-due_at").first()
    return newest.due_at if newest else None


def failed_jobs(*, limit: int = 100) -> list[Job]:
    """List the failed jobs, the latest first."""
    return list(Job.objects.filter(state=State.FAILED).order_by("-finished_at", "-pk")[:limit])
