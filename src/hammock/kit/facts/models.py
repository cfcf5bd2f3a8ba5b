"""The append-only log of what happened."""

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
