"""What customers will still bring, by first product, channel and month of their first purchase."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hammock.departments.planning.rules.repeat_buying import (
    LEAST_CUSTOMERS,
    LEAST_REPEATERS,
    Buying,
    Drift,
    Foretold,
    Histories,
    Paying,
    Purchases,
    drift,
    expected,
    fit_buying,
    fit_paying,
    foretell,
    histories,
    mean_payment,
    nearby,
)

LEAST_OF_A_MONTH = 5  # customers that tell what a month of theirs brings


@dataclass(frozen=True, kw_only=True)
class Group:
    """Customers with something in common: what one brought so far, and will in the coming year.

    Amounts are a customer's, in the unit of the purchases; `to_come` is None without a fit.
    """

    label: str
    customers: int
    so_far: float
    again: float
    to_come: Foretold | None


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """Those who came in one month, or by one channel: what one had brought by each month after."""

    label: str
    customers: int
    by_month: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class CustomerValue:
    """The whole answer; without fits `missing` says why."""

    customers: int
    buying: Buying | None
    paying: Paying | None
    moved: Drift | None
    everybody: Group | None
    by_product: tuple[Group, ...]
    by_channel: tuple[Group, ...]
    by_cohort: tuple[Group, ...]
    cohorts: tuple[Cohort, ...]
    channels: tuple[Cohort, ...]
    missing: str


@dataclass(frozen=True, kw_only=True)
class Labels:
    """For each customer what the first purchase was: product, month ("2026-03") and channel."""

    product: tuple[str, ...]
    cohort: tuple[str, ...]
    channel: tuple[str, ...]


def customer_value(
    purchases: Purchases, labels: Labels, *, until: float, share: float = 0.8
) -> CustomerValue:
    """Value customers as of week `until`: all together, by first product, channel and cohort.

    Purchases are net of refunds; every customer of `labels` has at least one.
    """
    if not len(purchases.customer):
        return _nobody("Nobody has bought yet.")
    customers = histories(purchases, until=until)
    few = len(customers) < LEAST_CUSTOMERS or (customers.count > 0).sum() < LEAST_REPEATERS
    fitted = None if few else _Fitted(purchases, customers, until=until, share=share)
    spent = np.bincount(purchases.customer, weights=purchases.amount, minlength=len(customers))
    everybody = np.arange(len(customers))

    def group(label: str, chosen: NDArray[np.int64]) -> Group:
        return Group(
            label=label,
            customers=len(chosen),
            so_far=float(spent[chosen].mean()),
            again=float((customers.count[chosen] > 0).mean()),
            to_come=fitted.to_come(chosen) if fitted else None,
        )

    return CustomerValue(
        customers=len(customers),
        buying=fitted.buying if fitted else None,
        paying=fitted.paying if fitted else None,
        moved=fitted.moved if fitted else None,
        everybody=group("Everybody", everybody),
        by_product=_grouped(labels.product, group, by_size=True),
        by_channel=_grouped(labels.channel, group, by_size=True),
        by_cohort=_grouped(labels.cohort, group, by_size=False),
        cohorts=_cohorts(purchases, labels, until=until),
        channels=_channels(purchases, labels, until=until),
        missing=_why(customers) if few else "",
    )


YEAR_WEEKS = 52.0
MONTH_WEEKS = 365.25 / 12 / 7


class _Fitted:
    """The models on a shop's customers, ready to value any of them."""

    def __init__(
        self, purchases: Purchases, customers: Histories, *, until: float, share: float
    ) -> None:
        self.buying, self.paying = fit_buying(customers), fit_paying(customers)
        self.moved = drift(purchases, until=until)
        self.share = share
        payment = mean_payment(self.paying, customers)
        self.one = expected(self.buying, customers, weeks=YEAR_WEEKS) * payment
        self.others = [
            expected(other, customers, weeks=YEAR_WEEKS) * payment
            for other in nearby(self.buying, customers)
        ]
        self.scatter = float((payment**2).mean() / payment.mean())

    def to_come(self, chosen: NDArray[np.int64]) -> Foretold:
        """Foretell what one of these customers brings in a year."""
        whole = foretell(
            self.one[chosen],
            [float(other[chosen].sum()) for other in self.others],
            self.moved,
            share=self.share,
            scatter=self.scatter,
        )
        count = len(chosen)
        return Foretold(
            plain=whole.plain / count,
            middle=whole.middle / count,
            low=whole.low / count,
            high=whole.high / count,
        )


