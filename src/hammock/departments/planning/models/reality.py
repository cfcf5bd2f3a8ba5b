"""The owner's answers, kept each time they were asked for."""

from __future__ import annotations

from django.db import models

from hammock.departments.planning.rules.answers import Answers, unpacked
from hammock.kit import clock


class RealityCheck(models.Model):
    """One round of answers; `verdict` is what they came to on that day. Rows only grow."""

    class Verdict(models.TextChoices):
        """What the answers came to."""

        GO = "go", "Go"
        WAIT = "wait", "Wait"
        NO = "no", "No"

    number = models.PositiveIntegerField(primary_key=True)
    currency = models.CharField(max_length=3)
    answers = models.JSONField()
    verdict = models.CharField(max_length=4, choices=Verdict.choices)
    answered_by = models.CharField(max_length=120, blank=True)
    answered_at = models.DateTimeField(default=clock.now)

    class Meta:
        """Newest first."""

        ordering = ("-number",)

    def __str__(self) -> str:
        return f"Reality check {self.number}"

    @property
    def said(self) -> Answers:
        """Give the answers as the rules read them."""
        return unpacked(self.answers, currency=self.currency)
