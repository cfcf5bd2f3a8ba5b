"""From others' figures to the shop's own: Bayesian updating of the forecast's inputs.

Beta for shares (conversion, refunds), Gamma for further orders, normal for the logarithm of what an
order comes to; the rate of orders is lognormal before and counted in a Poisson whose counts are
divided by how much the weeks scatter. A week that stands far out of the others counts as much as
chance allows beside them; what is above is no level, and half of its logarithm stays as doubt. With
thirteen weeks of sales behind it, the level is what `revenue.foresee` says of the next month.
Counted visits are divided by how much their weeks scatter too, and a week with far more visits than
usual counts as a few usual ones.

`weight` is the shop's own share of what is believed now: 0 before anything was seen, towards 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from hammock.departments.planning.rules.outside import OutsideView, Spread
from hammock.departments.planning.rules.revenue import WEEK, foresee

MONTH = 365.25 / 12  # days
RECENT = 91  # days that tell how many orders come now
WEEKS_OF_OWN_LEVEL = 13
SPREAD_OF_ORDERS = 1.0  # σ of the logarithm of single orders, until five were seen
SPREAD_OF_PRICES = 0.7  # σ around the shop's own list prices, before anything was sold
NARROWEST = 0.02
WIDEST = 6.0
Daily = Sequence[float] | np.ndarray[tuple[int], np.dtype[np.float64]]
MOST_OF_USUAL = 4.0  # usual weeks as which a week full of visits counts at most


@dataclass(frozen=True, kw_only=True)
class Visited:
    """Whole days on which visits were counted, oldest first: visits of each, and first buyers."""

    since: date
    visits: tuple[int, ...]
    buyers: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What the shop's own books and orders say; amounts in minor units of `currency`.

    `days` is net revenue (without tax, less refunds) of each day since the shop's first, oldest
    first; `orders` counts the orders of the same days. `visited` is None where no visits are
    counted, `costs_a_month` and `cash` where the books are empty. `notes` says what had to be left
    out.
    """

    currency: str
    digits: int = 2
    days: tuple[float, ...] = ()
    orders: tuple[int, ...] = ()
    first_orders: int = 0
    visited: Visited | None = None
    prices: tuple[float, ...] = ()
    order_values: tuple[float, ...] = ()
    refunded: float = 0.0
    sold: float = 0.0
    further_orders: int = 0
    customer_months: float = 0.0
    fees: float = 0.0
    tax_share: float = 0.0
    costs_a_month: float | None = None
    cash: float = 0.0
    notes: tuple[str, ...] = field(default=())

    @property
    def has_sold(self) -> bool:
        """Whether there was ever an order."""
        return any(self.orders)


@dataclass(frozen=True, kw_only=True)
class Learned:
    """An input before and after the shop's own figures, and how much of it is the shop's own."""

    name: str
    label: str
    before: Spread
    now: Spread
    weight: float
    says: str


def share(name: str, view: OutsideView, *, hits: float, of: float, says: str) -> Learned:
    """Update a Beta with `hits` of `of`; impossible counts are cut to what can be."""
    prior = view.spread(name)
    of = max(of, 0.0)
    hits = min(max(hits, 0.0), of)
    return Learned(
        name=name,
        label=view.inputs[name].label,
        before=prior,
        now=Spread(kind="beta", first=prior.first + hits, second=prior.second + of - hits),
        weight=of / (of + prior.first + prior.second),
        says=says,
    )


def conversion(evidence: Evidence, view: OutsideView) -> Learned:
    """Update the share of visits that buy; without counted visits it stays as published."""
    found = evidence.visited
    if found is None:
        return share("conversion", view, hits=0, of=0, says="no whole day of visits is counted yet")
    says = (
        f"{sum(found.buyers):,} of {sum(found.visits):,} visits bought for the first time, counted "
        f"since {found.since:%-d %B %Y} on {len(found.visits):,} days"
    )
    heard = heard_of(found)
    return share("conversion", view, hits=heard.hits, of=heard.of, says=says)


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What counted visits teach: as many hits of as many independent visits."""

    hits: float
    of: float


def heard_of(found: Visited) -> Heard:
    """Weigh counted visits: a viral week is cut to a few usual ones, and scatter divides all."""
    visits, buyers = (_grouped(values) for values in (found.visits, found.buyers))
    visits, buyers = visits[visits > 0], buyers[visits > 0]
    if not len(visits):
        return Heard(hits=0.0, of=0.0)
    cut = np.minimum(1.0, MOST_OF_USUAL * np.median(visits) / visits)
    visits, buyers = visits * cut, np.minimum(buyers, visits) * cut
    part = float(buyers.sum() / visits.sum())
    scatter = 1.0
    if 0 < part < 1 and len(visits) > 1:
        missed = (buyers - visits * part) ** 2 / (visits * part * (1 - part))
        scatter = max(1.0, float(missed.sum()) / (len(visits) - 1))
    return Heard(hits=float(buyers.sum()) / scatter, of=float(visits.sum()) / scatter)


def _grouped(values: Sequence[int]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Add days up to weeks, the last ones whole; under three weeks the days stay as they are."""
    daily = np.asarray(values, dtype=np.float64)
    if len(daily) < 3 * WEEK:
        return daily
    starts = np.arange(len(daily) % WEEK, len(daily), WEEK)
    starts = starts if starts[0] == 0 else np.concatenate([[0], starts])
    return np.asarray(np.add.reduceat(daily, starts), dtype=np.float64)


