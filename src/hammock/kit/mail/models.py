"""Mails that are to go out, going out or gone; how far the mailbox is read, and if it is shut."""

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
        BOUNCED = "bounced", "Came back"

    key = models.CharField(max_length=120, unique=True)
    to = personal.PersonalEmailField()
    subject = models.CharField(max_length=200)
    text = personal.PersonalTextField()
    html = personal.PersonalTextField(blank=True)
    attachments = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    queued_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)
    forgets = models.BooleanField(
        default=False, help_text="Address and text are erased once it is sent."
    )

    class Meta:
        """Read by state, newest first."""

        indexes = (models.Index(fields=["state", "queued_at"], name="mail_state"),)

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"

    @property
    def did_not_arrive(self) -> bool:
        """Whether it was refused or came back, and can still be sent again."""
        return self.state in {self.State.FAILED, self.State.BOUNCED} and bool(self.text)


class ReadUpTo(models.Model):
    """The last mail of a mailbox that was looked at; numbered anew, it begins with the unread."""

    mailbox = models.CharField(max_length=300, primary_key=True)
    validity = models.BigIntegerField()
    uid = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.mailbox} up to {self.uid}"


class ShutMailbox(models.Model):
    """The house's mailbox does not open: since when, and what it said last; gone once it does."""

    mailbox = models.CharField(max_length=300, primary_key=True)
    problem = models.TextField()
    since = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.mailbox} shut since {self.since}"
