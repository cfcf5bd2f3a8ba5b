"""Somebody wants money back: it is asked for, and a decision answers; nobody acts here."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.customers.actions import Asked
from hammock.departments.customers.asking import ask
from hammock.departments.customers.errors import CannotAsk
from hammock.departments.customers.models import CustomerRequest
from hammock.departments.decisions import actions as decisions
from hammock.departments.decisions import ports
from hammock.departments.decisions.rules import has_count_left, within_limit
from hammock.departments.delivery import overview as delivery
from hammock.departments.sales import refund_facts, refunding
from hammock.departments.sales.errors import CannotRefund
from hammock.departments.sales.models import Order
from hammock.departments.sales.refunding import RefundWish
from hammock.kit.locks import lock
from hammock.kit.money import Money, total


def ask_refund(
    *, customer_id: int, reference: str, amount: Money | None, reason: str
) -> CustomerRequest:
    """Take a buyer's wish for money back (all that is left when `amount` is None).

    Raises `CannotAsk` for an order that is not theirs, `CannotRefund` or `AskedAlready`; then
    nothing has changed.
    """
    with transaction.atomic(durable=True):
        order = _order(Order.objects.filter(reference=reference, customer_id=customer_id).first())
        wished = amount or refunding.left_of(order)
        wish = refunding.part_of(order, amount=wished, reason=reason, requested_by="the buyer")
        return _ask(order, wish, by="")


def ask_refund_for(*, order_id: int, wish: RefundWish) -> CustomerRequest:
    """Take a member's wish to refund beyond their limit, exactly as they filled it in.

    Raises as `ask_refund` does.
    """
    with transaction.atomic(durable=True):
        order = _order(Order.objects.filter(pk=order_id).first())
        return _ask(order, wish, by=wish.requested_by)


def why_ask(*, member_id: int, amount: Money) -> str:
    """Say why this member must ask before refunding so much; empty when they need not."""
    decider = ports.people().decider(member_id=member_id)
    if decider is None:
        return "Your role does not give money back by itself."
    if not within_limit(decider, amount):
        return f"{amount} is over your limit of {decider.limit}."
    if not has_count_left(decider, decisions.given_today(member_id)):
        return f"You gave {decider.daily_count} answers today, which is as many as your role may."
    return ""


def _order(found: Order | None) -> Order:
    if found is None or found.customer is None:
        raise CannotAsk(problem="This order is not among your purchases.")
    (order,) = lock(Order.objects.filter(pk=found.pk).select_related("customer"))
    return order


def _ask(order: Order, wish: RefundWish, *, by: str) -> CustomerRequest:
    refunding.refundable(order)
    refunding.check(order, wish)
    if order.customer is None:
        raise CannotAsk(problem="This order has no buyer.")
    amount = total(wish.amounts.values(), currency=order.currency)
    if not amount:
        raise CannotRefund(reference=order.reference, problem="the refund comes to nothing.")
    return ask(
        order.customer,
        Asked(
            kind=CustomerRequest.Kind.REFUND,
            about=order.reference,
            title=f"{amount} of order {order.reference}",
            words=wish.reason,
            details=refunding.packed(wish),
            asked_by=by,
        ),
        facts=refund_facts.of(
            order,
            amount=amount,
            by_staff=bool(by),
            downloads=delivery.downloads(order.reference),
        ),
        about=f"order:{order.reference}",
    )
