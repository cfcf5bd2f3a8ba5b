"""Making a forecast of the business: everything joined, in the words that page and command show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from hammock.departments.planning.outside_view import outside_view
from hammock.departments.planning.rules import revenue, scoring, simulation
from hammock.departments.planning.rules.assumptions import Assumptions, assumptions_from
from hammock.departments.planning.rules.customer_value import (
    Cohort,
    CustomerValue,
    Group,
    customer_value,
)
from hammock.departments.planning.rules.evidence import (
    Books,
    Bought,
    evidence_from,
    purchases_from,
)
from hammock.departments.planning.rules.means import Means
from hammock.departments.planning.rules.outside import OutsideView
from hammock.departments.planning.rules.simulation import Outlook
from hammock.departments.planning.rules.updating import MONTH, Evidence, Learned

AHEAD = 3  # months that are kept and scored
KEPT_SHARES = (0.025, *(at / 40 for at in range(2, 39)), 0.975)
SHOWN_PRODUCTS = SHOWN_CHANNELS = 12


@dataclass(frozen=True, kw_only=True)
class MonthAhead:
    """A calendar month's revenue: [share, minor units] pairs, and what two baselines say."""

    month: date
    is_own: bool
    quantiles: tuple[tuple[float, int], ...]
    last_month: int | None
    last_year: int | None


@dataclass(frozen=True, kw_only=True)
class Made:
    """A forecast: where it started, what the futures have in common, the months to be scored.

    `rehearsed` says how right the shop's past weeks would have been foreseen; None before there
    are enough.
    """

    evidence: Evidence
    assumptions: Assumptions
    outlook: Outlook
    months: tuple[MonthAhead, ...]
    rehearsed: scoring.Record | None
    customers: CustomerValue
    view: OutsideView


def make(
    bought: Sequence[Bought],
    books: Books,
    *,
    means: Means | None,
    today: date,
    visits: Mapping[date, int] | None = None,
    seed: int = simulation.SEED,
    paths: int = simulation.PATHS,
    beat: Callable[[float], None] | None = None,
) -> Made:
    """Make the forecast as of the morning of `today`; it writes nothing.

    `visits` are those of each day on which they were counted. `beat` is told the share that is
    done, after each step by what it took on a large shop.
    """
    beat = beat or _silent
    view = outside_view()
    evidence = evidence_from(
        bought, books, today=today, lost_a_month=view.spread("churn").mean, visits=visits
    )
    assumptions = assumptions_from(means, evidence, view)
    beat(0.05)
    outlook = simulation.simulate(assumptions, seed=seed, paths=paths)
    beat(0.15)
    months = months_ahead(evidence, outlook, today=today)
    rehearsed = _rehearsed(evidence)
    beat(0.2)  # what follows, the fits to the customers, takes longest by far
    purchases, labels, until = purchases_from(bought, today=today)
    customers = customer_value(purchases, labels, until=until)
    return Made(
        evidence=evidence,
        assumptions=assumptions,
        outlook=outlook,
        months=months,
        rehearsed=rehearsed,
        customers=customers,
        view=view,
    )


def months_ahead(
    evidence: Evidence, outlook: Outlook, *, today: date, count: int = AHEAD
) -> tuple[MonthAhead, ...]:
    """Foresee the calendar months that have not begun (today may be a first), nearest first.

    The shop's own past says it where it reaches; else the simulated months do.
    """
    days = np.array(evidence.days)
    found = []
    for first in _firsts(today, count):
        length = (_next(first) - first).days
        after = (first - today).days
        own = revenue.foresee(days, ahead=length, after=after) if _speaks(evidence) else None
        if own is not None:
            pairs = [(share, round(own.quantile(share))) for share in KEPT_SHARES]
        else:
            row = min(int(after / MONTH), len(outlook.revenue.rows) - 1)
            fan = outlook.revenue
            pairs = [(share, round(fan.at(row, share))) for share in KEPT_SHARES]
        found.append(
            MonthAhead(
                month=first,
                is_own=own is not None,
                quantiles=tuple(pairs),
                last_month=_last_month(days, length),
                last_year=_last_year(evidence, first, length, today),
            )
        )
    return tuple(found)


