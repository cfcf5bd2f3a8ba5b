"""What is worth celebrating is found in orders, books and days off; each milestone once."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from hammock.departments.catalogue.models import Shop
from hammock.departments.decisions.models import Answer, Decision
from hammock.departments.ledger import queries as books
from hammock.departments.planning import hours
from hammock.departments.planning.hours import Deeds
from hammock.departments.planning.models import Milestone
from hammock.departments.planning.rules import hours as time
from hammock.departments.planning.rules import milestones as rules
from hammock.departments.planning.rules.milestones import Month, Record
from hammock.departments.sales.models import CreditNote, Order, Refund
from hammock.departments.team import queries as team
from hammock.departments.team.models import Absence, Member
from hammock.departments.team.rhythm import away
from hammock.kit import clock
from hammock.kit.money import total

LOOKED_BACK = timedelta(days=365)  # for a week off; what is older was found when it was new


def find_milestones() -> int:
    """Keep every milestone that was reached and is not kept yet; tells how many."""
    shop = Shop.objects.first()
    if shop is None:
        return 0
    known = set(Milestone.objects.values_list("kind", flat=True))
    news = [one for one in rules.reached(_record(shop, known)) if one.kind not in known]
    with transaction.atomic(durable=True):
        made = [
            Milestone.objects.get_or_create(
                kind=one.kind,
                defaults={"reached_on": one.on, "sentence": one.sentence, "found_at": clock.now()},
            )[1]
            for one in news
        ]
    return sum(made)


def put_away(*, kind: str) -> bool:
    """Take a milestone off Today; False if it is not there or was put away before."""
    with transaction.atomic(durable=True):
        shown = Milestone.objects.filter(kind=kind, put_away_at=None)
        return bool(shown.update(put_away_at=clock.now()))


def _record(shop: Shop, known: Set[str]) -> Record:
    """Gather what the milestones that are not known yet hang on; the rest is not looked up."""
    real = _real_orders(shop)
    return Record(
        nth_order=_nth_orders(real, known),
        to_a_stranger=None if "first_stranger" in known else _first_stranger(real),
        came_back=None if "first_return" in known else _first_return(real),
        months=[]
        if {"refund_free_month", "month_above_costs"} <= known
        else _months(real, currency=shop.currency),
        week_off=None if "week_off" in known else _first_week_off(real),
        week_away=None if "week_away" in known else _first_week_away(),
    )


def _real_orders(shop: Shop) -> QuerySet[Order]:
    """Find the orders that were paid in money: before a shop is live, only other shops' history.

    In the sample business everything counts, since nothing in it is real.
    """
    paid = Order.objects.filter(state=Order.State.PAID, total_minor__gt=0)
    if not shop.is_sample:
        real = ~Q(origin="shop")
        if shop.live_since is not None:
            real |= Q(paid_at__gte=shop.live_since)
        paid = paid.filter(real)
    return paid.order_by("paid_at", "id")


def _nth_orders(real: QuerySet[Order], known: Set[str]) -> Mapping[int, date]:
    found: dict[int, date] = {}
    wanted = {1: "first_sale", **{count: f"orders_{count}" for count in rules.COUNTED_ORDERS}}
    for number in (number for number, kind in wanted.items() if kind not in known):
        at = real.values_list("paid_at", flat=True)[number - 1 : number].first()
        if at is None:
            break
        found[number] = timezone.localdate(at)
    return found


def _first_stranger(real: QuerySet[Order]) -> date | None:
    members = list(Member.objects.values_list("name", "email"))
    names, addresses = [name for name, _ in members], [email for _, email in members]
    buyers = real.exclude(email="").values_list("name", "email", "paid_at")
    for name, email, at in buyers.iterator(chunk_size=200):
        if at is not None and rules.is_stranger(
            name=name, email=email, own_names=names, own_addresses=addresses
        ):
            return timezone.localdate(at)
    return None


def _first_return(real: QuerySet[Order]) -> date | None:
    earlier = real.order_by().filter(
        customer=OuterRef("customer"), paid_at__lte=OuterRef("paid_at") - timedelta(days=1)
    )
    again = real.filter(Exists(earlier), customer__isnull=False).first()
    return timezone.localdate(again.paid_at) if again and again.paid_at else None


def _months(real: QuerySet[Order], *, currency: str) -> list[Month]:
    """List the months that are over, from the first with an order or an entry."""
    this_month = clock.today().replace(day=1)
    orders = _by_month(real, "paid_at")
    refunds = _by_month(
        Refund.objects.filter(state=Refund.State.SUCCEEDED, payment__is_surplus=False),
        "finished_at",
    )
    notes = _by_month(CreditNote.objects.all(), "issued_at")
    results = books.profit_and_loss(currency=currency)
    months = sorted({*orders, *(row.month for row in results)})
    return [
        Month(
            month=month,
            last_day=(month + timedelta(days=32)).replace(day=1) - timedelta(days=1),
            orders=orders.get(month, 0),
            refunds=refunds.get(month, 0) + notes.get(month, 0),
            revenue=total(
                (row.revenue for row in results if row.month == month), currency=currency
            ),
            costs=total((row.costs for row in results if row.month == month), currency=currency),
        )
        for month in months
        if month < this_month
    ]


def _by_month(rows: QuerySet[Any], field: str) -> Mapping[date, int]:
    counted = (
        rows.order_by()
        .annotate(month=TruncMonth(field))
        .values("month")
        .annotate(count=Count("pk"))
    )
    return {row["month"].date(): row["count"] for row in counted if row["month"]}


def _first_week_off(real: QuerySet[Order]) -> date | None:
    """Find the first day that ended seven days off in which the business sold something."""
    owner = away.owner()
    if owner is None:
        return None
    since, until = clock.today() - LOOKED_BACK, clock.today()
    deeds = Deeds(
        days=team.days_with_deeds(
            member_id=owner.pk, since=hours.start_of(since), until=hours.start_of(until)
        ),
        begun=team.first_deed_on(member_id=owner.pk),
    )
    known = hours.known_days(since=since, until=until, member_id=owner.pk, deeds=deeds)
    busy = hours.traces(since=since, until=until, member_id=owner.pk, deeds=deeds)
    ends = time.stretches((day for day in known if day not in busy), length=7)
    return next((day for day in ends if _sold_in_week_to(real, day)), None)


def _first_week_away() -> date | None:
    """Find the seventh day of the first absence in whose first week nothing needed the owner."""
    owner = away.owner()
    if owner is None:
        return None
    absences = Absence.objects.filter(member=owner).order_by("starts_on", "id")
    for absence in absences:
        seventh = absence.starts_on + timedelta(days=6)
        if absence.covers(seventh) and seventh < clock.today() and _went_alone(absence, owner):
            return seventh
    return None


def _went_alone(absence: Absence, owner: Member) -> bool:
    """Tell whether all questions of an absence's first week were answered, and not by the owner."""
    since = hours.start_of(absence.starts_on)
    asked = Decision.objects.filter(asked_at__gte=since, asked_at__lt=since + time.WEEK)
    answers = Answer.objects.filter(decision__in=asked)
    needed = answers.filter(Q(how=Answer.How.SAFE) | Q(member_id=owner.pk)).exists()
    return not needed and not asked.filter(state=Decision.State.OPEN).exists()


def _sold_in_week_to(real: QuerySet[Order], day: date) -> bool:
    since, until = day - timedelta(days=6), day + timedelta(days=1)
    return real.filter(
        paid_at__gte=hours.start_of(since), paid_at__lt=hours.start_of(until)
    ).exists()
