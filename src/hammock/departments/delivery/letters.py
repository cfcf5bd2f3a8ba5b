"""What rights are mailed as: downloads in one letter, each seat and each task in its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from hammock.departments.catalogue.models import Product
from hammock.departments.customers import queries as customers
from hammock.departments.delivery import queries, rules
from hammock.departments.delivery.models import Entitlement
from hammock.kit import clock, mail, showing


@dataclass(frozen=True, kw_only=True)
class Sending:
    """A letter to be queued; `key` is its one reason."""

    key: str
    letter: mail.Letter
    attachments: Sequence[mail.Attachment] = ()


def letters(rights: Iterable[Entitlement], *, name: str, again: bool = False) -> list[Sending]:
    """Write what these rights of one order are mailed as; what no longer holds is left out."""
    held = [right for right in rights if right.state == Entitlement.State.ACTIVE]
    head = customers.letterhead(name=name)
    downloads = [right for right in held if right.product.kind == Product.Kind.DOWNLOAD]
    seats = [right for right in held if right.product.kind == Product.Kind.WORKSHOP]
    tasks = [right for right in held if right.product.kind == Product.Kind.SERVICE]
    return [
        *([_downloads(downloads, head, again=again)] if downloads else []),
        *(_seat(right, head) for right in seats),
        *(_task(right, head) for right in tasks),
    ]


def _downloads(rights: list[Entitlement], head: dict[str, Any], *, again: bool) -> Sending:
    letter = mail.compose(
        "delivery/mail_goods",
        {
            **head,
            "goods": queries.shown(rights),
            "links_until": showing.day(clock.now() + rules.LINK_LASTS),
            "again": again,
        },
    )
    return Sending(key=f"goods:{rights[0].order_reference}", letter=letter)


def _seat(right: Entitlement, head: dict[str, Any]) -> Sending:
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
    return Sending(key=f"seat:{right.grant_key}", letter=letter, attachments=[_calendar(right)])


def _calendar(right: Entitlement) -> mail.Attachment:
    return mail.Attachment(
        name=f"{right.product.slug}.ics",
        content_type="text/calendar",
        content=rules.calendar_file(queries.appointment(right)),
    )


def _task(right: Entitlement, head: dict[str, Any]) -> Sending:
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
    return Sending(key=f"task:{right.grant_key}", letter=letter)
