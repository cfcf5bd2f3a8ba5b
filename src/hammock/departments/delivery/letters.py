"""What rights are mailed as: downloads in one letter, each seat and each task in its own.

The letter of the downloads carries the order's receipt, unless that went before.
"""

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


def goods_key(reference: str) -> str:
    """Give the one reason for which an order's downloads are mailed."""
    return f"goods:{reference}"


def has_downloads(rights: Iterable[Entitlement]) -> bool:
    """Tell whether a letter of downloads is among what these rights are mailed as."""
    return bool(_held(rights, Product.Kind.DOWNLOAD))


def letters(
    rights: Sequence[Entitlement],
    *,
    name: str,
    again: bool = False,
    receipt: object | None = None,
) -> list[Sending]:
    """Write what these rights of one order are mailed as; what no longer holds is left out.

    `receipt` is what an order came to, as sales shows it: the letter of the downloads carries it.
    """
    head = customers.letterhead(name=name)
    downloads = _held(rights, Product.Kind.DOWNLOAD)
    others = [
        *(_seat(right, head) for right in _held(rights, Product.Kind.WORKSHOP)),
        *(_task(right, head) for right in _held(rights, Product.Kind.SERVICE)),
    ]
    if not downloads:
        return others
    context = {
        **head,
        "goods": queries.shown(downloads),
        "links_until": showing.day(clock.now() + rules.LINK_LASTS),
    }
    if receipt is None:
        letter = mail.compose("delivery/mail_goods", {**context, "again": again})
    else:
        more = {"order": receipt, "more_follows": bool(others)}
        letter = mail.compose("delivery/mail_purchase", {**context, **more})
    return [Sending(key=goods_key(downloads[0].order_reference), letter=letter), *others]


def _held(rights: Iterable[Entitlement], kind: Product.Kind) -> list[Entitlement]:
    active = Entitlement.State.ACTIVE
    return [right for right in rights if right.state == active and right.product.kind == kind]


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
