"""The page of test payments: what each card does, and that a live shop takes none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from django.test import Client

from hammock.departments.catalogue.models import Shop
from hammock.departments.sales import ports
from hammock.departments.sales.ports import (
    PaymentNews,
    PaymentState,
    ProviderRefused,
    StartedPayment,
)
from hammock.kit import clock
from hammock.kit.money import Money
from hammock.providers.test_payments import provider as pretending
from tests.providers.test_payment_contract import wish

GOOD, DECLINED, CAREFUL = "4242 4242 4242 4242", "4000000000000002", "4000 0025 0000 3155"


@dataclass
class Desk:
    """The wired provider, an open attempt, and the calls that told the shop."""

    payments: pretending.TestPayments
    started: StartedPayment
    calls: list[tuple[bytes, Mapping[str, str]]] = field(default_factory=list)

    def state(self) -> PaymentState:
        """Tell how the attempt stands."""
        return self.payments.fetch(self.started.external_id).state


@pytest.fixture
def shop(db: None) -> Shop:
    """A shop that is not live."""
    return Shop.objects.create(
        name="Test Shop",
        email="owner@example.org",
        country="DE",
        currency="EUR",
        legal_name="Test Shop Ltd",
        address="1 Test Street",
    )


@pytest.fixture
def desk(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Test payments as they are wired, with an attempt that waits for its buyer."""
    calls: list[tuple[bytes, Mapping[str, str]]] = []
    payments = pretending.TestPayments(deliver=lambda body, headers: calls.append((body, headers)))
    monkeypatch.setattr(ports, "_wired", {"test": payments})
    return Desk(payments=payments, started=payments.start(wish()), calls=calls)


def test_the_page_says_what_it_is_and_lists_every_card(client: Client, desk: Desk) -> None:
    page = client.get(desk.started.pay_url)
    text = page.content.decode()
    assert page.status_code == 200
    assert "No real money moves" in text
    assert "€29.00" in text
    assert f'value="{GOOD}"' in text
    assert text.count("<code>") == 3


def test_a_good_card_pays_tells_the_shop_and_leads_back(client: Client, desk: Desk) -> None:
    answer = client.post(desk.started.pay_url, {"card": GOOD})
    assert (answer.status_code, answer["Location"]) == (302, "https://shop.example.org/back")
    report = desk.payments.fetch(desk.started.external_id)
    # 1.5 % of 29.00 is 43.5 cents, to the even cent 44, and 25 cents.
    assert (report.amount, report.fee) == (Money(2900, "EUR"), Money(69, "EUR"))
    ((body, headers),) = desk.calls
    told = desk.payments.read_webhook(body=body, headers=headers)
    assert list(told.news) == [PaymentNews(external_id=desk.started.external_id)]


def test_paying_again_leads_back_and_tells_nothing_new(client: Client, desk: Desk) -> None:
    for _ in range(2):
        assert client.post(desk.started.pay_url, {"card": GOOD}).status_code == 302
    assert client.get(desk.started.pay_url).status_code == 302
    assert len(desk.calls) == 1


def test_a_declined_card_pays_nothing_and_may_be_followed_by_a_good_one(
    client: Client, desk: Desk
) -> None:
    page = client.post(desk.started.pay_url, {"card": DECLINED})
    assert page.status_code == 402
    assert "declined" in page.content.decode()
    assert f'value="{DECLINED}"' in page.content.decode()
    assert (desk.state(), desk.calls) == (PaymentState.OPEN, [])
    assert client.post(desk.started.pay_url, {"card": GOOD}).status_code == 302
    assert desk.state() == PaymentState.SUCCEEDED


def test_a_careful_card_pays_only_when_the_bank_is_told_yes(client: Client, desk: Desk) -> None:
    asked = client.post(desk.started.pay_url, {"card": CAREFUL})
    assert "Your bank asks" in asked.content.decode()
    assert desk.state() == PaymentState.OPEN
    assert client.post(desk.started.pay_url, {"answer": "refuse"}).status_code == 402
    assert (desk.state(), desk.calls) == (PaymentState.OPEN, [])
    assert client.post(desk.started.pay_url, {"answer": "confirm"}).status_code == 302
    assert desk.state() == PaymentState.SUCCEEDED


@pytest.mark.parametrize("card", ["", "4111 1111 1111 1111", "<script>", "4" * 5000])
def test_a_card_that_is_none_of_ours_is_named_and_pays_nothing(
    client: Client, desk: Desk, card: str
) -> None:
    page = client.post(desk.started.pay_url, {"card": card})
    assert page.status_code == 400
    assert "Card number" in page.content.decode()
    assert "<script>" not in page.content.decode().split("<main")[1]
    assert (desk.state(), desk.calls) == (PaymentState.OPEN, [])


def test_a_closed_page_takes_no_card(client: Client, desk: Desk) -> None:
    desk.payments.close(desk.started.external_id)
    for page in (
        client.get(desk.started.pay_url),
        client.post(desk.started.pay_url, {"card": GOOD}),
        client.post(desk.started.pay_url, {"answer": "confirm"}),
    ):
        assert page.status_code == 410
    assert (desk.state(), desk.calls) == (PaymentState.CLOSED, [])


def test_a_page_that_is_none_is_not_found(client: Client, desk: Desk) -> None:
    assert client.get(desk.started.pay_url.replace("test_", "toast_")).status_code == 404


def test_a_form_from_elsewhere_is_refused(desk: Desk) -> None:
    elsewhere = Client(headers={"sec-fetch-site": "cross-site"})
    assert elsewhere.post(desk.started.pay_url, {"card": GOOD}).status_code == 403
    assert desk.state() == PaymentState.OPEN


def test_a_live_shop_takes_no_test_payments(client: Client, desk: Desk, shop: Shop) -> None:
    shop.live_since = clock.now()
    shop.save(update_fields=["live_since"])
    with pytest.raises(ProviderRefused, match="real money"):
        desk.payments.start(wish("order-2-1"))
    assert client.post(desk.started.pay_url, {"card": GOOD}).status_code == 403
    assert (desk.state(), desk.calls) == (PaymentState.OPEN, [])
