"""The shop takes real money from now on; test payments are refused from then on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from hammock.departments.catalogue import queries
from hammock.departments.catalogue.models import Shop
from hammock.departments.marketing import first_pages
from hammock.departments.sales.errors import PaymentsOff
from hammock.departments.sales.ports import wired
from hammock.departments.team import access
from hammock.kit import clock, links, snapshots
from hammock.kit.locks import lock


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that has to be so before real money may move, and what to do about it.

    `page` names the console's page on which it is done; empty for what is done elsewhere.
    """

    title: str
    is_done: bool
    advice: str
    page: str = ""


def steps() -> Sequence[Step]:
    """List everything that going live needs, done or not. Raises `NoShop`."""
    shop, environment = queries.shop(), settings.ENVIRONMENT
    unwritten = first_pages.unwritten()
    return (
        Step(
            title="This is your own business, not the sample",
            is_done=not shop.is_sample,
            advice="Run “hammock setup” with HAMMOCK_DATA set to an empty folder.",
        ),
        Step(
            title="Stripe key",
            is_done="stripe" in wired(),
            advice="Set STRIPE_SECRET_KEY (at Stripe: Developers, API keys), then restart.",
        ),
        Step(
            title="Stripe webhook secret",
            is_done=bool(environment.stripe_webhook_secret),
            advice=f"At Stripe add the endpoint {_webhook_url()} and set STRIPE_WEBHOOK_SECRET to "
            "its signing secret, then restart.",
        ),
        Step(
            title="Mail server",
            is_done=not environment.email_url.startswith("file:"),
            advice="Set EMAIL_URL (smtp://user:password@host:587), or buyers get no receipts.",
        ),
        Step(
            title="Name and address on receipts",
            is_done=bool(shop.legal_name and shop.address),
            advice="Fill them in under Settings, Business.",
            page="console:shop",
        ),
        Step(
            title="Front page, terms and privacy in your own words",
            is_done=not unwritten,
            advice=f"Write and publish them under Pages (waiting: {', '.join(unwritten)}). Have "
            "somebody who knows your country's law read terms and privacy.",
            page="wagtailadmin_explore_root",
        ),
        _second_factors(),
    )


def _second_factors() -> Step:
    """Want a second factor of everybody who could move money or change the business."""
    bare = ", ".join(member.get_full_name() for member in access.without_second_factor())
    return Step(
        title="A second factor for owner and business",
        is_done=not bare,
        advice=f"Without one: {bare}. Everybody adds a passkey or an authenticator app under "
        f"Settings, Your access ({links.absolute('console:access')}).",
        page="console:access",
    )


def go_live() -> Shop:
    """Switch real payments on; done again it changes nothing. Raises `PaymentsOff` with reasons."""
    missing = [step.title for step in steps() if not step.is_done]
    if missing:
        raise PaymentsOff(problem=f"Not live yet. Still missing: {'; '.join(missing)}.")
    with transaction.atomic(durable=True):
        (shop,) = lock(Shop.objects.filter(id=1))
        if shop.live_since is None:
            shop.live_since = clock.now()
            shop.save(update_fields=["live_since"])
            snapshots.renew()
    return shop


def _webhook_url() -> str:
    return links.absolute("api:payment_webhook", provider="stripe")