def told(made: Made) -> dict[str, Any]:
    """Write the forecast down as JSON: amounts in minor units, shares from 0 to 1."""
    outlook, given = made.outlook, made.assumptions
    return {
        "currency": given.currency,
        "seed": outlook.seed,
        "paths": outlook.paths,
        "shares": list(simulation.PROBABILITIES),
        "months": len(outlook.cash.rows),
        "cash": _fan(outlook.cash),
        "income": _fan(outlook.income),
        "hours": None
        if outlook.hours is None
        else [[round(value, 1) for value in row] for row in outlook.hours.rows],
        "first_sale": None
        if outlook.first_sale is None
        else dict(zip(map(str, simulation.FIRST_SALE_DAYS), outlook.first_sale, strict=True)),
        "target": given.target,
        "reaching": outlook.reaching,
        "month_reached": outlook.month_reached,
        "running_out": outlook.running_out,
        "month_run_out": outlook.month_run_out,
        "wage": None if outlook.wage is None else [round(value) for value in outlook.wage],
        "old_wage": given.old_wage,
        "beats_old_wage": outlook.beats_old_wage,
        "movers": [asdict(mover) for mover in outlook.movers],
        "own_weight": given.own_weight,
        "learned": [_learned(one) for one in given.learned],
        "notes": list(given.notes),
        "sales_to_date": [[round(value) for value in row] for row in outlook.cumulated.rows],
        "months_ahead": [_ahead(one) for one in made.months],
        "rehearsed": _record(made.rehearsed),
        "customers": _customers(made.customers),
        "outside_view": made.view.dated.isoformat(),
    }


def sources() -> list[dict[str, Any]]:
    """List the outside view's lines: what they say, where from, and what is wrong with them."""
    view = outside_view()
    return [
        {
            "label": one.label,
            "unit": one.unit,
            "low": one.spread.quantile(0.1),
            "middle": one.spread.quantile(0.5),
            "high": one.spread.quantile(0.9),
            "facts": one.facts,
            "source": one.source,
            "address": one.address,
            "published": one.published,
            "population": one.population,
            "bias": one.bias,
            "read_in": one.read_in,
        }
        for one in view.inputs.values()
    ]


def plain_sources() -> list[dict[str, Any]]:
    """List what the outside view takes as it is, without a spread: fees and exchange rates."""
    view = outside_view()
    fees, rates = view.fees, view.rates
    return [
        {
            "label": "Fees of a payment, until the books tell them",
            "facts": f"{fees.share:.1%} and {fees.fixed:.2f} dollars an order.",
            "source": fees.source,
            "address": fees.address,
            "published": fees.published,
            "read_in": fees.read_in,
        },
        {
            "label": "What a dollar was in other currencies",
            "facts": f"Customs rates of {len(rates.per_dollar)} currencies.",
            "source": rates.source,
            "address": rates.address,
            "published": rates.published,
            "read_in": "",
        },
    ]


@dataclass(frozen=True, kw_only=True)
class ClaimAnswer:
    """How likely a claim is: by this shop's futures, and among published sellers who sold.

    `among_sellers` is None for currencies without a rate; its span is a month.
    """

    amount: int
    days: int
    here: float
    among_sellers: float | None


def answer_claim(facts: Mapping[str, Any], *, amount: int, days: int, digits: int) -> ClaimAnswer:
    """Tell the probability of selling `amount` (minor units) or more within `days` days."""
    rows = tuple(tuple(row) for row in facts["sales_to_date"])
    published = outside_view().in_minor(
        "sales_of_sellers", currency=facts["currency"], digits=digits
    )
    a_month = amount * MONTH / days
    return ClaimAnswer(
        amount=amount,
        days=days,
        here=simulation.chance_from(rows, amount, days=days),
        among_sellers=published.above(a_month) if published is not None and amount > 0 else None,
    )


