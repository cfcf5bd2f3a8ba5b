"""The journal: what the owner chose and expected, what stands corrected, and what came of it.

All three tables only grow. Nobody can know afterwards what they had expected, so what was written
stays; a correction stands beside it, and of several reckonings the latest counts.
"""

from __future__ import annotations

from django.db import models

from hammock.kit import clock
from hammock.kit.money import Money


class Choice(models.Model):
    """Something that the owner chose to do, with what they expect of it.

    `percent` is how sure they were that `expected` comes true by `due_on`; `worst_minor` what it
    costs if all goes wrong, in minor units of `currency`. The question arose at `arose_at`.
    """

    what = models.CharField(max_length=200)
    why = models.TextField(max_length=4000)
    expected = models.CharField(max_length=300)
    percent = models.PositiveSmallIntegerField()
    due_on = models.DateField(db_index=True)
    is_reversible = models.BooleanField()
    worst_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    arose_at = models.DateTimeField()
    decided_at = models.DateTimeField()
    written_at = models.DateTimeField(default=clock.now)
    by = models.CharField(max_length=254, blank=True)

    class Meta:
        """The latest first; nothing is sure, and questions come before their answers."""

        ordering = ("-decided_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(percent__gte=1, percent__lte=99), name="choice_is_never_sure"
            ),
            models.CheckConstraint(
                condition=models.Q(arose_at__lte=models.F("decided_at")),
                name="choice_follows_its_question",
            ),
        )

    def __str__(self) -> str:
        return self.what

    @property
    def worst(self) -> Money:
        """What it costs if all goes wrong."""
        return Money(self.worst_minor, self.currency)


class Correction(models.Model):
    """Words that correct a choice; what was written first stays beside them."""

    choice = models.ForeignKey(Choice, on_delete=models.PROTECT, related_name="corrections")
    text = models.TextField(max_length=2000)
    at = models.DateTimeField(default=clock.now)
    by = models.CharField(max_length=254, blank=True)

    class Meta:
        """As they were written."""

        ordering = ("id",)

    def __str__(self) -> str:
        return self.text[:60]


class Reckoning(models.Model):
    """What came of a choice, and what was learned; the latest of a choice counts."""

    class Came(models.TextChoices):
        """Whether what was expected came true."""

        TRUE = "true", "Came true"
        FALSE = "false", "Did not come true"
        UNKNOWN = "unknown", "Cannot be told"

    choice = models.ForeignKey(Choice, on_delete=models.PROTECT, related_name="reckonings")
    came = models.CharField(max_length=8, choices=Came.choices)
    learned = models.TextField(max_length=4000, blank=True)
    at = models.DateTimeField(default=clock.now)
    by = models.CharField(max_length=254, blank=True)

    class Meta:
        """As they were written."""

        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.choice_id}: {self.get_came_display()}"
