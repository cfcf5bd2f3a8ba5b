"""The owner's time: the timer's runs, hours written by the week, and energy."""

from __future__ import annotations

from django.db import models

from hammock.kit import clock

MINUTES_OF_A_WEEK = 7 * 24 * 60


class Timing(models.Model):
    """One run of a member's timer; it runs while `stopped_at` is missing, and one at a time."""

    member_id = models.BigIntegerField()
    started_at = models.DateTimeField(default=clock.now, db_index=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        """The latest first."""

        ordering = ("-started_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["member_id"],
                condition=models.Q(stopped_at__isnull=True),
                name="timer_runs_once",
            ),
            models.CheckConstraint(
                condition=models.Q(stopped_at__isnull=True)
                | models.Q(stopped_at__gt=models.F("started_at")),
                name="timing_runs_forward",
            ),
        )

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"


class WeekHours(models.Model):
    """A whole week's hours as a member wrote them; they count instead of that week's timer."""

    member_id = models.BigIntegerField()
    week_of = models.DateField(help_text="The week's Monday.")
    minutes = models.PositiveIntegerField()
    written_at = models.DateTimeField(default=clock.now)

    class Meta:
        """A week once, and no more than it has."""

        ordering = ("-week_of",)
        constraints = (
            models.UniqueConstraint(fields=["member_id", "week_of"], name="week_hours_once"),
            models.CheckConstraint(
                condition=models.Q(minutes__lte=MINUTES_OF_A_WEEK), name="week_hours_fit_a_week"
            ),
        )

    def __str__(self) -> str:
        return f"{self.week_of}: {self.minutes / 60:.1f} h"


class Energy(models.Model):
    """How a member's week felt, from 1 (empty) to 5 (full)."""

    member_id = models.BigIntegerField()
    week_of = models.DateField(help_text="The week's Monday.")
    level = models.PositiveSmallIntegerField()
    tapped_at = models.DateTimeField(default=clock.now)

    class Meta:
        """A week once."""

        ordering = ("-week_of",)
        constraints = (
            models.UniqueConstraint(fields=["member_id", "week_of"], name="energy_once_a_week"),
            models.CheckConstraint(
                condition=models.Q(level__gte=1, level__lte=5), name="energy_from_one_to_five"
            ),
        )

    def __str__(self) -> str:
        return f"{self.week_of}: {self.level}"