def _grouped(
    labels: Sequence[str],
    group: Callable[[str, NDArray[np.int64]], Group],
    *,
    by_size: bool,
) -> tuple[Group, ...]:
    all_labels = np.array(labels)
    found = [
        group(str(label), np.flatnonzero(all_labels == label)) for label in sorted(set(labels))
    ]
    return tuple(sorted(found, key=lambda one: -one.customers) if by_size else found)


def _cohorts(purchases: Purchases, labels: Labels, *, until: float) -> tuple[Cohort, ...]:
    first = np.full(len(labels.cohort), np.inf)
    np.minimum.at(first, purchases.customer, purchases.week)
    age = ((purchases.week - first[purchases.customer]) / MONTH_WEEKS).astype(int)
    cohort = np.array(labels.cohort)
    found = []
    for label in sorted(set(labels.cohort)):
        members = np.flatnonzero(cohort == label)
        theirs = np.isin(purchases.customer, members)
        # Only months that even the youngest of them has lived through are comparable.
        whole = int((until - first[members].max()) / MONTH_WEEKS) + 1
        spent = np.bincount(age[theirs], weights=purchases.amount[theirs], minlength=max(whole, 1))[
            : max(whole, 1)
        ]
        by_month = tuple((np.cumsum(spent) / len(members)).tolist())
        found.append(Cohort(label=label, customers=len(members), by_month=by_month))
    return tuple(found)


def _channels(purchases: Purchases, labels: Labels, *, until: float) -> tuple[Cohort, ...]:
    """Add up, month by month, what those brought who have lived through that month.

    People come by a channel all the time, so each further month knows fewer of them; where it knows
    less than `LEAST_OF_A_MONTH` it is not told. The first month knows all, as far as it went.
    """
    first = np.full(len(labels.channel), np.inf)
    np.minimum.at(first, purchases.customer, purchases.week)
    age = ((purchases.week - first[purchases.customer]) / MONTH_WEEKS).astype(int)
    lived = ((until - first) / MONTH_WEEKS).astype(int)  # whole months
    channel = np.array(labels.channel)
    found = []
    for label in sorted(set(labels.channel)):
        members = channel == label
        by_month: list[float] = []
        for month in range(max(int(lived[members].max()), 1)):
            known = members & (lived > month) if month else members
            if month and known.sum() < LEAST_OF_A_MONTH:
                break
            theirs = known[purchases.customer] & (age == month)
            spent = float(purchases.amount[theirs].sum()) / int(known.sum())
            by_month.append(spent + (by_month[-1] if by_month else 0.0))
        found.append(Cohort(label=label, customers=int(members.sum()), by_month=tuple(by_month)))
    return tuple(sorted(found, key=lambda one: -one.customers))


def _why(customers: Histories) -> str:
    again = int((customers.count > 0).sum())
    return (
        f"{len(customers)} customers, {again} of whom bought again: what they will bring can be "
        f"told from {LEAST_CUSTOMERS} customers and {LEAST_REPEATERS} who bought again."
    )


def _nobody(why: str) -> CustomerValue:
    return CustomerValue(
        customers=0, buying=None, paying=None, moved=None, everybody=None,
        by_product=(), by_channel=(), by_cohort=(), cohorts=(), channels=(), missing=why,
    )  # fmt: skip
