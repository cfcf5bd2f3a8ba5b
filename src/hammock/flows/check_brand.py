"""The brand check looks through shop, pages, pictures, tasks and members for the owner's person."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

from django.db.models import Q
from wagtail.images.models import Image
from wagtail.models import Page

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.catalogue.models import Product, Workshop
from hammock.departments.decisions.models import Answer
from hammock.departments.delivery.models import FulfilmentTask
from hammock.departments.planning import queries
from hammock.departments.planning.rules import person
from hammock.departments.planning.rules.person import Personal, Seen
from hammock.departments.team.models import Member
from hammock.kit import clock

LOOKED_BACK = timedelta(days=90)
MOST = 2000
_TEXTS = ("intro", "summary", "body")


def check_brand() -> list[Personal]:
    """List where the business is the owner's person, from what is stored now."""
    shop = catalogue.shop()
    document = queries.document()
    since = clock.now() - LOOKED_BACK
    owners = Member.objects.filter(is_superuser=True, is_active=True)
    replies = Answer.objects.filter(
        how=Answer.How.MEMBER, answered_at__gte=since, undone_at__isnull=True
    )
    return person.find(
        Seen(
            owner_names=[owner.name for owner in owners],
            shop_name=shop.name,
            tagline=shop.tagline,
            mail_address=shop.email,
            promise=document.value.promise if document else "",
            products=[*Product.objects.values_list("title", flat=True)[:MOST]],
            pages=_pages(),
            pictures=[*Image.objects.values_list("title", flat=True)[:MOST]],
            tasks_finished=FulfilmentTask.objects.filter(
                state=FulfilmentTask.State.DONE, done_at__gte=since
            ).count(),
            sessions=Workshop.objects.filter(starts_at__gte=since).count(),
            replies=replies.count(),
            own_replies=replies.filter(member_id__in=[owner.pk for owner in owners]).count(),
            alone_at=_alone_at(),
        )
    )


def _alone_at() -> frozenset[str]:
    """Tell which work one single person may do."""
    members = [*Member.objects.filter(is_active=True)]
    asked = {"tasks": "delivery.change_fulfilmenttask", "mail": "sales.change_order"}
    alone = {
        work
        for work, permission in asked.items()
        if sum(member.has_perm(permission) for member in members) <= 1
    }
    return frozenset(alone | ({"sessions"} if len(members) <= 1 else set()))


def _pages() -> dict[str, str]:
    """Give each published page's text without its markup."""
    live = Page.objects.live().filter(~Q(depth=1)).specific()
    return {page.title: _text(page) for page in live[:MOST]}


def _text(page: Page) -> str:
    parts = (str(getattr(page, name, "")) for name in _TEXTS)
    return unescape(re.sub(r"<[^>]+>", " ", " ".join(parts)))
