"""A member forgot their password: a link goes to their address, whoever asked."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.team.models import Member
from hammock.departments.team.queries import first_login_url
from hammock.kit import clock, mail
from hammock.kit.brand import Brand


def ask_way_in(*, email: str) -> bool:
    """Queue the mail if the address is an active member's; one each five minutes."""
    with transaction.atomic(durable=True):
        member = Member.objects.filter(email__iexact=email, is_active=True).first()
        if member is None:
            return False
        shop = catalogue.shop()
        letter = mail.compose(
            "team/mail_way_in",
            {"brand": Brand(name=shop.name), "shop": shop, "link": first_login_url(member)},
        )
        slot = int(clock.now().timestamp() // 300)
        return mail.queue(key=f"way-in:{member.pk}:{slot}", to=member.email, letter=letter)
