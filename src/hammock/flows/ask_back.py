"""When a choice's date has come, its owner is asked, once, what came of it."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.planning import journal
from hammock.departments.planning.models import Choice
from hammock.departments.team.rhythm import away, letters
from hammock.kit import clock, links, mail
from hammock.kit.brand import Brand
from hammock.kit.mail import Letter

ASKED_FOR = timedelta(days=14)  # so long is a mail made up for when nothing ran on the day


def ask_back() -> int:
    """Mail the owner about each choice whose date has come; tells how many mails are queued.

    While the owner is away they wait. Until they are answered they stay on Today and in the letter.
    """
    owner, today = away.owner(), clock.today()
    if owner is None:
        return 0
    with transaction.atomic(durable=True):
        due = journal.due(on=today).filter(due_on__gt=today - ASKED_FOR)
        return sum(
            letters.write(owner, key=f"ask-back:{one.pk}", letter=_letter(one, owner.name))
            for one in due
        )


def _letter(choice: Choice, name: str) -> Letter:
    shop = catalogue.shop()
    return mail.compose(
        "planning/mail_ask_back",
        {
            "brand": Brand(name=shop.name),
            "shop": shop,
            "customer_name": name,
            "choice": choice,
            "choice_url": links.absolute("console:choice", choice_id=choice.pk),
        },
    )
