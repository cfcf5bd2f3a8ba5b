"""The tables of background work: what is to be done, and which moments of the timetable came."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from hammock.kit import clock


class State(models.TextChoices):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


LIVE = (State.QUEUED, State.RUNNING)


class Job(models.Model):
    """One piece of work: a task's name with its arguments, and how it goes.

    `name` is the registered name of a house's job, or the dotted path of a task that a library
    brings along. `attempts` counts the claims; a claim that was given back does not count.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=200)
    queue = models.CharField(max_length=40, default="default")
    args = models.JSONField(default=list)
    kwargs = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    priority = models.SmallIntegerField(default=0)
    run_after = models.DateTimeField(default=clock.now)
    lease_until = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=80, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=8)
    dedupe_key = models.CharField(max_length=200, null=True)
    enqueued_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["name", "dedupe_key"],
                condition=models.Q(state__in=["queued", "running"]),
                name="jobs_one_live_per_dedupe_key",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["queued", "running", "done", "failed"]),
                name="jobs_state_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state="running", lease_until__isnull=False)
                | (~models.Q(state="running") & models.Q(lease_until__isnull=True)),
                name="jobs_running_means_leased",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                "state", models.F("priority").desc(), "run_after", "id", name="jobs_next_to_claim"
            ),
            models.Index(fields=["state", "finished_at"], name="jobs_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk} ({self.state})"


class Due(models.Model):
    """One moment of the timetable that came for a job; its row is what keeps it single."""

    job = models.CharField(max_length=200)
    due_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["job", "due_at"], name="jobs_one_due_a_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.job} due {self.due_at.isoformat()}"
