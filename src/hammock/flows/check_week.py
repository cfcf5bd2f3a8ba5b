"""The week that is over is written down from facts and sent to the partner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from hammock.departments.catalogue.models import Shop
from hammock.departments.ledger import queries as books
from hammock.departments.planning import hours
from hammock.departments.planning import queries as plans
from hammock.departments.planning.rules import progress
from hammock.departments.planning.rules.progress import CentreRow
from hammock.departments.planning.rules.strategy import Document
from hammock.departments.sales import overview, queries
from hammock.departments.sales.queries import Sales
from hammock.departments.team import roles
from hammock.departments.team.models import Member
from hammock.departments.team.rhythm import promises
from hammock.departments.team.rhythm.promises import Number
from hammock.departments.team.roles import Role
from hammock.kit.money import Money

WEEK = timedelta(days=7)
WEEKS = 4


def check_week(*, week: date | None = None) -> int:
    """Write the check-ins of the week (its Monday; last week) that are missing; tells how many."""
    with transaction.atomic(durable=True):
        promises.miss_overdue()
    monday = week or promises.last_week()
    written = 0
    for member in promises.to_check(monday):
        with transaction.atomic(durable=True):
            numbers = week_numbers(monday, member=member)
            report = promises.week_report(member.pk, week=monday, numbers=numbers)
            promises.write_check_in(member, week=monday, report=report)
        written += 1
    return written


def week_numbers(monday: date, *, member: Member) -> Sequence[Number]:
    """Measure the week by the plan, where one with targets was in force that the member may read.

    Else beside the average of the four weeks before it, which is no plan and not called one.
    """
    return list(_by_plan(monday, member)) or list(_by_average(monday))


def _by_plan(monday: date, member: Member) -> Iterator[Number]:
    document = _plan(monday, member)
    if document is None:
        return
    revenue = books.revenue_by_centre(
        currency=document.currency, since=_begin(monday), until=_end(monday)
    )
    for row in progress.centre_rows(document, revenue):
        if row.centre.target:
            yield _beside_target(row)
    if member.known_role is Role.OWNER:
        yield from _hours(monday, member)


def _plan(monday: date, member: Member) -> Document | None:
    """Give the strategy that was in force in the week, if it has a target."""
    version = plans.in_force_at(_end(monday))
    if version is None or not roles.may(member.known_role, "plan", acts=False):
        return None
    document = version.read
    return document if any(centre.target for centre in document.centres) else None


def _beside_target(row: CentreRow) -> Number:
    centre = row.centre
    later = f" from {centre.by:%-d %B %Y} on" if centre.by else ""
    return Number(
        name=f"Revenue of {centre.name}",
        was=str(row.fact),
        against=f"{progress.week_of(centre.target)} a week, the plan{later}",
        source="Monday to Sunday, without tax, less refunds, from the books. The plan is seven "
        f"thirtieths of the strategy’s {centre.target} a month.",
    )


def _hours(monday: date, member: Member) -> Iterator[Number]:
    """Put hours beside those planned, where both are known; the plan is the owner's own."""
    means = plans.means()
    worked = hours.hours_worked(since=monday, until=monday + WEEK, member_id=member.pk)
    if means is not None and worked.minutes:
        yield Number(
            name="Hours",
            was=f"{worked.hours:.1f}",
            against=f"{means.hours_a_week:g} a week, the plan",
            source="Timed or written under Your time; planned in the reality check.",
        )


def _by_average(monday: date) -> Iterator[Number]:
    shop = Shop.objects.first()
    if shop is None:
        return
    this = _sold(monday, shop.currency)
    before = [_sold(monday - back * WEEK, shop.currency) for back in range(1, WEEKS + 1)]
    usual = Money(sum(week.total.minor for week in before) // WEEKS, shop.currency)
    orders = sum(week.orders for week in before) / WEEKS
    against = f"the average of the {WEEKS} weeks before"
    source = "Orders paid Monday to Sunday, tax included, refunds not taken off."
    yield Number(name="Sales", was=str(this.total), against=f"{usual}, {against}", source=source)
    yield Number(
        name="Orders paid", was=str(this.orders), against=f"{orders:g}, {against}", source=source
    )


def _sold(monday: date, currency: str) -> Sales:
    return queries.sold(currency=currency, since=_begin(monday), until=_end(monday))


def _begin(monday: date) -> datetime:
    return overview.start_of(monday)


def _end(monday: date) -> datetime:
    return overview.start_of(monday + WEEK)
