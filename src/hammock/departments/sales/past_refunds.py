"""Imported credit notes read as the refund requests that they once were, for rehearsal.

Each is given the facts as they were known at its moment and no later one; what was really decided
is always `refund`, for a credit note is what was given back. A cancellation tells nothing of the
requests that were refused, so no refusal can be learned from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from hammock.departments.decisions.kinds import Value
from hammock.departments.decisions.replays import Replayed, replays
from hammock.departments.sales import refund_facts
from hammock.departments.sales.models import CreditNote, CreditNoteLine, Order, OrderLine
from hammock.kit.money import Money

LINES_A_QUESTION = 20
"""So many order lines are read in the time of one question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bought:
    at: datetime
    total_minor: int
    skus: frozenset[str]


def past_refunds(since: datetime, until: datetime) -> Iterator[Replayed]:
    """Give the imported credit notes of the span as refund requests, oldest first.

    The order that a note gives back is the customer's latest one before it that has one of the
    note's SKUs, else their latest before it; a note of nobody known has none.
    """
    if not _notes(since, until).exists():
        return
    bought = _bought(until)
    skus = _skus(CreditNoteLine.objects.order_by().values_list("note_id", "sku").iterator())
    given: dict[int, int] = defaultdict(int)
    notes = CreditNote.objects.exclude(origin="shop").filter(issued_at__lt=until)
    for note in notes.order_by("issued_at", "id").iterator():
        before = [one for one in bought.get(note.customer_id or 0, ()) if one.at <= note.issued_at]
        if note.issued_at >= since:
            yield Replayed(
                asked_at=note.issued_at,
                facts=_facts(note, before, _match(before, skus.get(note.pk)), given),
                about=f"credit note:{note.reference}",
                outcome="refund",
                decided_at=None,  # when it was asked, and how long that took, nobody wrote down
                stake=note.total,
            )
        if note.customer_id:
            given[note.customer_id] += 1


def _facts(
    note: CreditNote, before: list[_Bought], match: _Bought | None, given: dict[int, int]
) -> dict[str, Value]:
    return refund_facts.made(
        refund_facts.Known(
            amount=note.total,
            asked_at=note.issued_at,
            order_total=Money(match.total_minor, note.currency) if match else None,
            ordered_at=match.at if match else None,
            orders=len(before),
            refunds=given.get(note.customer_id or 0, 0),
            country=note.country,
        )
    )


def _match(before: list[_Bought], skus: frozenset[str] | None) -> _Bought | None:
    for one in reversed(before):
        if skus and one.skus & skus:
            return one
    return before[-1] if before else None


def _bought(until: datetime) -> dict[int, list[_Bought]]:
    """List each customer's orders, oldest first, with their SKUs."""
    skus = _skus(OrderLine.objects.order_by().values_list("order_id", "sku").iterator())
    found: dict[int, list[_Bought]] = defaultdict(list)
    orders = Order.objects.filter(
        state=Order.State.PAID, customer__isnull=False, placed_at__lt=until
    )
    rows = orders.order_by("placed_at", "id").values_list(
        "id", "customer_id", "placed_at", "total_minor"
    )
    for order_id, customer_id, at, total_minor in rows.iterator():
        found[customer_id or 0].append(
            _Bought(at=at, total_minor=total_minor, skus=skus.get(order_id, frozenset()))
        )
    return found


def _skus(rows: Iterable[tuple[int, str]]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for key, sku in rows:
        found[key].add(sku)
    return {key: frozenset(names) for key, names in found.items()}


def weighs(since: datetime, until: datetime) -> int:
    """Tell what the span's credit notes are to read: for one of them, all lines before are read."""
    notes = _notes(since, until).count()
    return notes + OrderLine.objects.count() // LINES_A_QUESTION if notes else 0


def _notes(since: datetime, until: datetime) -> QuerySet[CreditNote]:
    imported = CreditNote.objects.exclude(origin="shop")
    return imported.filter(issued_at__gte=since, issued_at__lt=until)


replays("refund_request", past_refunds, weighs=weighs)
