"""Emergencies: where they are sent, and each from its beginning to its end."""

from __future__ import annotations

from django.db import models

from hammock.kit import clock


class EmergencyLine(models.Model):
    """Where emergencies go and from when on disputes are one; there is one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    email = models.EmailField("e-mail address")
    confirmed_at = models.DateTimeField(null=True)
    dispute_limit_minor = models.BigIntegerField()

    class Meta:
        """One line an installation."""

        constraints = (
            models.CheckConstraint(condition=models.Q(id=1), name="one_emergency_line"),
            models.CheckConstraint(
                condition=models.Q(dispute_limit_minor__gte=0), name="dispute_limit_not_negative"
            ),
        )

    def __str__(self) -> str:
        return self.email


class Incident(models.Model):
    """One emergency: seen, told once, over. A kind has one open incident at most."""

    class Kind(models.TextChoices):
        """What is wrong."""

        PAYMENTS = "payments", "Payments fail"
        MAIL = "mail", "Mail does not arrive"
        DISPUTES = "disputes", "Too much is disputed"
        SITE = "site", "The site or its work stands still"
        BACKUP = "backup", "The backup is missing or too old"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    seen = models.TextField()
    remedy = models.TextField()
    opened_at = models.DateTimeField(default=clock.now)
    told_at = models.DateTimeField(null=True)
    told_to = models.EmailField(blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """The latest first."""

        ordering = ("-opened_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["kind"],
                condition=models.Q(closed_at__isnull=True),
                name="incident_open_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.seen}"


class BackupRun(models.Model):
    """One attempt to write everything into one file; `problem` is empty when it worked."""

    at = models.DateTimeField(default=clock.now, db_index=True)
    problem = models.TextField(blank=True)

    class Meta:
        """The latest first."""

        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return self.problem or "written"
