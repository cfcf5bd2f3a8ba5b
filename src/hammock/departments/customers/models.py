"""The people who bought, and what they asked for."""

from __future__ import annotations

from django.db import models

from hammock.kit import clock, personal


class Customer(models.Model):
    """Somebody who bought, known by their e-mail address in lower case.

    Customers of another shop's history may have no address, only their number there.
    """

    email = personal.PersonalEmailField("e-mail address", null=True, blank=True, unique=True)
    name = personal.PersonalCharField(max_length=120, blank=True)
    country = models.CharField(max_length=2, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    external_id = personal.PersonalCharField(
        max_length=80, null=True, blank=True, unique=True, help_text="Their number in another shop."
    )
    erased_at = models.DateTimeField(
        null=True, blank=True, help_text="When everything that names them was erased."
    )

    class Meta:
        """Newest first."""

        ordering = ("-created_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(email="")
                & (models.Q(email__isnull=False) | models.Q(external_id__isnull=False)),
                name="customer_is_known_by_something",
            ),
        )

    def __str__(self) -> str:
        return self.name or self.email or self.external_id or ""


class CustomerRequest(models.Model):
    """What a customer (or a member for them) asked for, and the truth that they were told.

    `about` names what it is about within its kind: an order's reference, a right's id, a SKU.
    `decision_id` is the decision that answers it; its outcome takes effect on this row once.
    """

    class Kind(models.TextChoices):
        """What is asked for; each is a kind of decision of the same name."""

        REFUND = "refund_request", "Money back"
        DISCOUNT = "discount_request", "A lower price"
        ERASURE = "erasure", "Erasing my data"
        REDELIVERY = "redelivery", "More downloads"

    class State(models.TextChoices):
        """Whether it was answered, and how."""

        OPEN = "open", "Waiting for an answer"
        GRANTED = "granted", "Granted"
        REFUSED = "refused", "Refused"

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="requests")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    about = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=160, help_text="What it is about, in the customer's words.")
    words = personal.PersonalCharField(
        max_length=500, blank=True, help_text="What the customer wrote."
    )
    details = models.JSONField(default=dict)
    asked_by = models.CharField(max_length=120, blank=True, help_text="The member; else empty.")
    decision_id = models.BigIntegerField(null=True, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    asked_at = models.DateTimeField(default=clock.now)
    answer_by = models.DateTimeField(help_text="When they were promised an answer, at the latest.")
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True, help_text="As the customer was told.")

    class Meta:
        """Newest first; the same thing is asked once at a time."""

        ordering = ("-asked_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["customer", "kind", "about"],
                condition=models.Q(state="open"),
                name="customer_request_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", answered_at__isnull=True)
                | (~models.Q(state="open") & models.Q(answered_at__isnull=False)),
                name="customer_request_answered_has_date",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.title}"
