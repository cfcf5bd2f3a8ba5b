"""When a member is away, who stands in, what mail was kept back, and when each looked last."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models

from hammock.kit import clock


class Absence(models.Model):
    """A member is away from one day to another, both within it.

    A deputy stands in for an owner; for others, who share their role's duty, nobody does.
    `came_back_on` is the day they ended it themselves; that day they are there again.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="absences"
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="stands_in"
    )
    starts_on = models.DateField()
    ends_on = models.DateField()
    planned_at = models.DateTimeField(default=clock.now)
    planned_by = models.CharField(max_length=120)
    overridden = models.JSONField(default=list)
    override_why = models.CharField(max_length=240, blank=True)
    came_back_on = models.DateField(null=True)

    class Meta:
        """The latest first; nobody stands in for themselves."""

        ordering = ("-starts_on", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="absence_runs_forward"
            ),
            models.CheckConstraint(
                condition=~models.Q(member=models.F("deputy")), name="absence_has_another_deputy"
            ),
            models.CheckConstraint(
                condition=models.Q(came_back_on__isnull=True)
                | models.Q(came_back_on__lte=models.F("ends_on")),
                name="absence_ends_early_only",
            ),
        )
        indexes = (models.Index(fields=["member", "starts_on"], name="absence_member"),)

    def __str__(self) -> str:
        return f"{self.member} from {self.starts_on} to {self.ends_on}"

    def covers(self, day: date) -> bool:
        """Tell whether the member is away on the day."""
        before_return = self.came_back_on is None or day < self.came_back_on
        return self.starts_on <= day <= self.ends_on and before_return


class HeldLetter(models.Model):
    """A letter to a member that was not mailed because they were away; the return page shows it."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="held_letters"
    )
    key = models.CharField(max_length=120, unique=True)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    held_at = models.DateTimeField(default=clock.now)

    class Meta:
        """The latest first."""

        ordering = ("-held_at", "-id")

    def __str__(self) -> str:
        return f"{self.subject} for {self.member}"


class LastLook(models.Model):
    """When a member last looked at what happened; the next page begins there."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="last_look",
    )
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.member} at {self.seen_at}"
