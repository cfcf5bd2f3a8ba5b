"""The one place through which the house writes to its members.

Whoever is away gets nothing but emergencies: every other letter is kept for the page that they
find on their return. A test holds that no other module mails a member.
"""

from __future__ import annotations

from typing import Any

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.team.models import HeldLetter, Member
from hammock.departments.team.rhythm import away
from hammock.kit import clock, mail
from hammock.kit.brand import Brand
from hammock.kit.mail import Letter


def compose(template: str, **context: Any) -> Letter:
    """Render a letter to somebody of the team from `team/{template}`."""
    shop = catalogue.shop()
    return mail.compose(
        f"team/{template}", {"brand": Brand(name=shop.name), "shop": shop, **context}
    )


def write(member: Member, *, key: str, letter: Letter) -> bool:
    """Mail the member, or keep the letter while they are away; in the caller's transaction.

    False when it was kept, or when `key` is known.
    """
    if away.on(clock.today(), member_id=member.pk) is None:
        return mail.queue(key=key, to=member.email, letter=letter)
    HeldLetter.objects.get_or_create(
        key=key,
        defaults={"member": member, "subject": letter.subject[:200], "text": letter.text},
    )
    return False


def write_emergency(*, to: str, key: str, letter: Letter) -> bool:
    """Mail an emergency at any time; False when `key` is known."""
    return mail.queue(key=key, to=to, letter=letter)


def write_partner(*, to: str, key: str, letter: Letter) -> bool:
    """Mail somebody outside of the house who helps; they are never away from it."""
    return mail.queue(key=key, to=to, letter=letter)