def _speaks(evidence: Evidence) -> bool:
    return len(evidence.days) >= scoring.WARM_UP * revenue.WEEK


def _rehearsed(evidence: Evidence) -> scoring.Record | None:
    if not _speaks(evidence):
        return None
    days = np.array(evidence.days)
    found = list(scoring.rehearse(days, ahead=revenue.WEEK, step=revenue.WEEK))
    return scoring.record(found) if found else None


def _silent(_share: float) -> None:
    """Tell nobody how far it is."""


def _firsts(today: date, count: int) -> list[date]:
    first = today if today.day == 1 else _next(today)
    found = [first]
    while len(found) < count:
        found.append(_next(found[-1]))
    return found


def _next(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _last_month(days: np.ndarray[Any, np.dtype[np.float64]], length: int) -> int | None:
    if len(days) < scoring.LAST_MONTH:
        return None
    return round(float(days[-scoring.LAST_MONTH :].sum()) * length / scoring.LAST_MONTH)


def _last_year(evidence: Evidence, first: date, length: int, today: date) -> int | None:
    """Read the same calendar month a year before, where all of it is known."""
    then = first.replace(year=first.year - 1)
    begin = len(evidence.days) - (today - then).days
    if begin < 0:
        return None
    return round(sum(evidence.days[begin : begin + length]))


def _fan(fan: simulation.Fan) -> list[list[int]]:
    return [[round(value) for value in row] for row in fan.rows]


def _ahead(one: MonthAhead) -> dict[str, Any]:
    return {
        "month": f"{one.month:%Y-%m}",
        "is_own": one.is_own,
        "quantiles": [list(pair) for pair in one.quantiles],
        "last_month": one.last_month,
        "last_year": one.last_year,
    }


def _learned(one: Learned) -> dict[str, Any]:
    return {
        "name": one.name,
        "label": one.label,
        "weight": one.weight,
        "says": one.says,
        "before": [one.before.quantile(share) for share in (0.1, 0.5, 0.9)],
        "now": [one.now.quantile(share) for share in (0.1, 0.5, 0.9)],
    }


def _record(found: scoring.Record | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "count": found.count,
        "coverage": [
            {"hits": share.hits, "of": share.of, "low": share.low, "high": share.high}
            for share in found.coverage
        ],
        "ratio_last_month": found.ratio_last_month,
        "ratio_last_year": found.ratio_last_year,
    }


def _customers(found: CustomerValue) -> dict[str, Any]:
    return {
        "customers": found.customers,
        "missing": found.missing,
        "buying": None if found.buying is None else asdict(found.buying),
        "paying": None if found.paying is None else asdict(found.paying),
        "drift": None if found.moved is None else asdict(found.moved),
        "everybody": None if found.everybody is None else _group(found.everybody),
        "by_product": [_group(one) for one in found.by_product[:SHOWN_PRODUCTS]],
        "by_channel": [_group(one) for one in found.by_channel[:SHOWN_CHANNELS]],
        "by_cohort": [_group(one) for one in found.by_cohort],
        "cohorts": [_cohort(one) for one in found.cohorts],
        "channels": [_cohort(one) for one in found.channels[:SHOWN_CHANNELS]],
    }


def _cohort(one: Cohort) -> dict[str, Any]:
    return {
        "label": one.label,
        "customers": one.customers,
        "by_month": [round(value) for value in one.by_month],
    }


def _group(one: Group) -> dict[str, Any]:
    come = one.to_come
    return {
        "label": one.label,
        "customers": one.customers,
        "so_far": round(one.so_far),
        "again": one.again,
        "to_come": None
        if come is None
        else [round(come.low), round(come.middle), round(come.high)],
    }
