"""The process dies before or after any statement: started again, everything comes true once."""

from __future__ import annotations

from hammock.departments.catalogue.models import Shop, Stock
from hammock.departments.delivery.models import Entitlement
from hammock.departments.ledger import queries as books
from hammock.departments.sales.models import Order, Payment
from hammock.flows.expire_orders import expire_orders
from hammock.flows.receive_webhook import receive_webhook
from hammock.flows.refund_order import refund_order, whole
from hammock.flows.sweep_payments import sweep_payments
from hammock.kit import clock
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.mail.models import OutgoingMail
from tests.crashes import dying_everywhere
from tests.scenes import Scene, shop_of_today
from tests.shops import open_shop, order, paid, started
from tests.till import Till


def _call(till: Till, number: int = 1) -> None:
    """Let the provider call about every attempt that it knows, as it does until it is answered."""
    for key in till.attempts:
        body = f'{{"id": "call-{number}-{key}", "attempt": "at-{key}"}}'.encode()
        receive_webhook(provider_name="test", body=body, headers={"signature": "till"})


def _later() -> None:
    """Come back after the leases of the dead have ended, and let everything run that is due."""
    for minutes in (10, 90):
        with clock.at(clock.in_(minutes=minutes)):
            sweep_payments()
            run_until_empty()


def test_paying_survives_death_at_any_statement(shop: Shop, till: Till) -> None:
    @Scene
    def paying() -> None:
        open_shop()
        payment = started(order("WORKSHOP", "GUIDE"))
        till.pay(payment.external_id or "")

    def work() -> None:
        _call(till)
        run_until_empty()

    deaths = 0
    for death in dying_everywhere(work, start=paying.set):
        deaths += 1
        _call(till)
        _later()
        assert Order.objects.get().state == Order.State.PAID, death
        assert Entitlement.objects.count() == 2, death
        assert Stock.objects.get().left == 11, death
        assert sum(b.amount.minor for b in books.balances()) == 0, death
        sales = [b.amount.minor for b in books.balances() if b.account == "Income:Sales"]
        assert sales == [-6555], death
        assert OutgoingMail.objects.count() == 2, death
    assert deaths > 60


def test_ordering_survives_death_at_any_statement(shop: Shop, till: Till) -> None:
    def work() -> None:
        started(order("WORKSHOP"))

    for death in dying_everywhere(work, start=shop_of_today().set):
        with clock.at(clock.in_(minutes=20)):
            expire_orders()
            run_until_empty()
        assert Stock.objects.get().left == 12, death
        assert not Order.objects.filter(state=Order.State.AWAITING).exists(), death
        assert not Payment.objects.filter(state=Payment.State.SUCCEEDED).exists(), death


def test_refunding_survives_death_at_any_statement(shop: Shop, till: Till) -> None:
    @Scene
    def delivered() -> None:
        open_shop()
        paid(till, "WORKSHOP")
        run_until_empty()

    def work() -> None:
        sold = Order.objects.get()
        refund_order(order_id=sold.id, wish=whole(sold, reason="", requested_by="me"))
        run_until_empty()

    for death in dying_everywhere(work, start=delivered.set):
        _later()
        gone = len(till.refunds)
        assert gone in {0, 1}, death
        held = Entitlement.objects.get().state
        assert held == ("revoked" if gone else "active"), death
        assert Stock.objects.get().left == (12 if gone else 11), death
        refunds = [b.amount.minor for b in books.balances() if b.account == "Income:Refunds"]
        assert refunds == ([4118] if gone else []), death
