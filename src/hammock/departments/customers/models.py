"""The people who bought."""

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
