"""The week that is over is written down from facts and sent to the partner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction

from hammock.departments.catalogue.models import Shop
from hammock.departments.sales import overview, queries
from hammock.departments.sales.queries import Sales
from hammock.departments.team.rhythm import promises
from hammock.departments.team.rhythm.promises import Number
from hammock.kit.money import Money

WEEKS = 4


def check_week(*, week: date | None = None) -> int:
    """Write the check-ins of the week (its Monday; last week) that are missing; tells how many."""
    with transaction.atomic(durable=True):
        promises.miss_overdue()
    monday = week or promises.last_week()
    numbers = week_numbers(monday)
    written = 0
    for member in promises.to_check(monday):
        with transaction.atomic(durable=True):
            report = promises.week_report(member.pk, week=monday, numbers=numbers)
            promises.write_check_in(member, week=monday, report=report)
        written += 1
    return written


def week_numbers(monday: date) -> Sequence[Number]:
    """Measure the week beside the average of the four before it; there is no plan to measure by."""
    shop = Shop.objects.first()
    if shop is None:
        return ()
    this = _sold(monday, shop.currency)
    before = [_sold(monday - timedelta(weeks=back), shop.currency) for back in range(1, WEEKS + 1)]
    usual = Money(sum(week.total.minor for week in before) // WEEKS, shop.currency)
    orders = sum(week.orders for week in before) / WEEKS
    against = f"the average of the {WEEKS} weeks before"
    source = "Orders paid Monday to Sunday, tax included, refunds not taken off."
    return (
        Number(name="Sales", was=str(this.total), against=f"{usual}, {against}", source=source),
        Number(
            name="Orders paid",
            was=str(this.orders),
            against=f"{orders:g}, {against}",
            source=source,
        ),
    )


def _sold(monday: date, currency: str) -> Sales:
    return queries.sold(
        currency=currency,
        since=overview.start_of(monday),
        until=overview.start_of(monday + timedelta(days=7)),
    )
