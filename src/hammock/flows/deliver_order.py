"""A paid order is handed over: rights are granted and work is owed; the mails follow by a job.

Before anything of it is handed over, its signs of fraud are looked at: with enough of them it is
held, its buyer is told until when, and a decision is asked that releases it or gives it back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from hammock.departments.customers import actions as customers
from hammock.departments.decisions import actions as decisions
from hammock.departments.decisions import kinds
from hammock.departments.decisions.models import Decision
from hammock.departments.delivery import actions
from hammock.departments.delivery.events import GoodsDelivered
from hammock.departments.delivery.overview import given_by
from hammock.departments.sales import actions as sales
from hammock.departments.sales import holding, queries, signs
from hammock.departments.sales.events import OrderHeld
from hammock.departments.sales.models import HeldOrder, Order, OrderLine
from hammock.kit import clock, facts, showing


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """How many rights were granted just now, and whether the order has given any at all."""

    granted: int
    is_given: bool


def deliver_order(*, order_id: int) -> Delivery:
    """Deliver a paid order; done again it changes nothing.

    An order that is not paid, has no customer (imported history), or is held, gets nothing.
    """
    (known,) = queries.numbered(order_id=order_id)
    if given_by(order_reference=known.reference):  # all at once, so nobody need wait for the look
        return Delivery(granted=0, is_given=True)
    with transaction.atomic(durable=True):
        (order,) = queries.locked_with_customer(order_id=order_id)
        if order.state != Order.State.PAID or order.customer is None or _waits(order):
            return Delivery(granted=0, is_given=False)
        made = actions.grant(
            [_grant(line) for line in _deliverable(order)],
            customer=order.customer,
            order_reference=order.reference,
        )
        if made:
            facts.state(
                GoodsDelivered(order_id=order.id, entitlements=len(made)),
                about=f"order:{order.reference}",
            )
    is_given = bool(made or given_by(order_reference=order.reference))
    return Delivery(granted=len(made), is_given=is_given)


def _waits(order: Order) -> bool:
    """Tell whether the order is held, and hold it if its signs say so and nothing was handed over.

    Whether something was is asked again under the order's lock: another may just have delivered.
    """
    if given_by(order_reference=order.reference):
        return False
    for held in holding.hold_of(order_id=order.id):
        return held.state != HeldOrder.State.RELEASED
    if not order.total:
        return False
    seen = holding.seen(order)
    found = signs.signs(seen)
    if found:  # an unusual amount alone holds nothing, so the usual one is asked for only here
        seen = replace(seen, usual=holding.usual(order))
        found = signs.signs(seen)
    if not signs.is_held(found):
        return False
    _hold(order, seen, found)
    return True


def _hold(order: Order, seen: signs.Seen, found: Sequence[signs.Sign]) -> None:
    said = [sign.sentence for sign in found]
    waits = kinds.kind("held_order").waits
    held = sales.hold_order(order, signs=said, answer_by=clock.now() + waits)
    decision = decisions.ask(
        kind="held_order",
        facts={
            "total": order.total_minor,
            "currency": order.currency,
            "weight": signs.weight(found),
            "signs": " ".join(sign.name for sign in found),
            "orders_lately": seen.orders_lately,
            "declined_lately": seen.declined_lately,
            "card_differs": any(sign.name == "other_country" for sign in found),
            "orders": Order.objects.filter(customer=order.customer, state=Order.State.PAID).count(),
            "country": order.country,
        },
        about=f"order:{order.reference}",
        key=f"held:{order.pk}",
    )
    held.decision_id, held.answer_by = decision.pk, decision.answer_by
    held.save(update_fields=["decision_id", "answer_by"])
    facts.state(OrderHeld(order_id=order.id, signs=said), about=f"order:{order.reference}")
    if order.customer is not None and decision.state == Decision.State.OPEN:
        customers.write_to(
            order.customer,
            key=f"held:{order.reference}",
            title=f"We look at order {order.reference} before we hand it over",
            words=[
                f"Your payment of {order.total} has arrived. Something about this order is "
                "unusual, so a person looks at it first.",
                f"By {showing.day(held.answer_by)} you have your goods, or your money back whole.",
            ],
        )


def _deliverable(order: Order) -> list[OrderLine]:
    gone = {part.line_id for part in queries.taken_back_from(order_id=order.id)}
    return [
        line
        for line in queries.lines_of(order_id=order.id)
        if line.product is not None and line.pk not in gone
    ]


def _grant(line: OrderLine) -> actions.Grant:
    product = line.product
    if product is None:
        raise TypeError("only lines with a product are delivered")
    return actions.Grant(key=f"line:{line.pk}", product=product, quantity=line.quantity)
