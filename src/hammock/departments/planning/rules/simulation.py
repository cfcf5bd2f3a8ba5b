"""A hundred thousand possible futures of the business, month by month.

visits → buyers → orders → refunds, renewals and churn → fees, taxes, costs → income → draw → cash,
and hours. Each path draws its own inputs, then its own luck:

- orders at full reach O (`orders`), of which χ ÷ (χ + ρ) are new buyers, with ρ further orders a
  month of a customer (renewals) and χ the share of customers lost a month (churn); visits are new
  buyers over conversion;
- people find the shop as 1 − exp(−age ÷ τ); the level wanders (drift) and months swing;
- orders, first and further ones, are Poisson around what was to be expected;
- income = orders × value × (1 − refunds) × (1 − sales tax) − fees − costs, less income tax;
- cash moves by income less the owner's draw (living costs that other income does not cover).

Amounts are in minor units; the arithmetic is single precision, which keeps seven digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hammock.departments.planning.rules.assumptions import Assumptions
from hammock.departments.planning.rules.updating import MONTH

MONTHS = 36
PATHS = 100_000
SEED = 1
PROBABILITIES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
FIRST_SALE_DAYS = (30, 60, 90)
NEAR = 3  # months for which revenue is foreseen and scored
CLAIM_MONTHS = 12  # the longest claim that is answered
SMOOTH = 3  # months over which income must hold the target to count as reached
MOST_ORDERS = 1e7  # a month; beyond it the arithmetic would lose its digits
_POISSON_BELOW = 6.0  # above it the approximation is as good as the inputs
_LOOKED_AT = 20_000  # paths that sensitivities are read from

Path32 = NDArray[np.float32]  # a value for each path, or a row of them for each month


@dataclass(frozen=True, kw_only=True)
class Fan:
    """A measure month by month: a row of values at PROBABILITIES for each month."""

    rows: tuple[tuple[float, ...], ...]

    def at(self, month: int, share: float) -> float:
        """Give a quantile of a month (0 is the first)."""
        return float(np.interp(share, PROBABILITIES, self.rows[month]))

    @property
    def middle(self) -> tuple[float, ...]:
        """The medians."""
        return tuple(row[len(PROBABILITIES) // 2] for row in self.rows)


@dataclass(frozen=True, kw_only=True)
class Mover:
    """An input that moves the result: income of the last year when it is low and when high.

    Low and high are the lowest and highest fifth of the input; `strength` its rank correlation.
    """

    name: str
    label: str
    strength: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What the futures have in common; chances are shares of the paths, None where not asked.

    `reaching` is the chance that the target income was held for three months by the end of each
    month, `running_out` that cash went below nothing by then; medians are months counted from 1,
    None where less than half of the paths get there.
    """

    currency: str
    paths: int
    seed: int
    revenue: Fan
    income: Fan
    cash: Fan
    hours: Fan | None
    first_sale: tuple[float, ...] | None
    reaching: tuple[float, ...] | None
    month_reached: int | None
    running_out: tuple[float, ...] | None
    month_run_out: int | None
    wage: tuple[float, ...] | None
    beats_old_wage: float | None
    movers: tuple[Mover, ...]
    cumulated: Fan

    def chance_of(self, amount: float, *, days: float) -> float:
        """Tell the chance that sales of the first `days` days come to `amount` or more."""
        return chance_from(self.cumulated.rows, amount, days=days)


def chance_from(rows: Sequence[Sequence[float]], amount: float, *, days: float) -> float:
    """Tell the chance from quantiles of what was sold by the end of each month.

    Between the ends of months, and between the quantiles, it goes straight; after the last month
    nothing more comes.
    """
    if amount <= 0:
        return 1.0
    months = min(max(days / MONTH, 1e-6), len(rows))
    after = min(int(months), len(rows) - 1)
    before = np.array(rows[after - 1]) if after else np.zeros(len(FINE))
    values = before + (np.array(rows[after]) - before) * min(months - after, 1.0)
    return float(1 - np.interp(amount, values, FINE, left=0.0, right=1.0))


FINE = np.concatenate([np.linspace(0.0, 0.9, 91), 1 - np.geomspace(0.09, 0.00002, 60)])
LABELS = {
    "orders": "Orders that come",
    "visits": "Visits that come",
    "conversion": "Visits that buy",
    "order": "What an order comes to",
    "refunds": "Money refunded",
    "repeat": "Customers who come back",
    "churn": "Customers who leave",
    "found": "How soon people find it",
    "drift": "How demand wanders",
    "overrun": "Hours it really takes",
    "income_tax": "Income tax",
}


