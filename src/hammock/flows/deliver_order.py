"""A paid order is handed over: rights, work that is owed, and one mail with the goods."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from hammock.departments.catalogue.models import Product
from hammock.departments.customers import queries as customers
from hammock.departments.delivery import actions, queries, rules
from hammock.departments.delivery.events import GoodsDelivered
from hammock.departments.delivery.models import Entitlement
from hammock.departments.sales.models import Order, OrderLine
from hammock.kit import clock, facts, mail, showing
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
    head = customers.letterhead(name=order.name)
    downloads = [right for right in made if right.product.kind == Product.Kind.DOWNLOAD]
    if downloads:
        _send_downloads(order, downloads, head)
    for right in made:
        if right.product.kind == Product.Kind.WORKSHOP:
            _send_seat(order, right, head)
        elif right.product.kind == Product.Kind.SERVICE:
            _send_task(order, right, head)


def _send_downloads(order: Order, rights: list[Entitlement], head: dict[str, Any]) -> None:
    letter = mail.compose(
        "delivery/mail_goods",
        {
            **head,
            "goods": queries.shown(rights),
            "links_until": showing.day(clock.now() + rules.LINK_LASTS),
        },
    )
    mail.queue(key=f"goods:{order.reference}", to=order.email, letter=letter)


def _send_seat(order: Order, right: Entitlement, head: dict[str, Any]) -> None:
    (seat,) = queries.shown([right])
    letter = mail.compose(
        "delivery/mail_workshop",
        {
            **head,
            "event": {
                "title": right.product.title,
                "when": seat.event and seat.event.when,
                "where": seat.event and seat.event.where,
                "url": seat.event and seat.event.url,
            },
            "seats": right.quantity,
        },
    )
    mail.queue(
        key=f"seat:{right.grant_key}", to=order.email, letter=letter, attachments=[_calendar(right)]
    )


def _calendar(right: Entitlement) -> mail.Attachment:
    return mail.Attachment(
        name=f"{right.product.slug}.ics",
        content_type="text/calendar",
        content=rules.calendar_file(queries.appointment(right)),
    )


def _send_task(order: Order, right: Entitlement, head: dict[str, Any]) -> None:
    letter = mail.compose(
        "delivery/mail_task",
        {
            **head,
            "task": {
                "title": right.product.title,
                "due": showing.day(right.task.due_on),
                "needs": right.product.service_terms.brief,
            },
        },
    )
    mail.queue(key=f"task:{right.grant_key}", to=order.email, letter=letter)
