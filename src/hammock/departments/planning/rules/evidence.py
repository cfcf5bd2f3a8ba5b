"""What the shop's orders and books say, brought into the shape that the forecast learns from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from hammock.departments.planning.rules.customer_value import Labels
from hammock.departments.planning.rules.repeat_buying import Purchases
from hammock.departments.planning.rules.updating import MONTH, Evidence, Visited

MOST_VALUES = 500  # of the latest orders, that tell what an order comes to
COST_DAYS = 182  # days over which costs are averaged
NOT_COUNTED = "not counted"  # the channel of who came before, or was imported


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """One purchase: who (None: nobody known), when, for how much without tax, how much stayed.

    `first` names what a customer bought first; it is asked of their first purchase alone.
    `channel` is how their visit came (empty: not counted), `is_here` that this shop sold it.
    """

    customer: int | None
    on: date
    minor: int
    tax_minor: int
    kept: int
    first: str
    channel: str = ""
    is_here: bool = False


@dataclass(frozen=True, kw_only=True)
class Books:
    """What the books and the catalogue say; minor units. `costs` is None where none was entered.

    `revenue` is each day's, `fees` and `costs` what the last `COST_DAYS` days took; `opened` is the
    day since which something is for sale (None: not yet).
    """

    currency: str
    digits: int
    revenue: Mapping[date, int]
    fees: int
    costs: int | None
    cash: int
    prices: tuple[int, ...]
    opened: date | None
    notes: tuple[str, ...]


def evidence_from(
    bought: Sequence[Bought],
    books: Books,
    *,
    today: date,
    lost_a_month: float,
    visits: Mapping[date, int] | None = None,
) -> Evidence:
    """Fold purchases, books and counted visits into evidence as of the end of yesterday.

    `lost_a_month` is the share of customers that leave, by which a customer's months are counted;
    `visits` are those of each day on which they were counted.
    """
    first = _first_day(bought, books, today)
    count = (today - first).days
    days = [0.0] * count
    for day, minor in books.revenue.items():
        if first <= day < today:
            days[(day - first).days] += minor
    orders = [0] * count
    past = [one for one in bought if one.on < today]
    for one in past:
        orders[(one.on - first).days] += 1
    since = today - timedelta(days=COST_DAYS)
    recent = [one for one in past if one.on >= since]
    sold = sum(one.minor + one.tax_minor for one in recent)
    begun = _begun(past)
    return Evidence(
        currency=books.currency,
        digits=books.digits,
        days=tuple(days),
        orders=tuple(orders),
        first_orders=len(begun),
        visited=visited_from(past, visits or {}, today=today),
        prices=tuple(float(one) for one in books.prices),
        order_values=tuple(float(one.minor + one.tax_minor) for one in past[-MOST_VALUES:]),
        refunded=float(sum(one.minor - one.kept for one in past)),
        sold=float(sum(one.minor for one in past)),
        further_orders=sum(one.customer is not None for one in past) - len(begun),
        customer_months=_months_of(begun, today=today, lost=lost_a_month),
        fees=books.fees / sold * sum(one.minor for one in past) if sold else 0.0,
        tax_share=sum(one.tax_minor for one in recent) / sold if sold else 0.0,
        costs_a_month=_costs(books, today=today, first=first),
        cash=float(books.cash),
        notes=books.notes,
    )


def visited_from(
    past: Sequence[Bought], visits: Mapping[date, int], *, today: date
) -> Visited | None:
    """Put visits and first purchases of the same whole days together; None before there is one.

    Counting began within its first day, and today is not over. Who bought first elsewhere, as
    imported history tells, is no buyer of a visit here.
    """
    days = [day for day in sorted(visits)[1:] if day < today]
    if not days:
        return None
    first: dict[int, Bought] = {}
    for one in past:
        if one.customer is not None:
            first.setdefault(one.customer, one)
    buyers = Counter(one.on for one in first.values() if one.is_here)
    return Visited(
        since=days[0],
        visits=tuple(visits[day] for day in days),
        buyers=tuple(buyers[day] for day in days),
    )


def purchases_from(bought: Sequence[Bought], *, today: date) -> tuple[Purchases, Labels, float]:
    """Give the purchases of known customers, their labels, and the week that yesterday was.

    What went back wholly is no purchase.
    """
    kept = [one for one in bought if one.customer is not None and one.kept > 0 and one.on < today]
    names: dict[int, int] = {}
    products, cohorts, channels = [], [], []
    for one in kept:
        if one.customer is not None and one.customer not in names:
            names[one.customer] = len(names)
            products.append(one.first or "Something else")
            cohorts.append(f"{one.on:%Y-%m}")
            channels.append(one.channel or NOT_COUNTED)
    opened = kept[0].on if kept else today
    found = Purchases(
        customer=np.array([names[one.customer or 0] for one in kept], dtype=np.int64),
        week=np.array([(one.on - opened).days / 7 for one in kept], dtype=np.float64),
        amount=np.array([one.kept for one in kept], dtype=np.float64),
    )
    labels = Labels(product=tuple(products), cohort=tuple(cohorts), channel=tuple(channels))
    return found, labels, max((today - opened).days - 1, 0) / 7


def _first_day(bought: Sequence[Bought], books: Books, today: date) -> date:
    """Find the day since which the shop could sell, or did; imported history counts as selling."""
    days = [*books.revenue, *(one.on for one in bought[:1])]
    if books.opened is not None:
        days.append(books.opened)
    return min([*days, today])


def _begun(past: Sequence[Bought]) -> dict[int, date]:
    """Tell when each customer came first; who is not known counts for nobody."""
    found: dict[int, date] = {}
    for one in past:
        if one.customer is not None:
            found.setdefault(one.customer, one.on)
    return found


def _months_of(begun: Mapping[int, date], *, today: date, lost: float) -> float:
    """Add up the months in which customers were there, if `lost` of them leave every month."""
    ages = np.array([(today - on).days / MONTH for on in begun.values()])
    return float(((1 - (1 - lost) ** ages) / lost).sum()) if len(ages) else 0.0


def _costs(books: Books, *, today: date, first: date) -> float | None:
    if books.costs is None:
        return None
    months = min(max((today - first).days, 30), COST_DAYS) / MONTH
    return books.costs / months