def refunds(evidence: Evidence, view: OutsideView) -> Learned:
    """Update the share of money refunded; an order's worth of it counts as one refunded order."""
    count = sum(evidence.orders)
    part = evidence.refunded / evidence.sold if evidence.sold > 0 else 0.0
    says = f"{min(max(part, 0.0), 1.0):.1%} of the money of {count:,} orders went back"
    return share("refunds", view, hits=part * count, of=count, says=says)


def repeat(evidence: Evidence, view: OutsideView) -> Learned:
    """Update the further orders of a customer a month (Gamma and Poisson)."""
    prior = view.spread("repeat")
    months = max(evidence.customer_months, 0.0)
    now = Spread(
        kind="gamma", first=prior.first + evidence.further_orders, second=prior.second + months
    )
    says = f"{evidence.further_orders:,} further orders in {months:,.0f} months of customers"
    return Learned(
        name="repeat",
        label=view.inputs["repeat"].label,
        before=prior,
        now=now,
        weight=months / (months + prior.second),
        says=says,
    )


def order_value(evidence: Evidence, view: OutsideView) -> Learned:
    """Update what an order comes to (minor units): list prices first, then what was paid."""
    published = view.in_minor("order", currency=evidence.currency, digits=evidence.digits)
    paid = np.log([one for one in evidence.order_values if one > 0])
    prices = np.log([one for one in evidence.prices if one > 0])
    if published is None and not len(prices) and not len(paid):
        published = Spread(kind="lognormal", first=np.log(24.0 * 10**evidence.digits), second=2.0)
    before = published or Spread(kind="lognormal", first=0.0, second=WIDEST)
    if len(prices):
        before = Spread(kind="lognormal", first=float(prices.mean()), second=SPREAD_OF_PRICES)
    spread = float(paid.std(ddof=1)) if len(paid) >= 5 else SPREAD_OF_ORDERS
    spread = max(spread, 0.1)
    precision = 1 / before.second**2 + len(paid) / spread**2
    # The mean order, not the middle one: half a variance above it where orders scatter.
    centre = float(paid.mean()) + (spread**2 / 2 if len(paid) >= 5 else 0.0) if len(paid) else 0.0
    mean = (before.first / before.second**2 + len(paid) * centre / spread**2) / precision
    return Learned(
        name="order",
        label=view.inputs["order"].label,
        before=before,
        now=Spread(
            kind="lognormal", first=float(mean), second=max(float(precision**-0.5), NARROWEST)
        ),
        weight=float(len(paid) / spread**2 / precision),
        says=_says_value(len(paid), len(prices)),
    )


def orders_a_month(
    evidence: Evidence, view: OutsideView, *, value: Spread, refunded: float, found: float
) -> Learned:
    """Update the orders a month at full reach: `found` is the middle of the months it takes.

    `value` is what an order comes to and `refunded` the share that goes back.
    """
    before = _published_orders(evidence, view, value)
    own = _own_level(evidence, value=value, refunded=refunded)
    recent = _recent(evidence, found=found)
    if own is not None:
        now, says = own, f"the level of the last weeks, of {len(evidence.days) // WEEK} in all"
    elif recent.months > 0:
        now = _counted(before, recent)
        says = _says_orders(recent, days=min(len(evidence.days), RECENT))
    else:
        now, says = before, "nothing was sold yet, and no day of selling is behind"
    return Learned(
        name="sales",
        label="Orders a month",
        before=before,
        now=now,
        weight=1 - min(now.second**2 / before.second**2, 1.0),
        says=says,
    )


def _published_orders(evidence: Evidence, view: OutsideView, value: Spread) -> Spread:
    sales = view.in_minor("sales", currency=evidence.currency, digits=evidence.digits)
    if sales is None:  # no rate: the scale of money is not known, the number of orders is
        sales, order = view.spread("sales"), view.spread("order")
        return Spread(
            kind="lognormal",
            first=sales.first - order.first,
            second=min(sales.second + 0.5, WIDEST),
        )
    return Spread(kind="lognormal", first=sales.first - value.first, second=sales.second)


