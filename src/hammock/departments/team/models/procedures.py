"""Standing procedures: how something is done here, by whom and how often, and each time it was."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from hammock.kit import clock


class Procedure(models.Model):
    """Written steps with an owner and a rhythm; `steps` is a list of sentences."""

    class Unit(models.TextChoices):
        """In what the rhythm counts."""

        DAY = "day", "day"
        WEEK = "week", "week"
        MONTH = "month", "month"
        YEAR = "year", "year"

    title = models.CharField(max_length=120)
    department = models.CharField(max_length=20)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="procedures"
    )
    steps = models.JSONField()
    every = models.PositiveSmallIntegerField(default=1)
    unit = models.CharField(max_length=5, choices=Unit.choices, default=Unit.WEEK)
    first_on = models.DateField(help_text="The first day on which it is due.")
    retired_on = models.DateField(null=True)

    class Meta:
        """By title."""

        ordering = ("title",)
        constraints = (
            models.CheckConstraint(condition=models.Q(every__gte=1), name="procedure_comes_again"),
        )

    def __str__(self) -> str:
        return self.title


class ProcedureRun(models.Model):
    """The procedure was gone through for the day on which it was due; a day is done once.

    `checked` names the steps as they were then, each with whether it was done.
    """

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="runs")
    due_on = models.DateField()
    done_at = models.DateTimeField(default=clock.now)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="procedure_runs"
    )
    checked = models.JSONField()
    note = models.TextField(blank=True)

    class Meta:
        """The latest first."""

        ordering = ("-done_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=["procedure", "due_on"], name="procedure_run_once"),
        )

    def __str__(self) -> str:
        return f"{self.procedure} of {self.due_on}"
