"""What an order delivered is mailed: downloads in one mail, each seat and each task in its own."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from hammock.departments.catalogue.models import Product
from hammock.departments.customers import queries as customers
from hammock.departments.delivery import queries, rules
from hammock.departments.delivery.models import Entitlement
from hammock.departments.sales import queries as sales
from hammock.departments.sales.models import Order
from hammock.kit import clock, mail, showing


def send_goods(*, order_id: int) -> None:
    """Queue the mails of everything that the order gave and its buyer still holds, each once."""
    with transaction.atomic(durable=True):
        (order,) = sales.numbered(order_id=order_id)
        held = queries.held_from(order.reference)
        rights = [right for right in held if right.state == Entitlement.State.ACTIVE]
        if rights and order.email:
            _write(order, rights)


def _write(order: Order, rights: list[Entitlement]) -> None:
    head = customers.letterhead(name=order.name)
    downloads = [right for right in rights if right.product.kind == Product.Kind.DOWNLOAD]
    if downloads:
        _send_downloads(order, downloads, head)
    for right in rights:
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
