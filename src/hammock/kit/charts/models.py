"""Charts that are drawn, once for light and once for dark surroundings."""

from __future__ import annotations

from django.db import models

from hammock.kit import clock


class DrawnChart(models.Model):
    """One drawing; `fingerprint` tells what it was drawn from, so the same is not drawn twice."""

    key = models.CharField(primary_key=True, max_length=120)
    fingerprint = models.CharField(max_length=64)
    light = models.TextField()
    dark = models.TextField()
    drawn_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.key
