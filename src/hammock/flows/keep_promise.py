"""A member promises something, keeps it, names who hears of it; the partner answers."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from hammock.departments.team.models import CheckIn, Commitment, Partner
from hammock.departments.team.rhythm import promises
from hammock.departments.team.rhythm.errors import AlreadyAnswered, NoSuchThing
from hammock.kit import clock
from hammock.kit.errors import FieldError
from hammock.kit.inbox.models import InboxMessage
from hammock.kit.locks import lock

LONGEST_ANSWER = 5_000


def make_promise(*, member_id: int, what: str, measure: str, due_on: date) -> Commitment:
    """Write a promise down. Raises `FieldError` for a day that is over."""
    with transaction.atomic(durable=True):
        return promises.promise(member_id=member_id, what=what, measure=measure, due_on=due_on)


def keep_promise(*, commitment_id: int, member_id: int) -> Commitment:
    """Note that a promise is kept; after its day it counts as missed. Raises `NoSuchThing`."""
    with transaction.atomic(durable=True):
        return promises.keep(commitment_id, member_id=member_id)


def name_partner(*, member_id: int, name: str, email: str) -> Partner:
    """Choose who hears every week how it went."""
    with transaction.atomic(durable=True):
        partner, _is_new = Partner.objects.update_or_create(
            member_id=member_id, defaults={"name": name, "email": email}
        )
    return partner


def answer_by_mail(*, message_id: int) -> None:
    """Keep the answer that a partner mailed, once; a second or an empty one changes nothing.

    What was mailed is not kept beside the check-in.
    """
    with transaction.atomic(durable=True):
        (message,) = lock(InboxMessage.objects.filter(pk=message_id))
        if message.handled_at is not None:
            return
        check_in_id = int(message.kind.partition(":")[2])
        words, sender = message.content["words"], message.content["from"]
        try:
            promises.answer(
                check_in_id,
                text=words[:LONGEST_ANSWER],
                by=promises.answerer(check_in_id) or sender[:120],
            )
        except (NoSuchThing, AlreadyAnswered, FieldError) as refused:
            message.content = {"refused": refused.sentence()}
        else:
            message.content = {}
        message.handled_at = clock.now()
        message.save(update_fields=["content", "handled_at"])


def answer_check_in(*, check_in_id: int, text: str, by: str) -> CheckIn:
    """Keep the partner's answer. Raises `NoSuchThing`, `AlreadyAnswered`, `FieldError`."""
    with transaction.atomic(durable=True):
        return promises.answer(check_in_id, text=text, by=by)
