"""Reading the books: balances, profit and loss per centre and month, cash, concentration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import TruncDate, TruncMonth
from django.utils import timezone

from hammock.departments.ledger import beancount, rules
from hammock.departments.ledger.models import Account, Entry, Line, ProfitCentre
from hammock.departments.ledger.rules import Chart, Concentration
from hammock.kit import clock, tables
from hammock.kit.money import Money


@dataclass(frozen=True, kw_only=True)
class Balance:
    """What stands on an account; positive is debit."""

    account: str
    amount: Money


@dataclass(frozen=True, kw_only=True)
class ProfitAndLoss:
    """A centre's month: `revenue` is sales less refunds and lost disputes, without tax."""

    centre: str
    month: date
    revenue: Money
    costs: Money

    @property
    def profit(self) -> Money:
        """What the centre earned in the month."""
        return self.revenue - self.costs


def balances(*, until: datetime | None = None) -> list[Balance]:
    """List every account's balance in every currency, in the order of the chart."""
    lines = Line.objects.all()
    if until is not None:
        lines = lines.filter(entry__at__lt=until)
    rows = lines.values("account_id", "currency").annotate(minor=Sum("minor"))
    return [
        Balance(account=row["account_id"], amount=Money(row["minor"], row["currency"]))
        for row in rows.order_by("account_id", "currency")
    ]


def profit_and_loss(
    *, currency: str, since: datetime | None = None, until: datetime | None = None
) -> list[ProfitAndLoss]:
    """Tell each centre's revenue and costs by month, in the business's time zone."""
    income = _by_month(_between(since, until, currency).filter(account__code__startswith="Income:"))
    costs = _by_month(
        _between(since, until, currency).filter(account__code__startswith="Expenses:")
    )
    return [
        ProfitAndLoss(
            centre=centre,
            month=month,
            revenue=Money(-income.get((centre, month), 0), currency),
            costs=Money(costs.get((centre, month), 0), currency),
        )
        for centre, month in sorted(income.keys() | costs.keys(), key=lambda key: (key[1], key[0]))
    ]


def booked_years(*, centre: str | None = None) -> dict[str, list[int]]:
    """Tell in which years each currency has revenue or costs (of one centre alone, if named).

    Currencies and years in order; a currency that has none is absent.
    """
    lines = Line.objects.filter(
        Q(account__code__startswith="Income:") | Q(account__code__startswith="Expenses:")
    )
    if centre is not None:
        lines = lines.filter(profit_centre_id=centre)
    found = {currency: _years(lines.filter(currency=currency)) for currency in currencies()}
    return {currency: years for currency, years in found.items() if years}


def cash(*, currency: str) -> Money:
    """Tell what lies in the bank and with the payment provider."""
    found = Line.objects.filter(
        account_id__in=(Chart.BANK, Chart.PROVIDER), currency=currency
    ).aggregate(minor=Sum("minor"))
    return Money(found["minor"] or 0, currency)


def revenue_by_centre(
    *, currency: str, since: datetime | None = None, until: datetime | None = None
) -> dict[str, Money]:
    """Tell each centre's revenue in the span, without tax and less refunds, be it nothing."""
    rows = (
        _between(since, until, currency)
        .filter(account__code__startswith="Income:")
        .values("profit_centre_id")
        .annotate(minor=Sum("minor"))
    )
    found = {row["profit_centre_id"]: -row["minor"] for row in rows}
    slugs: Sequence[str] = [*ProfitCentre.objects.values_list("slug", flat=True)]
    return {slug: Money(found.get(slug, 0), currency) for slug in slugs}


def concentration(
    *, currency: str, since: datetime | None = None, until: datetime | None = None
) -> Concentration | None:
    """Measure how much the span's revenue hangs on one profit centre."""
    return rules.concentration(revenue_by_centre(currency=currency, since=since, until=until))


def currencies() -> list[str]:
    """List the currencies that the books hold."""
    return sorted(Line.objects.order_by().values_list("currency", flat=True).distinct())


