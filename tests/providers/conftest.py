"""Providers are tested against a stand-in that answers over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hammock.providers.stripe_payments import StripePayments
from tests.stripe_stand_in import KEY, WEBHOOK_SECRET, StandIn, running


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    """Serve a small Stripe while the test runs."""
    with running() as stand_in:
        yield stand_in


@pytest.fixture
def stripe_payments(stand_in: StandIn) -> StripePayments:
    """Talk to the stand-in with the official SDK."""
    return StripePayments(secret_key=KEY, webhook_secret=WEBHOOK_SECRET, api=stand_in.url)