def _own_level(evidence: Evidence, *, value: Spread, refunded: float) -> Spread | None:
    """Say what the next month's revenue is in orders; None before thirteen weeks of sales."""
    if len(evidence.days) < WEEKS_OF_OWN_LEVEL * WEEK:
        return None
    foreseen = foresee(np.array(evidence.days), ahead=30)
    if foreseen is None:
        return None
    one = float(np.exp(value.first)) * max(1 - refunded, 0.05) * (1 - evidence.tax_share)
    low, middle, high = (foreseen.quantile(p) / one * MONTH / 30 for p in (0.1, 0.5, 0.9))
    floor = 0.02  # an order in four years
    logs = np.log(np.maximum([low, middle, high], floor))
    return Spread(
        kind="lognormal",
        first=float(logs[1]),
        second=float(np.clip((logs[2] - logs[0]) / 2.563, NARROWEST, WIDEST)),
    )


@dataclass(frozen=True, kw_only=True)
class _Recent:
    """Recent orders, those `burst` of them that stood far out, and what they were counted over.

    `months` are months of full reach, `scatter` is how much the weeks scatter without the burst.
    """

    orders: int
    burst: float
    months: float
    scatter: float

    @property
    def count(self) -> float:
        """What is taken for the level."""
        return self.orders - self.burst

    @property
    def doubt(self) -> float:
        """Half of the burst, as a logarithm: whether it comes again nobody knows."""
        return float(np.log(self.orders / self.count)) / 2 if self.burst > 0 else 0.0


def _recent(evidence: Evidence, *, found: float) -> _Recent:
    counts = np.array(evidence.orders[-RECENT:], dtype=np.float64)
    if evidence.has_sold:  # what was sold is the level: no growth is promised on top of it
        kept = levelled(counts)
        return _Recent(
            orders=int(counts.sum()),
            burst=float(counts.sum() - kept.sum()),
            months=len(counts) / MONTH,
            scatter=scatter_of(kept),
        )
    ages = (np.arange(len(evidence.orders)) + 0.5)[-RECENT:] / MONTH
    months = float((1 - np.exp(-ages / found)).sum() / MONTH)
    return _Recent(orders=0, burst=0.0, months=months, scatter=1.0)


def levelled(counts: Daily) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Shrink the days of each week that stands out further than chance allows.

    The fullest tenth of the weeks (one at the least) is held against the mean of the others plus
    four of its standard deviations and three; under three weeks nothing stands out of anything.
    """
    daily = np.array(counts, dtype=np.float64)
    whole = len(daily) // WEEK
    if whole < 3:
        return daily
    weeks = daily[len(daily) - whole * WEEK :].reshape(whole, WEEK)  # a view: daily is changed
    sums = weeks.sum(axis=1)
    usual = float(np.sort(sums)[: -max(1, whole // 10)].mean())
    most = usual + 4 * usual**0.5 + 3
    weeks *= np.minimum(1.0, most / np.maximum(sums, 1.0))[:, None]
    return daily


def scatter_of(counts: Daily) -> float:
    """Measure variance over mean of the weeks' counts; 1 is pure chance and the least."""
    daily = np.asarray(counts, dtype=np.float64)
    whole = len(daily) // WEEK
    if whole < 2:
        return max(1.0, float(daily.sum()) / 4)  # one week: at most four independent events
    weeks = daily[len(daily) - whole * WEEK :].reshape(whole, WEEK).sum(axis=1)
    mean = float(weeks.mean())
    return max(1.0, float(weeks.var(ddof=1)) / mean) if mean > 0 else 1.0


def _counted(before: Spread, recent: _Recent) -> Spread:
    """Weigh a lognormal rate by a count, on a grid of its logarithm."""
    grid = np.linspace(before.first - 6 * before.second, before.first + 6 * before.second, 2001)
    prior = -0.5 * ((grid - before.first) / before.second) ** 2
    expected = recent.months * np.exp(np.minimum(grid, 50.0))
    likelihood = (recent.count * grid - expected) / recent.scatter
    raw = np.exp(prior + likelihood - (prior + likelihood).max())
    raw /= raw.sum()
    mean = float(raw @ grid)
    sd = float(np.sqrt(raw @ (grid - mean) ** 2 + recent.doubt**2))
    return Spread(kind="lognormal", first=mean, second=max(sd, NARROWEST))


def _says_orders(recent: _Recent, *, days: int) -> str:
    said = f"{recent.orders:,} orders in the last {days} days"
    if recent.burst < 1:
        return said
    return f"{said}, of which {recent.burst:,.0f} came in a burst that is not taken for the level"


def _says_value(paid: int, prices: int) -> str:
    if paid:
        return f"{paid:,} paid orders"
    return f"{prices} list prices, nothing paid yet" if prices else "no prices yet"
