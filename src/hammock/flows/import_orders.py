"""Take over another shop's order history, whole or not at all, and prove it against the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Table
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from django.db import transaction

from hammock.departments.catalogue.models import Shop
from hammock.departments.customers.actions import adopt
from hammock.departments.customers.queries import known as known_customers
from hammock.departments.customers.rules import Newcomer
from hammock.departments.ledger.models import ProfitCentre
from hammock.departments.sales.events import HistoryImported
from hammock.departments.sales.importing import actions, queries
from hammock.departments.sales.importing.mapping import Mapping
from hammock.departments.sales.importing.queries import Changed, Recorded
from hammock.departments.sales.importing.reading import Document, History, Kind, Skipped, read
from hammock.departments.sales.importing.sums import FileSums, sums_of
from hammock.kit import facts
from hammock.kit.errors import FieldError

AT_ONCE = 1000
TAKEN = (Kind.ORDER, Kind.CREDIT_NOTE, Kind.ADJUSTMENT)


@dataclass(frozen=True, kw_only=True)
class New:
    """How many of the file's documents and customers were not here before."""

    orders: int
    credit_notes: int
    adjustments: int
    customers: int


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """What the file should give beside what stands in tables and books (None after a dry run).

    `shop_currency` is what the shop sells in, None before there is one. `changed` names what is
    here already and what the file tells otherwise now: such a file is not taken.
    """

    rows: int
    shop_currency: str | None
    changed: Sequence[Changed]
    expected: Recorded
    recorded: Recorded | None
    new: New
    skipped: Sequence[Skipped]

    @property
    def is_equal(self) -> bool:
        """Whether tables and books say what the file says, to the minor unit."""
        return not self.changed and (self.recorded is None or self.recorded == self.expected)


@dataclass(frozen=True, kw_only=True)
class _File:
    history: History
    sums: FileSums
    mapping: Mapping
    people: Sequence[Newcomer]

    @property
    def references(self) -> set[str]:
        return set(map(self.mapping.reference, self.history.numbers(*TAKEN)))

    def new(self, *, known: set[str], customers: Table[str, int]) -> New:
        fresh = {
            kind: sum(
                self.mapping.reference(number) not in known for number in self.history.numbers(kind)
            )
            for kind in TAKEN
        }
        return New(
            orders=fresh[Kind.ORDER],
            credit_notes=fresh[Kind.CREDIT_NOTE],
            adjustments=fresh[Kind.ADJUSTMENT],
            customers=sum(one.key not in customers for one in self.people),
        )

    def expected(self, *, customers: int) -> Recorded:
        history, net = self.history, self.sums.sums.net_minor
        return Recorded(
            orders=len(history.numbers(Kind.ORDER)),
            credit_notes=len(history.numbers(Kind.CREDIT_NOTE)),
            adjustments=len(history.numbers(Kind.ADJUSTMENT)),
            customers=customers,
            lines=history.rows_of(Kind.ORDER) + history.rows_of(Kind.CREDIT_NOTE),
            documents_minor=net,
            lines_minor=net,
            books=self.sums.sums,
        )


def import_orders(
    *,
    file: Path,
    mapping: Mapping,
    centre: str | None = None,
    is_dry_run: bool = False,
    watch: Callable[[int, int], None] = lambda _done, _of: None,
) -> Reconciliation:
    """Import the orders of `file`; what is here already stays as it is.

    `watch` is told how many invoices of how many are done. Everything is one transaction, and it
    is taken back when the books do not come to what the file comes to. A dry run reads, checks and
    counts, and writes nothing. Raises `BrokenHistory`, `ReferenceTaken`, or `FieldError` for a
    profit centre that is not there.
    """
    history = read(file, mapping)
    content = _File(
        history=history,
        sums=sums_of(file, mapping),
        mapping=mapping,
        people=actions.newcomers(history.buyers(), mapping),
    )
    _check_centre(centre)
    if is_dry_run:
        return _looked_ahead(content)
    with transaction.atomic(durable=True):
        report = _taken_over(content, centre or actions.open_import_centre().slug, watch)
        if not report.is_equal:
            transaction.set_rollback(True)
        elif any(asdict(report.new).values()):
            happened = HistoryImported(origin=mapping.origin, file=file.name, **asdict(report.new))
            facts.state(happened, about=mapping.origin)
    return report


def _check_centre(slug: str | None) -> None:
    slugs = list(ProfitCentre.objects.values_list("slug", flat=True))
    if slug is not None and slug not in slugs:
        problem = f"there is no profit centre “{slug}”; there are {', '.join(slugs)}"
        raise FieldError(field="--centre", problem=problem)


def _shop_currency() -> str | None:
    shop = Shop.objects.first()
    return shop.currency if shop else None


def _looked_ahead(content: _File) -> Reconciliation:
    known = queries.known_references(content.mapping)
    return Reconciliation(
        rows=content.history.rows,
        shop_currency=_shop_currency(),
        changed=queries.changed(content.mapping, content.history.documents(), known=known),
        expected=content.expected(customers=len(content.people)),
        recorded=None,
        new=content.new(
            known=known,
            customers=known_customers(content.people),
        ),
        skipped=content.history.skipped,
    )


def _taken_over(content: _File, centre: str, watch: Callable[[int, int], None]) -> Reconciliation:
    known = queries.known_references(content.mapping)
    changed = queries.changed(content.mapping, content.history.documents(), known=known)
    new = content.new(known=known, customers=known_customers(content.people))
    customers = adopt(content.people)
    target = actions.Target(mapping=content.mapping, centre=centre, customers=customers)
    done = 0
    for documents in _batches(content.history.documents(), AT_ONCE):
        actions.record([d for d in documents if target.reference(d) not in known], target)
        done += len(documents)
        watch(done, len(content.references))
    return Reconciliation(
        rows=content.history.rows,
        shop_currency=_shop_currency(),
        changed=changed,
        expected=content.expected(customers=len(set(customers.values()))),
        recorded=queries.recorded(
            content.mapping, references=content.references, file=content.sums
        ),
        new=new,
        skipped=content.history.skipped,
    )


def _batches(documents: Iterable[Document], size: int) -> Iterator[list[Document]]:
    remaining = iter(documents)
    while batch := list(islice(remaining, size)):
        yield batch
