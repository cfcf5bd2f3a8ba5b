"""Reading an import back out of the tables and the books, to prove it against the file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping as Table
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, Sum

from hammock.departments.ledger.models import Entry, Line
from hammock.departments.sales.importing.errors import ReferenceTaken
from hammock.departments.sales.importing.mapping import Mapping
from hammock.departments.sales.importing.reading import Document, Kind
from hammock.departments.sales.importing.sums import FileSums, Sums
from hammock.departments.sales.models import Adjustment, CreditNote, Order
from hammock.kit.money import Money


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What stands in our tables of a file.

    `books` is folded from the ledger, `documents_minor` added up from orders, credit notes and
    adjustments, `lines_minor` from their lines; all signed as in the file.
    """

    orders: int
    credit_notes: int
    adjustments: int
    customers: int
    lines: int
    documents_minor: int
    lines_minor: int
    books: Sums


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A document that was imported before and that the file tells otherwise now."""

    reference: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A document as it is kept: `minor` and `lines_minor` signed as in the file."""

    kind: Kind
    at: datetime
    country: str
    customer_id: int | None
    minor: int
    lines: int
    lines_minor: int


def known_references(mapping: Mapping) -> set[str]:
    """List the references of this mapping that are here. Raises `ReferenceTaken`."""
    known: set[str] = set()
    for rows in (Order.objects.all(), CreditNote.objects.all(), Adjustment.objects.all()):
        ours = rows.filter(reference__startswith=mapping.reference_prefix).order_by()
        for reference, origin in ours.values_list("reference", "origin"):
            if origin != mapping.origin:
                raise ReferenceTaken(reference=reference, origin=origin)
            known.add(reference)
    return known


def recorded(mapping: Mapping, *, references: set[str], file: FileSums) -> Recorded:
    """Read the documents of these references and their entries back.

    From `file` come only the names: of its months, and of its countries for those that are kept.
    """
    rows = {key: row for key, row in _rows(mapping).items() if key in references}
    return Recorded(
        orders=sum(row.kind == Kind.ORDER for row in rows.values()),
        credit_notes=sum(row.kind == Kind.CREDIT_NOTE for row in rows.values()),
        adjustments=sum(row.kind == Kind.ADJUSTMENT for row in rows.values()),
        customers=len({row.customer_id for row in rows.values()} - {None}),
        lines=sum(row.lines for row in rows.values()),
        documents_minor=sum(row.minor for row in rows.values()),
        lines_minor=sum(row.lines_minor for row in rows.values()),
        books=_books(mapping, rows, file),
    )


def changed(mapping: Mapping, documents: Iterable[Document], *, known: set[str]) -> list[Changed]:
    """Name the documents of a file that are here already and are not what they were."""
    if not known:
        return []
    rows = _rows(mapping)
    found = (
        (reference, _unlike(document, rows[reference], mapping))
        for document in documents
        if (reference := mapping.reference(document.number)) in known
    )
    return [Changed(reference=reference, said=said) for reference, said in found if said]


def _unlike(document: Document, row: _Row, mapping: Mapping) -> str:
    """Say the first thing in which the file's document differs from ours; empty for none."""
    if document.kind != row.kind:
        return f"is of another kind ({document.kind.value.replace('_', ' ')}) in the file"
    if document.minor != row.minor:
        file, here = (Money(minor, mapping.currency) for minor in (document.minor, row.minor))
        return f"comes to {file} in the file and to {here} here"
    if document.kind != Kind.ADJUSTMENT and len(document.lines) != row.lines:
        return f"has {len(document.lines)} lines in the file and {row.lines} here"
    if document.at != row.at:
        moments = [at.astimezone(mapping.zone) for at in (document.at, row.at)]
        return "is of {:%Y-%m-%d %H:%M} in the file and of {:%Y-%m-%d %H:%M} here".format(*moments)
    if document.country != row.country:
        return f"is of {document.country} in the file and of {row.country} here"
    return ""


def _books(mapping: Mapping, rows: Table[str, _Row], file: FileSums) -> Sums:
    """Fold the entries' income and expenses by month and by their documents' countries."""
    per_month = defaultdict(int, dict.fromkeys(file.sums.per_month, 0))
    per_country = defaultdict(int, dict.fromkeys(file.sums.per_country, 0))
    start = f"{mapping.origin}:"
    entries = (
        Line.objects.filter(
            Q(account__code__startswith="Income:") | Q(account__code__startswith="Expenses:"),
            entry__kind=Entry.Kind.IMPORT,
            entry__source__startswith=start,
        )
        .values_list("entry__source", "entry__at")
        .annotate(minor=Sum("minor"))
        .order_by()
    )
    for source, at, minor in entries.iterator():
        row = rows.get(source.removeprefix(start))
        if row is not None:
            per_month[f"{at.astimezone(mapping.zone):%Y-%m}"] -= minor
            per_country[file.country_names.get(row.country, row.country)] -= minor
    return Sums(
        net_minor=sum(per_month.values()),
        per_month=dict(sorted(per_month.items())),
        per_country=dict(sorted(per_country.items())),
    )


def _rows(mapping: Mapping) -> dict[str, _Row]:
    found: dict[str, _Row] = {}
    for kind, documents, moment, sign in (
        (Kind.ORDER, Order.objects.all(), "placed_at", 1),
        (Kind.CREDIT_NOTE, CreditNote.objects.all(), "issued_at", -1),
    ):
        rows = (
            documents.filter(origin=mapping.origin)
            .annotate(count=Count("lines"), lines_minor=Sum("lines__total_minor"))
            .order_by()
        )
        for reference, at, country, customer_id, minor, lines, lines_minor in rows.values_list(
            "reference", moment, "country", "customer_id", "total_minor", "count", "lines_minor"
        ).iterator():
            found[reference] = _Row(
                kind=kind,
                at=at,
                country=country,
                customer_id=customer_id,
                minor=sign * minor,
                lines=lines,
                lines_minor=sign * (lines_minor or 0),
            )
    return found | _adjustments(mapping)


def _adjustments(mapping: Mapping) -> dict[str, _Row]:
    return {
        one.reference: _Row(
            kind=Kind.ADJUSTMENT,
            at=one.made_at,
            country=one.country,
            customer_id=one.customer_id,
            minor=one.total_minor,
            lines=0,
            lines_minor=one.total_minor,
        )
        for one in Adjustment.objects.filter(origin=mapping.origin)
    }
