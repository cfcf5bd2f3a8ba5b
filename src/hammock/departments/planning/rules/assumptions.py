"""What a forecast lives from: outside view, own figures and what the owner brings, joined."""

from __future__ import annotations

from dataclasses import dataclass

from hammock.departments.planning.rules.means import Means
from hammock.departments.planning.rules.outside import OutsideView, Spread
from hammock.departments.planning.rules.updating import (
    MONTH,
    Evidence,
    Learned,
    conversion,
    order_value,
    orders_a_month,
    refunds,
    repeat,
)


@dataclass(frozen=True, kw_only=True)
class Assumptions:
    """Everything that a simulation starts from; amounts in minor units of `currency`.

    `age` is the shop's age in months; an `established` shop has sold: its orders are a level that
    it has, not one that it grows to. What the owner brings is None where it was not said.
    """

    currency: str
    orders: Spread
    conversion: Spread
    value: Spread
    refunds: Spread
    repeat: Spread
    churn: Spread
    found: Spread
    drift: Spread
    swings: Spread
    overrun: Spread
    income_tax: Spread
    fee_share: float
    fee_fixed: float
    sales_tax: float
    costs: float
    cash: float
    age: float = 0.0
    established: bool = False
    counts_visits: bool = False
    draw: float | None = None
    target: float | None = None
    hours_a_month: float | None = None
    old_wage: float | None = None
    learned: tuple[Learned, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def own_weight(self) -> float:
        """How much of the level of sales is the shop speaking, 0 to 1."""
        return next((one.weight for one in self.learned if one.name == "sales"), 0.0)


def assumptions_from(means: Means | None, evidence: Evidence, view: OutsideView) -> Assumptions:
    """Join the outside view, the shop's own figures and what the owner brings.

    Impossible figures are put right and said in `notes`, never refused: negative costs count as
    none, means in another currency than the shop's are left out.
    """
    notes = list(evidence.notes)
    brought = _brought(means, evidence, notes)
    value, refunded = order_value(evidence, view), refunds(evidence, view)
    again, visits = repeat(evidence, view), conversion(evidence, view)
    level = orders_a_month(
        evidence,
        view,
        value=value.now,
        refunded=refunded.now.mean,
        found=view.spread("found").quantile(0.5),
    )
    rate = view.rates.per_dollar.get(evidence.currency)
    if rate is None:
        notes.append(
            f"There is no rate for {evidence.currency}: published amounts say nothing about it, "
            "so the spread is wider."
        )
    return Assumptions(
        currency=evidence.currency,
        orders=level.now,
        conversion=visits.now,
        value=value.now,
        refunds=refunded.now,
        repeat=again.now,
        churn=view.spread("churn"),
        found=view.spread("found"),
        drift=view.spread("drift"),
        swings=view.spread("swings"),
        overrun=view.spread("overrun"),
        income_tax=view.spread("income_tax"),
        fee_share=_fee_share(evidence, view),
        fee_fixed=0.0 if evidence.fees > 0 else view.fees.fixed * (rate or 0) * 10**evidence.digits,
        sales_tax=min(max(evidence.tax_share, 0.0), 0.9),
        costs=_costs(evidence, notes),
        age=len(evidence.days) / MONTH,
        established=evidence.has_sold,
        counts_visits=evidence.visited is not None,
        cash=evidence.cash + (brought.savings if brought else 0.0),
        draw=brought.draw if brought else None,
        target=brought.target if brought else None,
        hours_a_month=brought.hours_a_month if brought else None,
        old_wage=brought.old_wage if brought else None,
        learned=(level, visits, value, refunded, again),
        notes=tuple(notes),
    )


def _fee_share(evidence: Evidence, view: OutsideView) -> float:
    if evidence.fees > 0 and evidence.sold > 0:
        return min(evidence.fees / evidence.sold, 0.5)
    return view.fees.share


def _costs(evidence: Evidence, notes: list[str]) -> float:
    if evidence.costs_a_month is None:
        notes.append("No costs are in the books yet, so none count. Enter them under Money, Books.")
        return 0.0
    if evidence.costs_a_month < 0:
        notes.append("The books say that costs were negative (money came back): counted as none.")
    return max(evidence.costs_a_month, 0.0)


@dataclass(frozen=True, kw_only=True)
class _Brought:
    """What the owner brings and needs, in minor units a month."""

    savings: float
    draw: float
    target: float
    hours_a_month: float | None
    old_wage: float


def _brought(means: Means | None, evidence: Evidence, notes: list[str]) -> _Brought | None:
    """Read what the owner brings; None where it is not said or of another currency."""
    if means is None:
        notes.append(
            "You have not said what you bring and need: chances of reaching your income and of "
            "running out of money are told after the reality check."
        )
        return None
    amounts = (
        means.savings,
        means.living_costs_a_month,
        means.other_income_a_month,
        means.target_income_a_month,
        means.old_wage,
    )
    if any(one.currency != evidence.currency for one in amounts):
        notes.append(
            f"What you bring is in {means.savings.currency}, the shop sells in "
            f"{evidence.currency}: it is left out, since amounts of two currencies do not add up."
        )
        return None
    if any(one.minor < 0 for one in amounts):
        notes.append("A negative amount among what you bring and need counts as none.")
    savings, living, other, target, wage = (float(max(one.minor, 0)) for one in amounts)
    hours = float(means.hours_a_week)
    return _Brought(
        savings=savings,
        draw=max(living - other, 0.0),
        target=target,
        hours_a_month=hours * MONTH / 7 if hours > 0 else None,
        old_wage=wage,
    )
