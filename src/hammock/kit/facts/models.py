"""The append-only log of what happened, and who has reacted to what."""

from __future__ import annotations

from django.db import models

from hammock.kit import clock, ids


class Fact(models.Model):
    """Something that happened, in the words of the department that made it true."""

    id = models.BigIntegerField(primary_key=True, default=ids.time_ordered)
    name = models.CharField(max_length=60)
    about = models.CharField(max_length=80)
    data = models.JSONField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        """Read by name and time, or by what they are about."""

        indexes = (
            models.Index(fields=["name", "at"], name="fact_name_at"),
            models.Index(fields=["about"], name="fact_about"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.about}"


class HandledFact(models.Model):
    """One reaction's mark that it had its effect: the unique row makes the effect happen once."""

    fact = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="handled")
    handler = models.CharField(max_length=60)

    class Meta:
        """A handler marks a fact once."""

        constraints = (
            models.UniqueConstraint(fields=["fact", "handler"], name="fact_handled_once"),
        )

    def __str__(self) -> str:
        return f"{self.handler} of {self.fact_id}"
