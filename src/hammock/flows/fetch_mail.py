"""The house's mailbox is looked through: answers are kept to be handled, returned mails noted."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from hammock.kit import mail, mailbox
from hammock.kit.mail import bounces
from hammock.kit.mail.models import ReadUpTo
from hammock.kit.mail.queries import shut_mailbox
from hammock.kit.mailbox import Arrived, Mailbox, MailboxRefused, Opened

MOST = 100
"""Mails looked at in one turn; the rest comes in the next."""


def fetch_mail() -> int:
    """Take what answers a mail of ours and what tells that one came back; tells how many.

    All else stays as it is for whoever reads that mailbox, such as what a machine wrote (“out of
    office”). Each mail is looked at once; where this dies between keeping it and marking it as
    read, it is kept. Raises `MailboxRefused`, which is noted until the mailbox opens.
    """
    if settings.INBOX is None:
        return 0
    try:
        taken = _look_through(settings.INBOX)
    except MailboxRefused as refused:
        with transaction.atomic(durable=True):
            mail.note_shut(mailbox=settings.INBOX.name, problem=refused.sentence())
        raise
    if shut_mailbox() is not None:
        with transaction.atomic(durable=True):
            mail.note_open()
    return taken


def _look_through(inbox: Mailbox) -> int:
    taken = 0
    with mailbox.opened(inbox) as box:
        for arrived in box.since(_read_up_to(inbox, box), most=MOST):
            take = _take_report if arrived.is_report else _take_answer
            taken += take(arrived, box, name=inbox.name)
    return taken


def _take_answer(arrived: Arrived, box: Opened, *, name: str) -> bool:
    key = None if arrived.is_automatic else mail.answered(arrived)
    words = box.words(arrived) if key is not None else ""
    with transaction.atomic(durable=True):
        is_new = key is not None and mail.take(arrived, key=key, words=words)
        _note_read(arrived, box, name=name)
    if key is not None:
        box.mark_read(arrived)
    return is_new


def _take_report(arrived: Arrived, box: Opened, *, name: str) -> bool:
    found = bounces.read(box.beginning(arrived, most=bounces.FIRST_BYTES))
    with transaction.atomic(durable=True):
        is_ours = found is not None and mail.bounce(
            (*found.returned, *arrived.answers), reason=found.reason
        )
        _note_read(arrived, box, name=name)
    if is_ours:
        box.mark_read(arrived)
    return is_ours


def _note_read(arrived: Arrived, box: Opened, *, name: str) -> None:
    ReadUpTo.objects.update_or_create(
        mailbox=name, defaults={"validity": box.validity, "uid": arrived.uid}
    )


def _read_up_to(box: Mailbox, opened: Opened) -> int | None:
    mark = ReadUpTo.objects.filter(mailbox=box.name, validity=opened.validity).first()
    return mark.uid if mark else None
