"""What the test provider remembers, as a real one would."""

from __future__ import annotations

from django.db import models

from hammock.kit import clock
from hammock.kit.money import Money


class TestAttempt(models.Model):
    """An attempt with its hosted page."""

    class State(models.TextChoices):
        """How it stands."""

        OPEN = "open", "Open"
        SUCCEEDED = "succeeded", "Succeeded"
        CLOSED = "closed", "Closed"

    external_id = models.CharField(primary_key=True, max_length=60)
    key = models.CharField(max_length=80, unique=True)
    reference = models.CharField(max_length=40)
    minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    lines = models.JSONField()
    return_url = models.TextField()
    cancel_url = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.reference} {self.amount} {self.state}"

    @property
    def amount(self) -> Money:
        """What is asked."""
        return Money(self.minor, self.currency)

    @property
    def charge_id(self) -> str:
        """What a refund names."""
        return f"charge_{self.external_id}"


class TestRefund(models.Model):
    """Money given back."""

    key = models.CharField(primary_key=True, max_length=80)
    attempt = models.ForeignKey(TestAttempt, on_delete=models.CASCADE, related_name="refunds")
    minor = models.BigIntegerField()
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.minor} of {self.attempt_id}"
