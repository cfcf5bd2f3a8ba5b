"""Commitments, the weekly check-in on them, and the partner who reads it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from hammock.kit import clock


class Commitment(models.Model):
    """Something that a member promised: what, by when, and how one sees that it is done."""

    class State(models.TextChoices):
        """How it went; an open one whose day is over is missed by then."""

        OPEN = "open", "Open"
        DONE = "done", "Done"
        MISSED = "missed", "Missed"

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="commitments"
    )
    what = models.CharField(max_length=200)
    measure = models.CharField(max_length=200)
    due_on = models.DateField()
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    made_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """The next first."""

        ordering = ("due_on", "id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state="open", closed_at__isnull=True)
                | (~models.Q(state="open") & models.Q(closed_at__isnull=False)),
                name="commitment_closed_has_date",
            ),
        )

    def __str__(self) -> str:
        return self.what


class Partner(models.Model):
    """Who is told every week how it went; there is one for a member."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="accountability",
    )
    name = models.CharField(max_length=120)
    email = models.EmailField("e-mail address")

    def __str__(self) -> str:
        return self.name


class CheckIn(models.Model):
    """A member's week, written down from facts when it was over; `report` never changes."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="check_ins"
    )
    week = models.DateField(help_text="Its Monday.")
    report = models.JSONField()
    prepared_at = models.DateTimeField(default=clock.now)
    sent_to = models.EmailField(blank=True)
    answer = models.TextField(blank=True)
    answered_by = models.CharField(max_length=120, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        """The latest first; a week is checked once."""

        ordering = ("-week", "-id")
        constraints = (
            models.UniqueConstraint(fields=["member", "week"], name="check_in_once_a_week"),
        )

    def __str__(self) -> str:
        return f"week of {self.week}"
