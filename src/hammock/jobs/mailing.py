"""Mails go out."""

from __future__ import annotations

from hammock.kit import mail
from hammock.kit.jobs import job


@job(attempts=12)
def send_mail(*, mail_id: int) -> None:
    """Hand a queued mail to the mail server."""
    mail.send(mail_id=mail_id)
