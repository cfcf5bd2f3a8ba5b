"""Plan and fact side by side: what was asked for, what came, and what points at nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice

from hammock.departments.catalogue.models import Product
from hammock.departments.ledger import queries as books
from hammock.departments.planning import hours, queries, spending
from hammock.departments.planning.rules import progress
from hammock.departments.planning.rules.progress import Hours, Learning, Progress
from hammock.departments.planning.rules.strategy import Document
from hammock.departments.research.models import Study, Trial
from hammock.kit import clock
from hammock.kit.money import Money

SHOWN = 200
WEEKS = 4


@dataclass(frozen=True, kw_only=True)
class Thing:
    """Something that can point at a line: its key, what it is, and the line's key or nothing."""

    key: str
    kind: str
    says: str
    line: str
    amount: Money | None = None

    @property
    def number(self) -> int:
        """Give the number within its kind."""
        return int(self.key.partition(":")[2])


def progress_of(document: Document) -> Progress:
    """Measure the last thirty days against the strategy."""
    today, since = clock.today(), clock.now() - spending.MONTH
    currency = document.currency
    spent = spending.by_line(currency=currency, since=since)
    channels = progress.channel_rows(document, spent, today=today)
    ended = Trial.objects.exclude(ended_at=None).count()
    means = queries.means()
    return Progress(
        centres=progress.centre_rows(
            document, books.revenue_by_centre(currency=currency, since=since)
        ),
        channels=channels,
        outside=spent.get("", Money.zero(currency)),
        hours=Hours(planned=means.hours_a_week if means else None, kept=_hours_kept(today)),
        learning=Learning(
            tests_ended=ended,
            tests_running=Trial.objects.filter(ended_at=None).count(),
            reviews_due=sum(row.is_due for row in channels),
        ),
    )


def _hours_kept(today: date) -> Decimal | None:
    """Give the hours a week of the last four weeks, of everybody; None where nobody noted any."""
    worked = hours.hours_worked(since=today - WEEKS * timedelta(weeks=1), until=today)
    return worked.hours / WEEKS if worked.minutes else None


def things(document: Document, *, since: datetime) -> list[Thing]:
    """List what can point at a line: spending since then, products on sale, studies, tests."""
    pointed = queries.pointers()
    return [
        *_expenses(since=since),
        *_products(document),
        *(
            Thing(
                key=f"study:{one.pk}",
                kind="Study",
                says=one.name,
                line=pointed.get(f"study:{one.pk}", ""),
            )
            for one in Study.objects.all()[:SHOWN]
        ),
        *(
            Thing(
                key=f"trial:{one.pk}",
                kind=one.get_kind_display(),
                says=one.niche.name,
                line=pointed.get(f"trial:{one.pk}", ""),
            )
            for one in Trial.objects.select_related("niche")[:SHOWN]
        ),
    ]


def _expenses(*, since: datetime) -> Iterator[Thing]:
    for one in islice(spending.expenses(since=since), SHOWN):
        yield Thing(
            key=f"expense:{one.entry_id}",
            kind="Spending",
            says=one.description,
            line=one.line,
            amount=one.amount,
        )


def _products(document: Document) -> Iterator[Thing]:
    planned = {f"centre:{one.key}" for one in document.centres}
    for product in Product.objects.filter(state=Product.State.ON_SALE)[:SHOWN]:
        line = f"centre:{product.profit_centre_id}"
        yield Thing(
            key=f"product:{product.pk}",
            kind="Product",
            says=product.title,
            line=line if line in planned else "",
        )
