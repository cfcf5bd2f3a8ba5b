"""The strategy's versions, what points at its lines, and the steps that it asks for."""

from __future__ import annotations

from django.db import models

from hammock.departments.planning.rules.strategy import Document, unpacked
from hammock.kit import clock


class StrategyVersion(models.Model):
    """One version of the strategy; it never changes. In force is the last that came into force."""

    number = models.PositiveIntegerField(primary_key=True)
    document = models.JSONField()
    why = models.CharField(max_length=300, blank=True, help_text="Why it was changed.")
    written_by = models.CharField(max_length=120, blank=True)
    written_at = models.DateTimeField(default=clock.now)
    in_force_since = models.DateTimeField(null=True, db_index=True)

    class Meta:
        """Newest first."""

        ordering = ("-number",)

    def __str__(self) -> str:
        return f"Strategy {self.number}"

    @property
    def read(self) -> Document:
        """Give the document as the rules read it."""
        return unpacked(self.document)


class Pointer(models.Model):
    """Something that points at a line of the strategy: `thing` is `expense:7`, `study:3` …"""

    thing = models.CharField(primary_key=True, max_length=80)
    line = models.CharField(max_length=60, db_index=True)
    pointed_by = models.CharField(max_length=120, blank=True)
    pointed_at = models.DateTimeField(default=clock.now)

    class Meta:
        """Newest first."""

        ordering = ("-pointed_at", "thing")

    def __str__(self) -> str:
        return f"{self.thing} → {self.line}"


class Step(models.Model):
    """Something that the plan asks for by a day; `key` is unique, so that it is asked for once."""

    class State(models.TextChoices):
        """Whether it is done."""

        OPEN = "open", "Open"
        DONE = "done", "Done"
        DROPPED = "dropped", "Dropped"

    key = models.CharField(max_length=120, unique=True)
    title = models.CharField(max_length=160)
    why = models.TextField(blank=True)
    line = models.CharField(max_length=60, blank=True)
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    ended_by = models.CharField(max_length=120, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """The most urgent first."""

        ordering = ("due_on", "id")

    def __str__(self) -> str:
        return self.title
