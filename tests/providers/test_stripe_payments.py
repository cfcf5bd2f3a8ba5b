"""What is Stripe's own: keys on every write, its errors, its events, its minor units."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.departments.sales.ports import (
    DisputeNews,
    DisputeState,
    PaymentLine,
    PaymentNews,
    PaymentState,
    PayoutNews,
    ProviderRefused,
    ProviderUnavailable,
    RefundNews,
    RefundReport,
    RefundRequest,
    RefundState,
    Webhook,
    WebhookRefused,
)
from hammock.kit import clock
from hammock.kit.money import Money
from hammock.providers.stripe_payments import StripePayments, from_stripe, to_stripe
from tests.providers.test_payment_contract import wish
from tests.stripe_stand_in import KEY, WEBHOOK_SECRET, StandIn
from tests.stripe_stand_in.events import signed


def _paid(payments: StripePayments, stand_in: StandIn) -> str:
    external_id = payments.start(wish()).external_id
    assert stand_in.account.pay(external_id) == "paid"
    return external_id


def _refund(payments: StripePayments, external_id: str, *, minor: int = 2900) -> RefundRequest:
    charge_id = payments.fetch(external_id).charge_id
    return RefundRequest(
        key="r-1", charge_id=charge_id, amount=Money(minor, "EUR"), reference="H-1001"
    )


def _told(payments: StripePayments, stand_in: StandIn, **how: bool) -> list[Webhook]:
    read: list[Webhook] = []

    def send(body: bytes, headers: Mapping[str, str]) -> None:
        read.append(payments.read_webhook(body=body, headers=headers))

    stand_in.account.outbox.send = send
    stand_in.deliver_events(**how)
    return read


def _read(payments: StripePayments, event: object) -> Webhook:
    body, signature = signed(event, secret=WEBHOOK_SECRET)  # type: ignore[arg-type]
    return payments.read_webhook(body=body, headers={"stripe-signature": signature})


def test_what_makes_something_carries_a_key_made_from_ours(
    stand_in: StandIn, stripe_payments: StripePayments
) -> None:
    external_id = _paid(stripe_payments, stand_in)
    stripe_payments.refund(_refund(stripe_payments, external_id))
    assert [call.key for call in stand_in.calls] == ["start-order-1-1", "refund-r-1"]


def test_the_page_shows_lines_whose_sum_is_exact(
    stand_in: StandIn, stripe_payments: StripePayments
) -> None:
    stripe_payments.start(wish())
    (call,) = stand_in.calls
    shown = [
        (line["price_data"]["product_data"]["name"], line["price_data"]["unit_amount"])
        for line in call.params["line_items"]
    ]
    assert shown == [("Guide", 1900), ("3 × Card & “map”", 1000)]
    assert call.params["client_reference_id"] == "H-1001"
    assert call.params["metadata"] == {"reference": "H-1001", "key": "order-1-1"}
    assert call.params["payment_intent_data"]["metadata"] == call.params["metadata"]
    assert call.params["adaptive_pricing"] == {"enabled": False}


def test_a_retry_minutes_later_says_the_same(
    stand_in: StandIn, stripe_payments: StripePayments
) -> None:
    request = wish()
    first = stripe_payments.start(request)
    with clock.at(clock.in_(minutes=9)):
        assert stripe_payments.start(request) == first
    assert request.expires_at + timedelta(minutes=30) <= datetime.fromtimestamp(
        stand_in.calls[0].params["expires_at"], tz=UTC
    )


def test_a_dropped_connection_starts_one_attempt_and_gives_back_once(
    stand_in: StandIn, stripe_payments: StripePayments
) -> None:
    stand_in.fail_next(2, how="drop_after_work")
    with pytest.raises(ProviderUnavailable):
        stripe_payments.start(wish_once := wish())
    external_id = stripe_payments.start(wish_once).external_id
    assert len(stand_in.account.every("checkout.session")) == 1
    stand_in.account.pay(external_id)
    request = _refund(stripe_payments, external_id)
    stand_in.fail_next(2, how="drop_after_work", method="POST")
    with pytest.raises(ProviderUnavailable):
        stripe_payments.refund(request)
    assert stripe_payments.refund(request).amount == Money(2900, "EUR")
    assert len(stand_in.account.every("refund")) == 1


def test_a_refund_asked_for_again_after_days_goes_back_once(
    stand_in: StandIn, stripe_payments: StripePayments
) -> None:
    """Stripe forgets keys after a day; a job that a person starts anew does not know."""
    external_id = _paid(stripe_payments, stand_in)
    request = _refund(stripe_payments, external_id, minor=900)
    stand_in.fail_next(2, how="drop_after_work", method="POST")
    with pytest.raises(ProviderUnavailable):
        stripe_payments.refund(request)
    for _ in range(100):  # more than one page of others lies between
        stand_in.account.refund({"payment_intent": request.charge_id, "amount": 1})
    stand_in.forget_keys()
    assert stripe_payments.refund(request).amount == Money(900, "EUR")
    assert len(stand_in.account.every("refund")) == 101


def test_a_failure_that_stripe_keeps_does_not_keep_a_page_open(
    stand_in: StandIn, stripe_payments: StripePayments
) -> None:
    external_id = stripe_payments.start(wish()).external_id
    stand_in.fail_next(2, how="kept_500", method="POST")
    with pytest.raises(ProviderUnavailable):
        stripe_payments.close(external_id)
    assert stripe_payments.close(external_id).state == PaymentState.CLOSED


def test_a_key_that_is_at_work_right_now_may_be_asked_again(
    stand_in: StandIn, stripe_payments: StripePayments
) -> None:
    request = wish()
    stand_in.fail_next(2, how="409")
    with pytest.raises(ProviderUnavailable, match="in-progress"):
        stripe_payments.start(request)
    assert stripe_payments.start(request).external_id


def test_a_page_whose_hold_is_long_over_is_refused(
    stand_in: StandIn, stripe_payments: StripePayments
) -> None:
    with pytest.raises(ProviderRefused, match="expires_at"):
        stripe_payments.start(replace(wish(), expires_at=clock.in_(minutes=-5)))
    assert stand_in.account.every("checkout.session") == []


def test_a_failing_or_busy_stripe_may_be_asked_again(
    stand_in: StandIn, stripe_payments: StripePayments
) -> None:
    request = wish()
    stand_in.fail_next(2, how="500")
    with pytest.raises(ProviderUnavailable):
        stripe_payments.start(request)
    stand_in.fail_next(1, how="429")
    with pytest.raises(ProviderUnavailable):
        stripe_payments.start(request)
    assert stand_in.calls == []
    assert stripe_payments.start(request).external_id


def test_nobody_listening_is_unavailable() -> None:
    payments = StripePayments(
        secret_key=KEY, webhook_secret=WEBHOOK_SECRET, api="http://127.0.0.1:9"
    )
    with pytest.raises(ProviderUnavailable):
        payments.start(wish())


def test_a_wrong_secret_key_is_refused(stand_in: StandIn) -> None:
    payments = StripePayments(
        secret_key="sk_live_wrong",
        webhook_secret=WEBHOOK_SECRET,
        api=stand_in.url,
    )
    assert not payments.is_test
    with pytest.raises(ProviderRefused, match="Invalid API Key"):
        payments.start(wish())


def test_a_key_used_for_something_else_is_refused(stripe_payments: StripePayments) -> None:
    stripe_payments.start(wish())
    with pytest.raises(ProviderRefused, match="same parameters"):
        stripe_payments.start(wish(minor=3000))


def test_declined_cards_leave_the_attempt_open(
    stand_in: StandIn, stripe_payments: StripePayments
) -> None:
    external_id = stripe_payments.start(wish()).external_id
    assert stand_in.account.pay(external_id, card="4000000000000002") == "declined"
    assert stripe_payments.fetch(external_id).state == PaymentState.OPEN
    assert stand_in.account.pay(external_id) == "paid"
    assert stripe_payments.fetch(external_id).state == PaymentState.SUCCEEDED


@pytest.mark.parametrize(
    ("comes", "state"), [(True, PaymentState.SUCCEEDED), (False, PaymentState.CLOSED)]
)
def test_a_bank_debit_is_open_until_the_money_comes_or_does_not(
    stand_in: StandIn, stripe_payments: StripePayments, *, comes: bool, state: PaymentState
) -> None:
    external_id = stripe_payments.start(wish()).external_id
    stand_in.account.pay_later(external_id)
    assert stripe_payments.fetch(external_id).state == PaymentState.OPEN
    assert stripe_payments.close(external_id).state == PaymentState.OPEN
    stand_in.account.settle_later(external_id, comes=comes)
    assert stripe_payments.fetch(external_id).state == state
    news = [webhook.news for webhook in _told(stripe_payments, stand_in) if webhook.news]
    assert news == [(PaymentNews(external_id=external_id),)] * 2


def test_a_fee_that_is_not_known_yet_is_asked_for_again(
    stand_in: StandIn, stripe_payments: StripePayments
) -> None:
    external_id = _paid(stripe_payments, stand_in)
    (charge,) = stand_in.account.every("charge")
    charge["balance_transaction"] = None
    with pytest.raises(ProviderUnavailable, match="fee"):
        stripe_payments.fetch(external_id)


def test_a_fee_in_the_accounts_currency_is_told_in_the_buyers(
    stand_in: StandIn, stripe_payments: StripePayments
) -> None:
    """A fee of 110 US cents, where 29.00 euros came to 31.90 dollars, is 100 euro cents."""
    external_id = _paid(stripe_payments, stand_in)
    (entry,) = stand_in.account.every("balance_transaction")
    entry |= {"currency": "usd", "amount": 3190, "fee": 110, "exchange_rate": 1.1}
    assert stripe_payments.fetch(external_id).fee == Money(100, "EUR")


def test_a_fee_between_currencies_of_unlike_minor_units_is_told_in_the_buyers(
    stand_in: StandIn, stripe_payments: StripePayments
) -> None:
    """A fee of 61 euro cents, where 5,000 yen came to 30.50 euros, is 100 yen."""
    lines = [PaymentLine(title="Guide", quantity=1, total=Money(5000, "JPY"))]
    request = replace(wish(), amount=Money(5000, "JPY"), lines=lines)
    external_id = stripe_payments.start(request).external_id
    stand_in.account.pay(external_id)
    (entry,) = stand_in.account.every("balance_transaction")
    entry |= {"currency": "eur", "amount": 3050, "fee": 61, "exchange_rate": 0.0061}
    report = stripe_payments.fetch(external_id)
    assert (report.amount, report.fee) == (Money(5000, "JPY"), Money(100, "JPY"))


def test_a_disputes_fee_in_the_accounts_currency_is_told_in_the_buyers(
    stand_in: StandIn, stripe_payments: StripePayments
) -> None:
    """29.00 euros taken as 31.90 dollars with 22.00 dollars on top: the fee is 20.00 euros."""
    charge_id = stripe_payments.fetch(_paid(stripe_payments, stand_in)).charge_id
    _told(stripe_payments, stand_in)
    stand_in.open_dispute(charge_id)
    for event in stand_in.account.outbox.waiting:
        event["data"]["object"]["balance_transactions"][0] |= {
            "currency": "usd",
            "amount": -3190,
            "fee": 2200,
        }
    for webhook in _told(stripe_payments, stand_in):
        (news,) = webhook.news
        assert isinstance(news, DisputeNews)
        assert (news.amount, news.fee) == (Money(2900, "EUR"), Money(2000, "EUR"))


def test_answers_that_nobody_can_read_are_the_ports_errors(
    stand_in: StandIn, stripe_payments: StripePayments
) -> None:
    external_id = _paid(stripe_payments, stand_in)
    request = _refund(stripe_payments, external_id)
    stand_in.account.next_refund_status = "on_the_moon"
    with pytest.raises(ProviderUnavailable, match="cannot read"):
        stripe_payments.refund(request)
    (intent,) = stand_in.account.every("payment_intent")
    intent["currency"] = "moonstones"
    with pytest.raises(ProviderUnavailable, match="cannot read"):
        stripe_payments.fetch(external_id)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("pending", RefundState.PENDING),
        ("requires_action", RefundState.PENDING),
        ("succeeded", RefundState.SUCCEEDED),
        ("failed", RefundState.FAILED),
        ("canceled", RefundState.FAILED),
    ],
)
def test_refunds_stand_as_stripe_says(
    stand_in: StandIn, stripe_payments: StripePayments, status: str, state: RefundState
) -> None:
    external_id = _paid(stripe_payments, stand_in)
    stand_in.account.next_refund_status = status
    assert stripe_payments.refund(_refund(stripe_payments, external_id)).state == state


def test_a_refund_that_fails_later_is_news_with_our_key(
    stand_in: StandIn, stripe_payments: StripePayments
) -> None:
    external_id = _paid(stripe_payments, stand_in)
    stand_in.account.next_refund_status = "pending"
    request = _refund(stripe_payments, external_id)
    report = stripe_payments.refund(request)
    stand_in.account.settle_refund(
        report.external_id, status="failed", reason="lost_or_stolen_card"
    )
    *_, failed = _told(stripe_payments, stand_in)
    expected = RefundNews(
        report=RefundReport(
            external_id=report.external_id,
            state=RefundState.FAILED,
            amount=Money(2900, "EUR"),
            reason="lost_or_stolen_card",
        ),
        charge_id=request.charge_id,
        key="r-1",
    )
    assert (failed.kind, list(failed.news)) == ("refund.failed", [expected])


def test_a_refund_made_at_stripe_by_hand_has_no_key(
    stand_in: StandIn, stripe_payments: StripePayments
) -> None:
    charge_id = stripe_payments.fetch(_paid(stripe_payments, stand_in)).charge_id
    stand_in.account.refund({"payment_intent": charge_id, "amount": 500})
    (news,) = [
        news
        for webhook in _told(stripe_payments, stand_in)
        for news in webhook.news
        if isinstance(news, RefundNews)
    ]
    assert (news.key, news.charge_id, news.report.amount) == ("", charge_id, Money(500, "EUR"))


@pytest.mark.parametrize(("won", "state"), [(True, DisputeState.WON), (False, DisputeState.LOST)])
def test_disputes_name_the_payment_and_their_fee(
    stand_in: StandIn, stripe_payments: StripePayments, *, won: bool, state: DisputeState
) -> None:
    charge_id = stripe_payments.fetch(_paid(stripe_payments, stand_in)).charge_id
    _told(stripe_payments, stand_in)
    dispute = stand_in.open_dispute(charge_id)
    stand_in.close_dispute(dispute, won=won)
    news = [webhook.news[0] for webhook in _told(stripe_payments, stand_in)]
    opened, closed = news[0], news[-1]
    expected = DisputeNews(
        external_id=dispute,
        charge_id=charge_id,
        state=DisputeState.OPEN,
        amount=Money(2900, "EUR"),
        fee=Money(2000, "EUR"),
        reason="fraudulent",
    )
    assert opened == expected
    assert isinstance(closed, DisputeNews)
    assert (closed.state, closed.fee) == (state, Money(2000, "EUR"))


def test_an_inquiry_holds_nothing_back_and_is_no_news(
    stand_in: StandIn, stripe_payments: StripePayments
) -> None:
    charge_id = stripe_payments.fetch(_paid(stripe_payments, stand_in)).charge_id
    _told(stripe_payments, stand_in)
    stand_in.account.open_dispute(charge_id, inquiry=True)
    (webhook,) = _told(stripe_payments, stand_in)
    assert (webhook.kind, list(webhook.news)) == ("charge.dispute.created", [])


def test_a_dispute_is_news_when_its_money_has_moved(
    stand_in: StandIn, stripe_payments: StripePayments
) -> None:
    charge_id = stripe_payments.fetch(_paid(stripe_payments, stand_in)).charge_id
    _told(stripe_payments, stand_in)
    stand_in.open_dispute(charge_id)
    early = stand_in.account.outbox.waiting[-1]
    early["data"]["object"]["balance_transactions"] = []
    withdrawn, created = _told(stripe_payments, stand_in)
    assert (len(withdrawn.news), len(created.news)) == (1, 0)


def test_a_payout_tells_what_arrived_and_when(
    stand_in: StandIn, stripe_payments: StripePayments
) -> None:
    arrives = datetime(2026, 3, 12, tzinfo=UTC)
    payout = stand_in.account.pay_out(amount=2831, currency="eur", arrives=int(arrives.timestamp()))
    (webhook,) = _told(stripe_payments, stand_in)
    assert list(webhook.news) == [
        PayoutNews(external_id=payout["id"], amount=Money(2831, "EUR"), arrived_at=arrives)
    ]


def test_calls_keep_their_ids_however_often_and_in_whatever_order_they_come(
    stand_in: StandIn, stripe_payments: StripePayments
) -> None:
    external_id = _paid(stripe_payments, stand_in)
    read = _told(stripe_payments, stand_in, twice=True, out_of_order=True)
    assert [webhook.kind for webhook in read] == [
        "checkout.session.completed",
        "charge.succeeded",
        "payment_intent.succeeded",
    ] * 2
    assert read[:3] == read[3:]
    assert len({webhook.external_id for webhook in read}) == 3
    assert list(read[0].news) == [PaymentNews(external_id=external_id)]
    assert not read[1].news


@pytest.mark.parametrize(
    "event",
    [
        [],
        None,
        {},
        {"id": "evt_1"},
        {"id": "evt_1", "type": "payout.paid", "data": {"object": {"id": "po_1"}}},
        {"id": "evt_1", "type": "payout.paid", "data": None},
        {
            "id": "evt_1",
            "type": "payout.paid",
            "data": {
                "object": {"id": "po_1", "amount": 1, "currency": "moonstones", "arrival_date": 1}
            },
        },
        {
            "id": "evt_1",
            "type": "payout.paid",
            "data": {
                "object": {"id": "po_1", "amount": 1, "currency": "eur", "arrival_date": 10**30}
            },
        },
        {
            "id": "evt_1",
            "type": "refund.created",
            "data": {"object": {"id": "re_1", "status": "new?", "amount": 1, "currency": "eur"}},
        },
    ],
)
def test_a_signed_body_that_is_no_event_is_refused(
    stripe_payments: StripePayments, event: object
) -> None:
    with pytest.raises(WebhookRefused, match="not an event"):
        _read(stripe_payments, event)


def test_a_page_that_is_not_of_this_shop_is_no_news(stripe_payments: StripePayments) -> None:
    session = {"id": "cs_1", "object": "checkout.session", "metadata": {"their": "own"}}
    event = {"id": "evt_1", "type": "checkout.session.completed", "data": {"object": session}}
    assert _read(stripe_payments, event) == Webhook(
        external_id="evt_1", kind="checkout.session.completed"
    )


def test_a_signature_by_another_secret_is_refused(stripe_payments: StripePayments) -> None:
    event: dict[str, Any] = {"id": "evt_1", "type": "ping"}
    body, signature = signed(event, secret="whsec_other")
    with pytest.raises(WebhookRefused, match="wrong signature"):
        stripe_payments.read_webhook(body=body, headers={"stripe-signature": signature})
    assert _read(stripe_payments, event) == Webhook(external_id="evt_1", kind="ping")
    assert json.loads(body) == event


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        (Money(2900, "EUR"), 2900),
        (Money(500, "JPY"), 500),
        (Money(500, "ISK"), 50000),
        (Money(500, "UGX"), 50000),
        (Money(1999, "HUF"), 1999),
        (Money(1999, "TWD"), 1999),
        (Money(5120, "KWD"), 5120),
    ],
)
def test_amounts_are_told_in_stripes_minor_units(amount: Money, told: int) -> None:
    assert to_stripe(amount) == told
    assert from_stripe(told, amount.currency.lower()) == amount


def test_an_amount_finer_than_stripe_takes_is_refused() -> None:
    with pytest.raises(ProviderRefused, match="too fine"):
        to_stripe(Money(5124, "KWD"))


@given(
    minor=st.integers(0, 10**9),
    currency=st.sampled_from(["EUR", "JPY", "ISK", "UGX", "VND", "HUF"]),
)
def test_amounts_come_back_from_stripe_as_they_went(minor: int, currency: str) -> None:
    amount = Money(minor, currency)
    assert from_stripe(to_stripe(amount), currency.lower()) == amount
