"""A new business opens: shop, owner and a site to fill, whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from hammock.departments.catalogue.errors import ShopExists
from hammock.departments.catalogue.models import Shop
from hammock.departments.marketing import actions as marketing
from hammock.departments.marketing import first_pages
from hammock.departments.service import actions as service
from hammock.departments.team.models import Member
from hammock.departments.team.roles import Role


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What a new business is called and where it is, checked by the door."""

    email: str
    name: str
    country: str
    currency: str


def open_business(opening: Opening) -> Member:
    """Write the new business; answers with its owner. Raises `ShopExists`."""
    with transaction.atomic(durable=True):
        existing = Shop.objects.first()
        if existing is not None:
            raise ShopExists(name=existing.name)
        Shop.objects.create(
            name=opening.name,
            email=opening.email,
            country=opening.country,
            currency=opening.currency,
        )
        owner = _owner(opening.email)
        _site(opening)
    return owner


def _owner(email: str) -> Member:
    """Make the owner, or let the member of this address be the owner (as of a restored team)."""
    known = Member.objects.filter(email__iexact=email).first()
    if known is None:
        return Member.objects.create_owner(email=email)
    known.is_active, known.role = True, Role.OWNER.value
    known.save()
    return known


def _site(opening: Opening) -> None:
    address = urlsplit(settings.HAMMOCK_URL)
    home = marketing.open_site(
        marketing.HomeDraft(
            title=opening.name,
            intro=first_pages.HOME_INTRO,
        ),
        site_name=opening.name,
        host=address.hostname or "localhost",
        port=address.port or (443 if address.scheme == "https" else 80),
    )
    marketing.draft_page(home, first_pages.ABOUT)
    for page in (first_pages.TERMS, first_pages.PRIVACY):
        marketing.add_page(home, page)
    marketing.open_blog(home, title="Blog", intro="")
    service.open_help(home, title="Help", intro="<p>Answers to what buyers ask.</p>")