def simulate(
    assumptions: Assumptions, *, paths: int = PATHS, months: int = MONTHS, seed: int = SEED
) -> Outlook:
    """Live through `paths` futures of `months` months; the same seed gives the same answer."""
    chance = np.random.Generator(np.random.SFC64(seed))  # the quickest that NumPy has
    drawn = _Drawn(assumptions, chance, paths)
    lived = _lived(assumptions, drawn, chance, months=months)
    reached, ran_out = _reaching(assumptions, lived), _running_out(assumptions, lived)
    wage = _wage(assumptions, drawn, lived)
    return Outlook(
        currency=assumptions.currency,
        paths=paths,
        seed=seed,
        revenue=_fan(lived.revenue[:NEAR]),
        income=_fan(lived.income),
        cash=_fan(lived.cash),
        hours=_hours(assumptions, drawn, months),
        first_sale=None if assumptions.established else _first_sale(drawn),
        reaching=reached.chances if reached else None,
        month_reached=reached.half if reached else None,
        running_out=ran_out.chances if ran_out else None,
        month_run_out=ran_out.half if ran_out else None,
        wage=None if wage is None else tuple(np.quantile(wage, PROBABILITIES).tolist()),
        beats_old_wage=None
        if wage is None or assumptions.old_wage is None
        else float((wage > assumptions.old_wage).mean()),
        movers=_movers(assumptions, drawn, lived),
        cumulated=_fan(np.cumsum(lived.sales[:CLAIM_MONTHS], axis=0, dtype=np.float32), FINE),
    )


class _Drawn:
    """Each path's own inputs."""

    def __init__(self, given: Assumptions, chance: np.random.Generator, paths: int) -> None:
        self.orders = np.minimum(given.orders.drawn(chance, paths), np.float32(MOST_ORDERS))
        self.value = given.value.drawn(chance, paths)
        self.refunds = given.refunds.drawn(chance, paths)
        self.repeat = given.repeat.drawn(chance, paths)
        self.churn = _single(np.clip(given.churn.drawn(chance, paths), 0.002, 0.98))
        self.found = given.found.drawn(chance, paths)
        self.drift = given.drift.drawn(chance, paths)
        self.swings = given.swings.drawn(chance, paths)
        self.overrun = given.overrun.drawn(chance, paths)
        self.income_tax = given.income_tax.drawn(chance, paths)
        self.buyers = self.orders * self.churn / (self.churn + self.repeat)
        self.conversion = _conversion(given, self.orders, chance)
        self.visits = self.buyers / self.conversion
        self.customers = (
            self.buyers / self.churn if given.established else np.zeros(paths, dtype=np.float32)
        )
        self.age = np.float32(given.age)
        self.is_found = given.established

    def reach(self, month: int) -> Path32 | float:
        """Tell how much of the full reach there is in the middle of a month to come."""
        if self.is_found:
            return 1.0
        return _single(1 - np.exp(-(self.age + np.float32(month + 0.5)) / self.found))


def _single(values: NDArray[np.floating[Any]]) -> Path32:
    return values.astype(np.float32, copy=False)


def _conversion(given: Assumptions, orders: Path32, chance: np.random.Generator) -> Path32:
    """Draw conversions that go with the orders: who sells much had more visits or sold better."""
    own = given.conversion
    if given.counts_visits:
        return np.maximum(own.drawn(chance, len(orders)), np.float32(1e-6))
    share = min(own.log_sd / max(given.orders.second, own.log_sd), 1.0)
    moved = (np.log(orders) - np.float32(given.orders.first)) / np.float32(given.orders.second)
    luck = chance.standard_normal(len(orders), dtype=np.float32)
    logs = own.log_mean + own.log_sd * (share * moved + np.sqrt(1 - share**2) * luck)
    return _single(np.exp(np.minimum(logs, 0.0)))


@dataclass(frozen=True, kw_only=True)
class _Lived:
    """A row for each month, a column for each path."""

    sales: Path32
    revenue: Path32
    income: Path32
    cash: Path32
    level: NDArray[np.floating[Any]]


def _lived(
    given: Assumptions, drawn: _Drawn, chance: np.random.Generator, *, months: int
) -> _Lived:
    paths = len(drawn.orders)
    sales, revenue, income, cash = (np.empty((months, paths), dtype=np.float32) for _ in range(4))
    customers, level = drawn.customers, np.zeros(paths, dtype=np.float32)
    purse = np.full(paths, given.cash, dtype=np.float32)
    kept = (1 - drawn.refunds) * np.float32(1 - given.sales_tax)
    stays = 1 - drawn.churn
    for month in range(months):
        level += drawn.drift * chance.standard_normal(paths, dtype=np.float32)
        swing = drawn.swings * chance.standard_normal(paths, dtype=np.float32)
        climate = np.exp(level + swing) * drawn.reach(month)
        buyers = drawn.buyers * climate
        orders = _counted(_single(buyers + customers * drawn.repeat), chance)
        customers = _single(customers * stays + buyers)
        sales[month] = orders * drawn.value
        revenue[month] = sales[month] * kept
        fees = sales[month] * np.float32(given.fee_share) + orders * np.float32(given.fee_fixed)
        profit = revenue[month] - fees - np.float32(given.costs)
        income[month] = profit - np.maximum(profit, 0) * drawn.income_tax
        purse = purse + income[month] - np.float32(given.draw or 0.0)
        cash[month] = purse
    return _Lived(sales=sales, revenue=revenue, income=income, cash=cash, level=level)


