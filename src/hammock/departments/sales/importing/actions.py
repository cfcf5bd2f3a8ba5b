"""Writing imported documents and their entries. Needs the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Table
from dataclasses import dataclass

from hammock.departments.customers.rules import Newcomer
from hammock.departments.ledger import actions as ledger
from hammock.departments.ledger.models import Entry, ProfitCentre
from hammock.departments.ledger.rules import Leg, merged
from hammock.departments.sales.importing.mapping import Mapping
from hammock.departments.sales.importing.reading import Buyer, Document, HistoryLine, Kind
from hammock.departments.sales.models import (
    Adjustment,
    CreditNote,
    CreditNoteLine,
    Order,
    OrderLine,
)
from hammock.kit import tables
from hammock.kit.money import Money

BATCH = 2000

_LINE_COLUMNS = (
    "profit_centre_id", "sku", "title", "quantity", "unit_minor", "total_minor", "tax_minor",
)  # fmt: skip
_IN_WORDS = {
    Kind.ORDER: "Imported order",
    Kind.CREDIT_NOTE: "Imported credit note",
    Kind.ADJUSTMENT: "Imported adjustment",
}


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where the documents go: the mapping they are read by, the centre, the customers' ids."""

    mapping: Mapping
    centre: str
    customers: Table[str, int]

    def reference(self, document: Document) -> str:
        """Our reference for the document."""
        return self.mapping.reference(document.number)

    def customer_id(self, document: Document) -> int | None:
        """Whose document it is; None for guests."""
        return self.customers.get(key_of(document, self.mapping))


def key_of(who: Buyer | Document, mapping: Mapping) -> str:
    """Name a customer as `adopt` does: their number in the other shop, or else their address."""
    return f"{mapping.name}:{who.customer}" if who.customer else who.email


def newcomers(buyers: Iterable[Buyer], mapping: Mapping) -> list[Newcomer]:
    """Say who the buyers of a file are to us; their countries only where ISO 3166 has them."""
    return [
        Newcomer(
            external_id=key_of(buyer, mapping) if buyer.customer else "",
            email=buyer.email,
            name=buyer.name,
            country=buyer.country if len(buyer.country) == 2 else "",
            since=buyer.since,
        )
        for buyer in buyers
    ]


def open_import_centre() -> ProfitCentre:
    """Find or open the profit centre of shops that were imported."""
    found = ProfitCentre.objects.filter(slug="imported-shop").first()
    return found or ledger.open_centre(slug="imported-shop", name="Imported shop", position=900)


def record(documents: Sequence[Document], target: Target) -> None:
    """Write orders, credit notes and adjustments with their lines, and book what each moved."""
    by_kind: dict[Kind, list[Document]] = {kind: [] for kind in Kind}
    for document in documents:
        by_kind[document.kind].append(document)
    _record_orders(by_kind[Kind.ORDER], target)
    _record_credit_notes(by_kind[Kind.CREDIT_NOTE], target)
    Adjustment.objects.bulk_create(
        (_adjustment(document, target) for document in by_kind[Kind.ADJUSTMENT]), batch_size=BATCH
    )
    drafts = (_draft(document, target) for document in documents)
    ledger.post_all(draft for draft in drafts if draft.legs)


def _record_orders(documents: Sequence[Document], target: Target) -> None:
    orders = [_order(document, target) for document in documents]
    Order.objects.bulk_create(orders, batch_size=BATCH)
    tables.insert_rows(
        OrderLine,
        columns=("order_id", *_LINE_COLUMNS, "tax_name"),
        rows=(
            (order.id, *_line(line, target, sign=1), "")
            for order, document in zip(orders, documents, strict=True)
            for line in document.lines
        ),
    )


def _record_credit_notes(documents: Sequence[Document], target: Target) -> None:
    notes = [_credit_note(document, target) for document in documents]
    CreditNote.objects.bulk_create(notes, batch_size=BATCH)
    tables.insert_rows(
        CreditNoteLine,
        columns=("note_id", *_LINE_COLUMNS),
        rows=(
            (note.id, *_line(line, target, sign=-1))
            for note, document in zip(notes, documents, strict=True)
            for line in document.lines
        ),
    )


def _line(line: HistoryLine, target: Target, *, sign: int) -> tuple[int | str, ...]:
    """A line's values in the order of `_LINE_COLUMNS`; the history knows no tax."""
    quantity, minor = sign * line.quantity, sign * line.minor
    return target.centre, line.sku, line.title, quantity, line.unit_minor, minor, 0


def _order(document: Document, target: Target) -> Order:
    return Order(
        reference=target.reference(document),
        customer_id=target.customer_id(document),
        email=document.email,
        name=document.name,
        country=document.country,
        state=Order.State.PAID,
        currency=target.mapping.currency,
        total_minor=document.minor,
        tax_minor=0,
        placed_at=document.at,
        paid_at=document.at,
        origin=target.mapping.origin,
    )


def _credit_note(document: Document, target: Target) -> CreditNote:
    return CreditNote(
        reference=target.reference(document),
        customer_id=target.customer_id(document),
        country=document.country,
        currency=target.mapping.currency,
        total_minor=-document.minor,
        issued_at=document.at,
        origin=target.mapping.origin,
    )


def _adjustment(document: Document, target: Target) -> Adjustment:
    return Adjustment(
        reference=target.reference(document),
        customer_id=target.customer_id(document),
        country=document.country,
        currency=target.mapping.currency,
        total_minor=document.minor,
        reason="; ".join(dict.fromkeys(line.title for line in document.lines))[:200],
        made_at=document.at,
        origin=target.mapping.origin,
    )


def _draft(document: Document, target: Target) -> ledger.Draft:
    reference = target.reference(document)
    return ledger.Draft(
        kind=Entry.Kind.IMPORT,
        description=f"{_IN_WORDS[document.kind]} {reference}",
        source=f"{target.mapping.origin}:{reference}",
        legs=_legs(document, target),
        at=document.at,
    )


def _legs(document: Document, target: Target) -> list[Leg]:
    amounts = [(line.account, -line.minor) for line in document.lines]
    amounts.append((target.mapping.against, document.minor))
    return merged(
        Leg(
            account=account,
            centre=target.centre,
            amount=Money(minor, target.mapping.currency),
        )
        for account, minor in amounts
    )
