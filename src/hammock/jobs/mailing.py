"""Mails go out, and answers come in."""

from __future__ import annotations

import logging

from hammock.flows import fetch_mail as fetching
from hammock.flows import keep_promise as keeping
from hammock.kit import mail
from hammock.kit.jobs import every, job
from hammock.kit.mailbox import MailboxRefused

log = logging.getLogger(__name__)


@job(attempts=12)
def send_mail(*, mail_id: int) -> None:
    """Hand a queued mail to the mail server."""
    mail.send(mail_id=mail_id)


@every(minutes=2)
@job(priority=-5)
def fetch_mail() -> None:
    """Look into the house's mailbox; one that does not open is told, and looked into next time."""
    try:
        fetching.fetch_mail()
    except MailboxRefused as refused:
        log.warning("INBOX_URL: %s", refused.sentence())


@job()
def answer_check_in(*, message_id: int) -> None:
    """Keep what a partner answered by mail."""
    keeping.answer_by_mail(message_id=message_id)


mail.on_answer("check-in", job="answer_check_in")