def revenue_by_day(*, currency: str) -> dict[date, int]:
    """Tell each day's revenue in minor units, without tax and less refunds, where any moved."""
    rows = (
        _between(None, None, currency)
        .filter(account__code__startswith="Income:")
        .annotate(on=TruncDate("entry__at"))
        .values("on")
        .annotate(minor=Sum("minor"))
    )
    return {row["on"]: -row["minor"] for row in rows}


def turnover(*, currency: str, since: datetime) -> dict[str, int]:
    """Tell what moved on each account since then, in minor units; debit is positive."""
    rows = _between(since, None, currency).values("account_id").annotate(minor=Sum("minor"))
    return {row["account_id"]: row["minor"] for row in rows}


def _between(since: datetime | None, until: datetime | None, currency: str) -> QuerySet[Line]:
    lines = Line.objects.filter(currency=currency)
    if since is not None:
        lines = lines.filter(entry__at__gte=since)
    if until is not None:
        lines = lines.filter(entry__at__lt=until)
    return lines


def _years(lines: QuerySet[Line]) -> list[int]:
    """Go from a year's first line to the first of a later year: a look a year, not one a line."""
    moments = lines.order_by("entry__at").values_list("entry__at", flat=True)
    years: list[int] = []
    at = moments.first()
    while at is not None:
        year = timezone.localtime(at).year
        years.append(year)
        ends = datetime(year, 12, 31, 23, 59, 59, 999_999, tzinfo=timezone.get_current_timezone())
        at = moments.filter(entry__at__gt=ends).first()
    return years


def _by_month(lines: QuerySet[Line]) -> dict[tuple[str, date], int]:
    rows = (
        lines.annotate(month=TruncMonth("entry__at"))
        .values("profit_centre_id", "month")
        .annotate(minor=Sum("minor"))
    )
    return {(row["profit_centre_id"], row["month"].date()): row["minor"] for row in rows}


def as_beancount(*, title: str) -> Iterator[str]:
    """Give the whole books in Beancount's format, a piece an entry; little memory."""
    first = Entry.objects.order_by("at").first()
    yield from beancount.header(
        title=title,
        accounts=Account.objects.values_list("code", flat=True),
        currencies=currencies(),
        opened_on=timezone.localdate(first.at if first else clock.now()),
    )
    entries = (
        Entry.objects.order_by("at", "id").select_related("reverses").prefetch_related("lines")
    )
    for entry in entries.iterator(chunk_size=500):
        yield beancount.entry(_written(entry))


def _written(entry: Entry) -> beancount.Written:
    return beancount.Written(
        on=timezone.localdate(entry.at),
        description=entry.description,
        source=entry.source,
        kind=entry.get_kind_display(),
        reverses=entry.reverses.source if entry.reverses else None,
        legs=[
            rules.Leg(account=line.account_id, centre=line.profit_centre_id, amount=line.amount)
            for line in entry.lines.all()
        ],
    )


def findings() -> list[str]:
    """Say, a sentence each, what is wrong with the books; nothing is what must be found."""
    lost = sorted(_guards() - tables.triggers())
    off = (
        Line.objects.order_by()
        .values("entry_id", "currency")
        .annotate(minor=Sum("minor"))
        .exclude(minor=0)
    )
    bare = Entry.objects.filter(lines__isnull=True)
    return [
        *(f"The trigger {name}, which guards the books, is gone." for name in lost),
        *(
            f"Entry {row['entry_id']} is off by {Money(row['minor'], row['currency'])}."
            for row in off
        ),
        *(f"Entry {entry.pk} has no lines." for entry in bare),
    ]


def _guards() -> frozenset[str]:
    growing = tables.guards_of("ledger_entry") | tables.guards_of("ledger_line")
    at_commit = {"ledger_line_still_balances"} if connection.vendor == "postgresql" else set()
    return growing | {"ledger_entry_balances", "ledger_line_comes_first"} | at_commit
