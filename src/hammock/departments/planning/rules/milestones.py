"""What is worth celebrating, found in the records; each kind once, on the day it became true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hammock.kit.money import Money

COUNTED_ORDERS = (10, 100, 1_000, 10_000)
FEWEST_ORDERS = 5  # of a month without refunds: fewer say nothing


@dataclass(frozen=True, kw_only=True)
class Month:
    """A month that is over, as orders and books have it; `month` is its first day."""

    month: date
    last_day: date
    orders: int
    refunds: int
    revenue: Money
    costs: Money


@dataclass(frozen=True, kw_only=True)
class Record:
    """What happened so far.

    `nth_order` holds the days of the orders that are counted (1, 10, 100 …); `months` the whole
    months, oldest first; `week_off` the first day that ended a week without work in which the
    business sold, `week_away` the seventh day of an absence in which no question needed the owner.
    """

    nth_order: Mapping[int, date]
    to_a_stranger: date | None
    came_back: date | None
    months: Sequence[Month]
    week_off: date | None
    week_away: date | None


@dataclass(frozen=True, kw_only=True)
class Reached:
    """A milestone, with its day and its sentence."""

    kind: str
    on: date
    sentence: str


def reached(record: Record) -> list[Reached]:
    """List every milestone that the record shows, in the order of their days."""
    calm = next((m for m in record.months if m.orders >= FEWEST_ORDERS and not m.refunds), None)
    above = next((m for m in record.months if is_above(m)), None)
    found = [
        _on(record.nth_order.get(1), "first_sale", "Your first sale."),
        _on(
            record.to_a_stranger,
            "first_stranger",
            "Your first sale to a stranger: somebody who did not buy for your sake.",
        ),
        *(
            _on(record.nth_order.get(count), f"orders_{count}", f"{count:,} orders.")
            for count in COUNTED_ORDERS
        ),
        _on(record.came_back, "first_return", "Somebody came back and bought again."),
        calm
        and Reached(
            kind="refund_free_month",
            on=calm.last_day,
            sentence=f"A month without a refund: {calm.month:%B %Y}, {calm.orders} orders.",
        ),
        above
        and Reached(
            kind="month_above_costs",
            on=above.last_day,
            sentence=f"A month that paid for itself: {above.month:%B %Y} brought {above.revenue} "
            f"and cost {above.costs}.",
        ),
        _on(
            record.week_off,
            "week_off",
            "A week in which you did nothing here and the business sold.",
        ),
        _on(
            record.week_away,
            "week_away",
            "A week away in which every question was answered without you.",
        ),
    ]
    return sorted((one for one in found if one), key=lambda one: one.on)


def is_above(month: Month) -> bool:
    """Tell whether the month took in more than it cost."""
    return month.revenue.minor > 0 and month.costs < month.revenue


def is_stranger(
    *, name: str, email: str, own_names: Sequence[str], own_addresses: Sequence[str]
) -> bool:
    """Tell whether a buyer seems to be none of the house's: no address and no family name of it."""
    if not email or email.casefold() in {one.casefold() for one in own_addresses}:
        return False
    family = _family(name)
    return not family or family not in {_family(own) for own in own_names}


def _family(name: str) -> str:
    words = name.casefold().split()
    return words[-1] if len(words) > 1 else ""


def _on(day: date | None, kind: str, sentence: str) -> Reached | None:
    return None if day is None else Reached(kind=kind, on=day, sentence=sentence)