def _counted(expected: Path32, chance: np.random.Generator) -> Path32:
    """Draw Poisson counts; big ones from a normal with their mean, variance and skew."""
    expected = np.minimum(expected, np.float32(MOST_ORDERS))
    luck = chance.standard_normal(len(expected), dtype=np.float32)
    near = expected + np.sqrt(expected) * luck + (luck * luck - 1) / np.float32(6)
    found = np.rint(np.maximum(near, 0))
    small = np.flatnonzero(expected < _POISSON_BELOW)
    found[small] = chance.poisson(expected[small])
    return found


def _fan(values: Path32, shares: Sequence[float] | NDArray[np.float64] = PROBABILITIES) -> Fan:
    """Read the quantiles of every month; sorting single precision is quick."""
    ordered = np.sort(values, axis=1)
    places = np.rint(np.asarray(shares) * (values.shape[1] - 1)).astype(int)
    return Fan(rows=tuple(tuple(row.tolist()) for row in ordered[:, places]))


def _first_sale(drawn: _Drawn) -> tuple[float, ...]:
    """Tell the chance of a sale by each day: nobody buys with probability exp(−expected)."""
    chances = []
    for days in FIRST_SALE_DAYS:
        months = np.float32(days / MONTH)
        reached = months - drawn.found * np.exp(-drawn.age / drawn.found) * (
            1 - np.exp(-months / drawn.found)
        )
        chances.append(float(1 - np.exp(-drawn.buyers * reached).mean()))
    return tuple(chances)


@dataclass(frozen=True, kw_only=True)
class _Happened:
    """The share of paths to which something had happened by each month, and when to half."""

    chances: tuple[float, ...]
    half: int | None


def _reaching(given: Assumptions, lived: _Lived) -> _Happened | None:
    if given.target is None:
        return None
    held = lived.income.copy()
    for back in range(1, SMOOTH):
        held[back:] += lived.income[:-back]
    reached = held >= np.float32(given.target * SMOOTH)
    reached[: SMOOTH - 1] = False
    return _by_month(reached)


def _running_out(given: Assumptions, lived: _Lived) -> _Happened | None:
    return None if given.draw is None else _by_month(lived.cash < 0)


def _by_month(happened: NDArray[np.bool_]) -> _Happened:
    ever = np.logical_or.accumulate(happened, axis=0).mean(axis=1)
    half = np.nonzero(ever >= 0.5)[0]
    return _Happened(chances=tuple(ever.tolist()), half=int(half[0]) + 1 if len(half) else None)


def _hours(given: Assumptions, drawn: _Drawn, months: int) -> Fan | None:
    if given.hours_a_month is None:
        return None
    taken = np.quantile(drawn.overrun, PROBABILITIES) * given.hours_a_month
    return Fan(rows=(tuple(taken.tolist()),) * months)


def _wage(given: Assumptions, drawn: _Drawn, lived: _Lived) -> NDArray[np.float64] | None:
    """Divide each path's whole income by all hours that it took."""
    if given.hours_a_month is None:
        return None
    hours = drawn.overrun * np.float32(given.hours_a_month * len(lived.income))
    return np.asarray(lived.income.sum(axis=0, dtype=np.float64) / hours)


def _movers(given: Assumptions, drawn: _Drawn, lived: _Lived) -> tuple[Mover, ...]:
    """Find the three inputs on which the last year's income hangs most."""
    result = lived.income[-12:, :_LOOKED_AT].mean(axis=0)
    order = _ranks(result)
    found = []
    inputs: dict[str, NDArray[np.floating[Any]]] = {
        "drift": lived.level,
        "order": drawn.value,
        "refunds": drawn.refunds,
        "repeat": drawn.repeat,
        "churn": drawn.churn,
        "income_tax": drawn.income_tax,
    }
    if given.established and not given.counts_visits:
        inputs["orders"] = drawn.orders
    else:
        inputs |= {"visits": drawn.visits, "conversion": drawn.conversion}
    if not given.established:
        inputs["found"] = drawn.found
    for name, values in inputs.items():
        ranks = _ranks(values[:_LOOKED_AT])
        strength = float(np.corrcoef(ranks, order)[0, 1])
        fifth = len(ranks) // 5
        found.append(
            Mover(
                name=name,
                label=LABELS[name],
                strength=strength,
                low=float(np.median(result[ranks < fifth])),
                high=float(np.median(result[ranks >= len(ranks) - fifth])),
            )
        )
    return tuple(sorted(found, key=lambda one: -abs(one.strength))[:3])


def _ranks(values: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
    ranks = np.empty(len(values), dtype=np.int64)
    ranks[np.argsort(values, kind="stable")] = np.arange(len(values))
    return ranks
