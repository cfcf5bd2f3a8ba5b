"""Which generation of public pages is true."""

from __future__ import annotations

from django.db import models


class Generation(models.Model):
    """The number that every public page carries; it grows whenever something shown changes."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        """One row."""

        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="one_generation"),)

    def __str__(self) -> str:
        return str(self.number)
