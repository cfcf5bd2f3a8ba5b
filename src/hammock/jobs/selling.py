"""What happens by itself between a buyer's click and a closed order."""

from __future__ import annotations

from typing import Any

from hammock.departments.delivery.events import GoodsDelivered
from hammock.departments.sales import rules
from hammock.departments.sales.events import OrderPaid
from hammock.flows import deliver_order as delivering
from hammock.flows import expire_orders as expiring
from hammock.flows import handle_webhook as handling
from hammock.flows import send_goods as mailing
from hammock.flows import send_receipt as receipting
from hammock.flows import send_refund as refunding
from hammock.flows import settle_payment as settling
from hammock.flows import sweep_payments as sweeping
from hammock.kit import facts
from hammock.kit.jobs import every, job


@job()
def deliver_order(*, fact_id: int) -> None:
    """Hand a paid order's goods over; where it gives nothing (yet), mail the receipt alone."""
    order_id = facts.read(fact_id, OrderPaid).order_id
    if not delivering.deliver_order(order_id=order_id).is_given:
        receipting.send_receipt(order_id=order_id)


@job()
def send_goods(*, fact_id: int) -> None:
    """Mail what an order delivered, with its receipt."""
    mailing.send_goods(order_id=facts.read(fact_id, GoodsDelivered).order_id)


@job()
def send_receipt(*, fact_id: int) -> None:
    """Mail the receipt of a paid order that gave nothing; earlier versions queued it."""
    receipting.send_receipt(order_id=facts.read(fact_id, OrderPaid).order_id)


@job()
def settle_payment(*, payment_id: int) -> None:
    """Ask the provider how an attempt stands and make it so."""
    settling.settle_payment(payment_id=payment_id)


@job()
def handle_webhook(*, message_id: int) -> None:
    """Make true what a provider told."""
    handling.handle_webhook(message_id=message_id)


@job()
def send_refund(*, refund_id: int) -> None:
    """Ask the provider to give money back."""
    refunding.send_refund(refund_id=refund_id)


@job()
def settle_refund(*, refund_id: int, report: dict[str, Any]) -> None:
    """Make a provider's report of a refund true."""
    refunding.settle_refund(refund_id=refund_id, report=rules.unpacked_report(report))


@job()
def close_attempt(*, payment_id: int) -> None:
    """Let nobody pay a lapsed order any more; one just paid is settled."""
    report = expiring.close_attempt(payment_id=payment_id)
    if report is not None:
        settling.settle(payment_id=payment_id, report=report)


@every(minutes=1)
@job()
def expire_orders() -> None:
    """Free what unpaid orders hold."""
    expiring.expire_orders()


@every(minutes=5)
@job()
def sweep_payments() -> None:
    """Ask after attempts that nobody told us about."""
    sweeping.sweep_payments()


facts.react(OrderPaid, job="deliver_order")
facts.react(GoodsDelivered, job="send_goods")
