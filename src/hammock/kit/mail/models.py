"""Mails that are to go out, going out or gone, and how far the house's mailbox is read."""

from __future__ import annotations

from django.db import models

from hammock.kit import clock, personal


class OutgoingMail(models.Model):
    """One mail to one address; `key` is unique, so the same reason never sends twice."""

    class State(models.TextChoices):
        """Where the mail is on its way."""

        QUEUED = "queued", "Queued"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"

    key = models.CharField(max_length=120, unique=True)
    to = personal.PersonalEmailField()
    subject = models.CharField(max_length=200)
    text = personal.PersonalTextField()
    html = personal.PersonalTextField(blank=True)
    attachments = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    queued_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)
    forgets = models.BooleanField(
        default=False, help_text="Address and text are erased once it is sent."
    )

    class Meta:
        """Read by state, newest first."""

        indexes = (models.Index(fields=["state", "queued_at"], name="mail_state"),)

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"


class ReadUpTo(models.Model):
    """The last mail of a mailbox that was looked at; numbered anew, it begins with the unread."""

    mailbox = models.CharField(max_length=300, primary_key=True)
    validity = models.BigIntegerField()
    uid = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.mailbox} up to {self.uid}"
