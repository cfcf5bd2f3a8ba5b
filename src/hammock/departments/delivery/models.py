"""What customers may have now, and what is still to be done for them."""

from __future__ import annotations

from django.db import models

from hammock.departments.catalogue.models import Product, ReleaseFile
from hammock.departments.customers.models import Customer
from hammock.kit import clock, ids, personal


class Entitlement(models.Model):
    """A customer's right to a product: granted by delivery, asked by every gate, revoked by refund.

    `grant_key` names the reason (`line:12` or `line:12:part:3`), so the same reason grants once.
    """

    class State(models.TextChoices):
        """Whether the right holds."""

        ACTIVE = "active", "Active"
        REVOKED = "revoked", "Taken back"

    id = models.BigIntegerField(primary_key=True, default=ids.time_ordered)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="entitlements")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="entitlements")
    grant_key = models.CharField(max_length=80, unique=True)
    order_reference = models.CharField(max_length=40, db_index=True)
    quantity = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    granted_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first."""

        ordering = ("-granted_at", "-id")

    def __str__(self) -> str:
        return f"{self.product} for {self.customer}"


class DownloadCount(models.Model):
    """How often a file was fetched under an entitlement, and how often it may be.

    `further_bytes` is what may still be fetched in further pieces before the next one counts.
    """

    entitlement = models.ForeignKey(
        Entitlement, on_delete=models.CASCADE, related_name="download_counts"
    )
    file = models.ForeignKey(ReleaseFile, on_delete=models.CASCADE, related_name="+")
    count = models.PositiveIntegerField(default=0)
    allowed = models.PositiveIntegerField()
    further_bytes = models.PositiveBigIntegerField(default=0)

    class Meta:
        """One count for a file, never beyond what is allowed."""

        constraints = (
            models.UniqueConstraint(fields=["entitlement", "file"], name="download_count_once"),
            models.CheckConstraint(
                condition=models.Q(count__lte=models.F("allowed")), name="download_within_limit"
            ),
        )

    def __str__(self) -> str:
        return f"{self.count} of {self.allowed}"


class FulfilmentTask(models.Model):
    """Work that a person owes a customer for a service."""

    class State(models.TextChoices):
        """Whether it is done."""

        OPEN = "open", "Open"
        DONE = "done", "Done"
        DROPPED = "dropped", "Dropped"

    entitlement = models.OneToOneField(
        Entitlement, primary_key=True, on_delete=models.CASCADE, related_name="task"
    )
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    note = personal.PersonalTextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        """The most urgent first."""

        ordering = ("due_on", "entitlement_id")

    def __str__(self) -> str:
        return f"{self.entitlement} by {self.due_on}"
