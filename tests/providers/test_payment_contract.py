"""What every payment provider does, whoever it is: one set of tests for all of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import pytest

from hammock.departments.catalogue.models import Shop
from hammock.departments.sales.ports import (
    PaymentLine,
    PaymentNews,
    PaymentProvider,
    PaymentRequest,
    PaymentState,
    ProviderRefused,
    RefundRequest,
    RefundState,
    WebhookRefused,
)
from hammock.kit import clock
from hammock.kit.money import Money
from hammock.providers.stripe_payments import StripePayments
from hammock.providers.test_payments import provider as pretending
from tests.stripe_stand_in import StandIn
from tests.till import Till

Signed = tuple[bytes, Mapping[str, str]]


@dataclass(frozen=True)
class Case:
    """A provider, how its buyer pays, and the signed call that tells of it."""

    provider: PaymentProvider
    pay: Callable[[str], object]
    told: Callable[[], Signed]


@pytest.fixture(params=["stripe", "pretend", "till"])
def case(request: pytest.FixtureRequest) -> Case:
    """Go through the providers."""
    made: Case = request.getfixturevalue(f"{request.param}_case")
    return made


@pytest.fixture
def stripe_case(stand_in: StandIn, stripe_payments: StripePayments) -> Case:
    """Stripe through its SDK and HTTP."""
    sent: list[Signed] = []
    stand_in.account.outbox.send = lambda body, headers: sent.append((body, headers))

    def told() -> Signed:
        stand_in.deliver_events()
        return sent[-1]

    return Case(provider=stripe_payments, pay=stand_in.account.pay, told=told)


@pytest.fixture
def pretend_case(db: None) -> Case:
    """Test payments in a shop that is not live."""
    Shop.objects.create(
        name="Test Shop",
        email="owner@example.org",
        country="DE",
        currency="EUR",
        legal_name="Test Shop Ltd",
        address="1 Test Street",
    )
    sent: list[Signed] = []
    payments = pretending.TestPayments(deliver=lambda body, headers: sent.append((body, headers)))
    return Case(provider=payments, pay=payments.pay, told=lambda: sent[-1])


@pytest.fixture
def till_case() -> Case:
    """The till in memory that tests of flows use."""
    till = Till()

    def told() -> Signed:
        paid = next(iter(till.attempts))
        body = json.dumps({"id": "call-1", "attempt": f"at-{paid}"}).encode()
        return body, {"signature": "till"}

    return Case(provider=till, pay=till.pay, told=told)


def wish(key: str = "order-1-1", *, minor: int = 2900) -> PaymentRequest:
    """Ask for two lines, one of them of three pieces."""
    return PaymentRequest(
        key=key,
        reference="H-1001",
        amount=Money(minor, "EUR"),
        lines=[
            PaymentLine(title="Guide", quantity=1, total=Money(minor - 1000, "EUR")),
            PaymentLine(title="Card & “map”", quantity=3, total=Money(1000, "EUR")),
        ],
        email="ann@example.org",
        return_url="https://shop.example.org/back",
        cancel_url="https://shop.example.org/cart",
        expires_at=clock.now().replace(microsecond=0) + timedelta(minutes=15),
    )


def _paid(case: Case, *, minor: int = 2900) -> str:
    external_id = case.provider.start(wish(minor=minor)).external_id
    case.pay(external_id)
    return external_id


def _refund(case: Case, external_id: str, *, minor: int, key: str = "refund-1") -> RefundRequest:
    charge_id = case.provider.fetch(external_id).charge_id
    return RefundRequest(
        key=key, charge_id=charge_id, amount=Money(minor, "EUR"), reference="H-1001"
    )


def test_an_attempt_has_a_page_and_is_open(case: Case) -> None:
    started = case.provider.start(wish())
    report = case.provider.fetch(started.external_id)
    assert started.pay_url
    assert (report.state, report.charge_id) == (PaymentState.OPEN, "")
    assert report.amount == report.fee == Money.zero("EUR")


def test_the_same_key_is_the_same_attempt(case: Case) -> None:
    request = wish()
    assert case.provider.start(request) == case.provider.start(request)
    assert case.provider.start(request) != case.provider.start(wish("order-1-2"))


# The till in memory takes its caller's word.
@pytest.mark.parametrize("case", ["stripe", "pretend"], indirect=True)
def test_a_key_that_is_used_for_another_wish_is_refused(case: Case) -> None:
    request = wish()
    first = case.provider.start(request)
    with pytest.raises(ProviderRefused, match="same"):
        case.provider.start(wish(minor=3000))
    assert case.provider.start(request) == first
    case.pay(first.external_id)
    assert case.provider.fetch(first.external_id).amount == Money(2900, "EUR")


def test_what_was_taken_is_told_to_the_cent_with_its_fee(case: Case) -> None:
    report = case.provider.fetch(_paid(case, minor=2999))
    assert report.state == PaymentState.SUCCEEDED
    assert report.amount == Money(2999, "EUR")
    assert Money(0, "EUR") < report.fee < report.amount
    assert report.charge_id


def test_a_closed_attempt_takes_no_money(case: Case) -> None:
    external_id = case.provider.start(wish()).external_id
    assert case.provider.close(external_id).state == PaymentState.CLOSED
    case.pay(external_id)
    assert case.provider.fetch(external_id).state == PaymentState.CLOSED
    assert case.provider.close(external_id).amount == Money.zero("EUR")


def test_closing_leaves_a_paid_attempt_paid(case: Case) -> None:
    external_id = _paid(case)
    assert case.provider.close(external_id) == case.provider.fetch(external_id)
    assert case.provider.fetch(external_id).amount == Money(2900, "EUR")


def test_paying_twice_takes_the_money_once(case: Case) -> None:
    external_id = _paid(case)
    before = case.provider.fetch(external_id)
    case.pay(external_id)
    assert case.provider.fetch(external_id) == before


def test_all_or_a_part_goes_back(case: Case) -> None:
    external_id = _paid(case)
    part = case.provider.refund(_refund(case, external_id, minor=900))
    rest = case.provider.refund(_refund(case, external_id, minor=2000, key="refund-2"))
    assert (part.state, part.amount) == (RefundState.SUCCEEDED, Money(900, "EUR"))
    assert (rest.state, rest.amount) == (RefundState.SUCCEEDED, Money(2000, "EUR"))
    assert part.external_id != rest.external_id


def test_the_same_key_gives_back_once(case: Case) -> None:
    external_id = _paid(case)
    request = _refund(case, external_id, minor=2000)
    assert case.provider.refund(request) == case.provider.refund(request)
    left = case.provider.refund(_refund(case, external_id, minor=900, key="refund-2"))
    assert left.amount == Money(900, "EUR")


def test_more_than_was_taken_is_refused_and_nothing_goes_back(case: Case) -> None:
    external_id = _paid(case)
    with pytest.raises(ProviderRefused):
        case.provider.refund(_refund(case, external_id, minor=2901))
    whole = case.provider.refund(_refund(case, external_id, minor=2900, key="refund-2"))
    assert whole.amount == Money(2900, "EUR")
    with pytest.raises(ProviderRefused):
        case.provider.refund(_refund(case, external_id, minor=1, key="refund-3"))


def test_an_attempt_that_is_none_is_refused(case: Case) -> None:
    with pytest.raises(ProviderRefused):
        case.provider.fetch("at-nobody")
    with pytest.raises(ProviderRefused):
        case.provider.close("at-nobody")


def test_a_refund_of_no_charge_is_refused(case: Case) -> None:
    request = RefundRequest(
        key="refund-1", charge_id="ch-nobody", amount=Money(1, "EUR"), reference="H-1001"
    )
    with pytest.raises(ProviderRefused):
        case.provider.refund(request)


def test_a_signed_call_names_the_attempt(case: Case) -> None:
    external_id = _paid(case)
    body, headers = case.told()
    webhook = case.provider.read_webhook(body=body, headers=headers)
    assert list(webhook.news) == [PaymentNews(external_id=external_id)]
    assert case.provider.read_webhook(body=body, headers=headers) == webhook


def test_a_call_with_a_wrong_or_no_signature_is_refused(case: Case) -> None:
    _paid(case)
    body, headers = case.told()
    forged = {name: value[:-1] + "é" for name, value in headers.items()}
    for wrong in ({}, forged, dict.fromkeys(headers, ""), dict.fromkeys(headers, "t=x,v1=")):
        with pytest.raises(WebhookRefused):
            case.provider.read_webhook(body=body, headers=wrong)


# The till signs with a word, which knows no time.
@pytest.mark.parametrize("case", ["stripe", "pretend"], indirect=True)
def test_a_changed_or_old_or_future_call_is_refused(case: Case) -> None:
    _paid(case)
    body, headers = case.told()
    with pytest.raises(WebhookRefused):
        case.provider.read_webhook(body=body + b" ", headers=headers)
    with pytest.raises(WebhookRefused):
        case.provider.read_webhook(body=b"\xff\x00", headers=headers)
    for seconds in (302, -302):
        with clock.at(clock.in_(seconds=seconds)), pytest.raises(WebhookRefused):
            case.provider.read_webhook(body=body, headers=headers)


def test_whoever_has_the_key_is_let_in(case: Case) -> None:
    case.provider.knock()
