"""The selling path through Stripe: a live shop, the official SDK, HTTP, and signed webhooks."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest

from hammock.departments.catalogue.models import Shop, Stock
from hammock.departments.delivery.models import Entitlement
from hammock.departments.ledger.models import Entry
from hammock.departments.sales import ports
from hammock.departments.sales.models import Dispute, Order, Payment, Refund
from hammock.departments.sales.ports import ProviderUnavailable, WebhookRefused
from hammock.flows.receive_webhook import receive_webhook
from hammock.flows.refund_order import refund_order, whole
from hammock.flows.settle_payment import settle_payment
from hammock.flows.start_payment import start_payment
from hammock.flows.sweep_payments import sweep_payments
from hammock.kit import clock
from hammock.kit.inbox.models import InboxMessage
from hammock.kit.jobs.worker import run_until_empty
from hammock.providers.stripe_payments import StripePayments
from tests.shops import balances, order, started
from tests.stripe_stand_in import KEY, WEBHOOK_SECRET, StandIn, running

FEE = 69  # 1.5 % of 29.00 and 25 cents, to the cent


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        """Stop where the shop would take over."""


@pytest.fixture
def stand_in(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """Let the shop be live, with the stand-in as its Stripe."""
    shop.live_since = clock.now()
    shop.save(update_fields=["live_since"])
    monkeypatch.setattr(ports, "_wired", dict(ports._wired))

    def send(body: bytes, headers: Mapping[str, str]) -> None:
        receive_webhook(provider_name="stripe", body=body, headers=headers)

    with running(send=send) as stand_in:
        ports.wire(StripePayments(secret_key=KEY, webhook_secret=WEBHOOK_SECRET, api=stand_in.url))
        yield stand_in


def _pay_on_page(payment: Payment, *, card: str = "4242424242424242") -> int:
    form = urllib.parse.urlencode({"card": card}).encode()
    try:
        urllib.request.build_opener(_Stay).open(payment.pay_url, data=form, timeout=20).close()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code
    return 200


def _sold(stand_in: StandIn, sku: str = "GUIDE") -> Order:
    payment = started(order(sku))
    assert _pay_on_page(payment) == 303
    stand_in.deliver_events()
    run_until_empty()
    payment.order.refresh_from_db()
    return payment.order


def _charge(sold: Order) -> str:
    return sold.payments.get().charge_id


SALE = {
    "Assets:Provider": 2900 - FEE,
    "Expenses:PaymentFees": FEE,
    "Income:Sales": -2437,
    "Liabilities:Tax": -463,
}


def test_webhooks_twice_and_out_of_order_pay_an_order_once(stand_in: StandIn) -> None:
    payment = started(order("GUIDE"))
    assert payment.provider == "stripe"
    assert _pay_on_page(payment) == 303
    told = stand_in.deliver_events(twice=True, out_of_order=True)
    assert told.count("checkout.session.completed") == 2
    run_until_empty()
    payment.order.refresh_from_db()
    assert payment.order.paid_at
    assert Entry.objects.filter(kind=Entry.Kind.SALE).count() == 1
    assert balances() == SALE
    assert Entitlement.objects.count() == 1
    assert InboxMessage.objects.filter(handled_at=None).count() == 0


def test_a_declined_card_changes_nothing(stand_in: StandIn) -> None:
    payment = started(order("GUIDE"))
    assert _pay_on_page(payment, card="4000000000000002") == 402
    stand_in.deliver_events()
    run_until_empty()
    assert settle_payment(payment_id=payment.pk).paid_at is None
    assert balances() == {}


def test_lost_webhooks_are_made_good_by_the_sweep(stand_in: StandIn) -> None:
    payment = started(order("GUIDE"))
    _pay_on_page(payment)
    assert stand_in.deliver_events(dropped=True) == []
    with clock.at(clock.now() + timedelta(minutes=6)):
        assert sweep_payments() == 1
        run_until_empty()
    assert balances() == SALE


def test_an_answer_lost_on_the_way_opens_one_page(stand_in: StandIn) -> None:
    placed = order("GUIDE")
    stand_in.fail_next(2, how="drop_after_work")
    with pytest.raises(ProviderUnavailable):
        start_payment(
            order_id=placed.id, return_url="https://x.example/r", cancel_url="https://x.example/c"
        )
    payment = started(placed)
    assert len(stand_in.account.every("checkout.session")) == 1
    assert payment.external_id == stand_in.account.every("checkout.session")[0]["id"]


def test_a_forged_webhook_is_refused_and_not_kept(stand_in: StandIn) -> None:
    with pytest.raises(WebhookRefused):
        receive_webhook(
            provider_name="stripe", body=b"{}", headers={"stripe-signature": "t=1,v1=00"}
        )
    assert InboxMessage.objects.count() == 0


def test_a_refund_is_sent_once_and_booked_once(stand_in: StandIn) -> None:
    sold = _sold(stand_in)
    refund_order(order_id=sold.id, wish=whole(sold, reason="Changed my mind", requested_by="me"))
    run_until_empty()
    stand_in.deliver_events(twice=True, out_of_order=True)
    run_until_empty()
    assert len(stand_in.account.every("refund")) == 1
    assert Refund.objects.get().state == Refund.State.SUCCEEDED
    assert balances() == {
        "Assets:Provider": -FEE,
        "Expenses:PaymentFees": FEE,
        "Income:Refunds": 2437,
        "Income:Sales": -2437,
    }


def test_a_lost_dispute_takes_money_and_goods_back(stand_in: StandIn) -> None:
    sold = _sold(stand_in)
    dispute = stand_in.open_dispute(_charge(sold))
    stand_in.deliver_events(twice=True)
    run_until_empty()
    assert balances()["Assets:Disputed"] == 2900
    stand_in.close_dispute(dispute, won=False)
    stand_in.deliver_events(twice=True)
    run_until_empty()
    assert Dispute.objects.get().state == Dispute.State.LOST
    assert balances() == {
        "Assets:Provider": -FEE - 2000,
        "Expenses:DisputeFees": 2000,
        "Expenses:PaymentFees": FEE,
        "Income:Disputes": 2437,
        "Income:Sales": -2437,
    }
    assert Entitlement.objects.get().state == "revoked"


def test_a_seat_that_was_lost_to_a_dispute_can_be_sold_again(stand_in: StandIn) -> None:
    sold = _sold(stand_in, "WORKSHOP")
    assert Stock.objects.get().left == 11
    stand_in.close_dispute(stand_in.open_dispute(_charge(sold)), won=False)
    stand_in.deliver_events(twice=True)
    run_until_empty()
    assert Stock.objects.get().left == 12
    assert Entitlement.objects.get().state == "revoked"


def test_a_won_dispute_gives_the_money_back_whatever_came_first(stand_in: StandIn) -> None:
    sold = _sold(stand_in)
    dispute = stand_in.open_dispute(_charge(sold))
    stand_in.close_dispute(dispute, won=True)
    stand_in.deliver_events(twice=True, out_of_order=True)
    run_until_empty()
    assert Dispute.objects.get().state == Dispute.State.WON
    assert balances() == SALE | {
        "Assets:Provider": 2900 - FEE - 2000,
        "Expenses:DisputeFees": 2000,
    }
    assert Entitlement.objects.get().state == "active"


def test_a_payout_is_booked_once(stand_in: StandIn) -> None:
    _sold(stand_in)
    stand_in.pay_out(amount=2900 - FEE)
    stand_in.deliver_events(twice=True)
    run_until_empty()
    assert Entry.objects.filter(kind=Entry.Kind.PAYOUT).count() == 1
    after = balances()
    assert "Assets:Provider" not in after
    assert after["Assets:Bank"] == 2900 - FEE
