"""A paid order is handed over: rights, work that is owed, and one mail with the goods."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.catalogue.models import Product
from hammock.departments.delivery import actions, queries, rules
from hammock.departments.delivery.events import GoodsDelivered
from hammock.departments.delivery.models import Entitlement
from hammock.departments.sales.models import Order, OrderLine
from hammock.kit import facts, links, mail
from hammock.kit.locks import lock


def deliver_order(*, order_id: int) -> int:
    """Deliver a paid order; done again it changes nothing. Tells how many rights were granted.

    An order that is not paid, or has no customer (imported history), gets nothing.
    """
    with transaction.atomic(durable=True):
        (order,) = lock(Order.objects.filter(id=order_id).select_related("customer"))
        if order.state != Order.State.PAID or order.customer is None:
            return 0
        made = actions.grant(
            [_grant(line) for line in _deliverable(order)],
            customer=order.customer,
            order_reference=order.reference,
        )
        if made:
            _send_goods(order, made)
            facts.state(
                GoodsDelivered(order_id=order.id, entitlements=len(made)),
                about=f"order:{order.reference}",
            )
    return len(made)


def _deliverable(order: Order) -> list[OrderLine]:
    lines = order.lines.filter(product__isnull=False).select_related("product")
    return [line for line in lines if not _given_back_whole(line)]


def _given_back_whole(line: OrderLine) -> bool:
    return line.refund_parts.filter(takes_back=True, refund__state="succeeded").exists()


def _grant(line: OrderLine) -> actions.Grant:
    product = line.product
    if product is None:
        raise TypeError("only lines with a product are delivered")
    return actions.Grant(key=f"line:{line.pk}", product=product, quantity=line.quantity)


def _send_goods(order: Order, made: list[Entitlement]) -> None:
    shop = catalogue.shop()
    letter = mail.compose(
        "delivery/mail_goods",
        {
            "shop": shop,
            "order": order,
            "goods": [_described(right) for right in made],
            "purchases_url": links.absolute(
                "shop:purchases_enter", token=links.sign("purchases", order.email)
            ),
        },
    )
    mail.queue(
        key=f"goods:{order.reference}",
        to=order.email,
        letter=letter,
        attachments=[_calendar(right) for right in made if _is_workshop(right)],
    )


def _is_workshop(right: Entitlement) -> bool:
    return right.product.kind == Product.Kind.WORKSHOP


def _described(right: Entitlement) -> dict[str, object]:
    kind = right.product.kind
    return {
        "title": right.product.title,
        "kind": kind,
        "quantity": right.quantity,
        "workshop": right.product.workshop if kind == Product.Kind.WORKSHOP else None,
        "due_on": right.task.due_on if kind == Product.Kind.SERVICE else None,
        "brief": right.product.service_terms.brief if kind == Product.Kind.SERVICE else "",
    }


def _calendar(right: Entitlement) -> mail.Attachment:
    return mail.Attachment(
        name=f"{right.product.slug}.ics",
        content_type="text/calendar",
        content=rules.calendar_file(queries.appointment(right)),
    )
