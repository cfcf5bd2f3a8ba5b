"""Calls from outside, kept before they are handled."""

from __future__ import annotations

from django.db import models

from hammock.kit import clock


class InboxMessage(models.Model):
    """A verified call from outside; one row for each id that its sender gave it."""

    source = models.CharField(max_length=40)
    external_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=100)
    content = models.JSONField()
    received_at = models.DateTimeField(default=clock.now)
    handled_at = models.DateTimeField(null=True)

    class Meta:
        """A sender's id comes in once."""

        constraints = (
            models.UniqueConstraint(fields=["source", "external_id"], name="inbox_message_once"),
        )

    def __str__(self) -> str:
        return f"{self.source} {self.kind} {self.external_id}"
