"""What the owner is told: milestones, and the letter of each week."""

from __future__ import annotations

from django.db import models

from hammock.kit import clock


class Milestone(models.Model):
    """Something that was reached for the first time, on the day that the records say."""

    kind = models.CharField(primary_key=True, max_length=40)
    reached_on = models.DateField()
    sentence = models.CharField(max_length=240)
    found_at = models.DateTimeField(default=clock.now)
    put_away_at = models.DateTimeField(null=True)

    class Meta:
        """The latest first."""

        ordering = ("-reached_on", "kind")

    def __str__(self) -> str:
        return self.sentence


class WeeklyLetter(models.Model):
    """The letter on the week that began on `week_of`, a Monday; `charts` holds its pictures."""

    week_of = models.DateField(primary_key=True)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    charts = models.JSONField(default=dict, help_text="Content id → PNG in base64.")
    written_at = models.DateTimeField(default=clock.now)

    class Meta:
        """The latest first."""

        ordering = ("-week_of",)

    def __str__(self) -> str:
        return self.subject
