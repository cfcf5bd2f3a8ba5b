"""Which provider serves which port. The only place that knows all of them."""

from __future__ import annotations

from collections.abc import Mapping

from hammock.config.environment import Environment
from hammock.departments.catalogue import ports as goods
from hammock.departments.catalogue.queries import shop
from hammock.departments.decisions import ports as deciding
from hammock.departments.planning import queries as plans
from hammock.departments.research import ports as markets
from hammock.departments.sales import ports as money
from hammock.departments.team.deciding import Team
from hammock.departments.team.rhythm import ports as watch
from hammock.flows.receive_webhook import receive_webhook
from hammock.kit import brand
from hammock.providers.file_stores import from_url
from hammock.providers.own_doorbell import OwnDoorbell
from hammock.providers.polite_pages import PolitePages
from hammock.providers.test_payments.provider import TestPayments


def wire() -> None:
    """Put a provider behind each port, as the settings say."""
    from hammock.config.settings import ENVIRONMENT, HAMMOCK_URL

    deciding.wire(people=Team(), currency=lambda: shop().currency)
    goods.wire(from_url(ENVIRONMENT.storage_url))
    watch.wire(OwnDoorbell(url=f"{HAMMOCK_URL}/"))
    markets.wire(
        PolitePages(folder=ENVIRONMENT.data / "pages"),
        model=ENVIRONMENT.text_model,
        tables=ENVIRONMENT.table_engine,
    )
    money.wire(TestPayments(deliver=_to_inbox))
    brand.wire(plans.brand)
    if ENVIRONMENT.stripe_secret_key:
        money.wire(_stripe(ENVIRONMENT))


def _to_inbox(body: bytes, headers: Mapping[str, str]) -> None:
    receive_webhook(provider_name="test", body=body, headers=headers)


def _stripe(environment: Environment) -> money.PaymentProvider:
    from hammock.providers.stripe_payments import (
        StripePayments,
    )  # the SDK is only for those who use it

    return StripePayments(
        secret_key=environment.stripe_secret_key,
        webhook_secret=environment.stripe_webhook_secret,
        api=environment.stripe_api,
    )
