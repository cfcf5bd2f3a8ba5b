"""The weekly letter's words: plain sentences from a week's figures, and what they leave out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median, quantiles

from hammock.departments.planning.rules.hours import Rest, Worked
from hammock.kit.money import Money

MOST_NEEDS = 3
MOST_DROPS = 3
USUAL_WEEKS = 12
FEWEST_WEEKS = 4  # from which a usual week can be spoken of
UNSOLD_DAYS = 90
MANY_SOLD, REFUNDED_SHARE = 5, 0.5
FEW_ORDERS = 10  # below which an unsold product says little
LOW_ENERGY, LOW_WEEKS = 2, 3


@dataclass(frozen=True, kw_only=True)
class WeekMoney:
    """A week's money from the ledger, without tax: what came in, what went out, and the orders."""

    week_of: date
    income: Money
    costs: Money
    orders: int

    @property
    def left(self) -> Money:
        """What stayed."""
        return self.income - self.costs


@dataclass(frozen=True, kw_only=True)
class Settled:
    """How many questions were answered by whom."""

    by_policy: int = 0
    by_you: int = 0
    by_others: int = 0
    by_safe: int = 0


@dataclass(frozen=True, kw_only=True)
class OwnWork:
    """What the business did without anybody."""

    orders: int
    handed_over: int
    mails: int
    at_night: int
    settled: Settled = Settled()


@dataclass(frozen=True, kw_only=True)
class Need:
    """Something that waits for the owner; the higher `urgency`, the sooner it is told."""

    sentence: str
    url: str
    urgency: int


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What the letter asks for, at most three things, and how many more there are."""

    told: Sequence[Need]
    more: int


@dataclass(frozen=True, kw_only=True)
class OnSale:
    """A product on the shelf; what was `sold` and `refunded` is of the last 90 days."""

    title: str
    on_sale_since: date
    last_sold_on: date | None
    sold: int
    refunded: int


@dataclass(frozen=True, kw_only=True)
class CentreResult:
    """What a profit centre brought and cost in the last 90 days."""

    name: str
    revenue: Money
    costs: Money


@dataclass(frozen=True, kw_only=True)
class ChannelResult:
    """A channel of the strategy: what was `spent` on it in the last 90 days, and how it is told."""

    name: str
    spent: Money
    review_on: date | None
    measure: str
    stop: str


@dataclass(frozen=True, kw_only=True)
class _Drop:
    """Something to drop, and what it cost; what cost nothing comes after all that did."""

    sentence: str
    cost: int = 0


@dataclass(frozen=True, kw_only=True)
class WeekTime:
    """The owner's time in the week, and in the weeks before where they were told."""

    worked: Worked
    before: Sequence[Worked]
    rest: Rest
    recent: Rest
    energy: int | None
    energies: Sequence[int]


def last_week(today: date) -> date:
    """Tell the Monday of the last week that is over."""
    return today - timedelta(days=today.weekday() + 7)


def is_due(*, today: date, week_of: date, latest: date | None) -> bool:
    """Tell whether the week's letter is to be written.

    It goes out on Mondays; a Monday on which nothing ran is made up for once letters were written.
    """
    if latest is not None and latest >= week_of:
        return False
    return today.weekday() == 0 or latest is not None


def headline(week: WeekMoney) -> str:
    """Tell the week's money in a few words, for the subject."""
    if not week.income and not week.costs:
        return "no money moved"
    if week.left.minor < 0:
        return f"{-week.left} more went out than came in"
    return f"{week.left} stayed"


def money_words(weeks: Sequence[WeekMoney]) -> list[str]:
    """Tell the last of the weeks' money beside the week before and the usual."""
    this, before = weeks[-1], weeks[:-1]
    said = [_movement(this)]
    if before:
        said.append(_beside(this.left, before[-1].left))
    if len(before) < FEWEST_WEEKS:
        said.append("It is too early to say what a usual week is.")
    else:
        said.append(_usual(this.left, [week.left for week in before[-USUAL_WEEKS:]]))
    return said


def own_words(work: OwnWork) -> list[str]:
    """Tell what the business did by itself."""
    if not work.orders and not work.handed_over:
        said = ["Nobody ordered, so there was nothing to hand over."]
    else:
        said = [
            f"It took {_count(work.orders, 'order')}, handed {_count(work.handed_over, 'thing')} "
            f"over and wrote {_count(work.mails, 'mail')}, without you."
        ]
    if work.at_night:
        came = "came" if work.at_night > 1 else "came in"
        said.append(f"{_count(work.at_night, 'order')} {came} between 22:00 and 6:00.")
    return [*said, *_settled_words(work.settled)]


def most_urgent(needs: Sequence[Need]) -> Needs:
    """Choose the three most urgent; equally urgent ones in the order given."""
    ordered = sorted(needs, key=lambda need: -need.urgency)
    return Needs(told=ordered[:MOST_NEEDS], more=max(0, len(ordered) - MOST_NEEDS))


def drop_words(
    *,
    products: Sequence[OnSale],
    centres: Sequence[CentreResult],
    channels: Sequence[ChannelResult],
    orders: int,
    today: date,
) -> list[str]:
    """Say what to drop, each with the figures that say so; at most three, the dearest first.

    `orders` are those of the last 90 days, which say how much an unsold product means.
    """
    found = [
        *_losing(centres),
        *_unproven(channels, orders, today),
        *_coming_back(products),
        *_unsold(products, orders, today),
    ]
    return [one.sentence for one in sorted(found, key=lambda one: -one.cost)[:MOST_DROPS]]


def time_words(time: WeekTime) -> list[str]:
    """Tell the hours, the days really off, and the energy, as far as anything tells of them."""
    return [*_hours(time), *_days_off(time), *_energy(time)]


def is_worn(energies: Sequence[int]) -> bool:
    """Tell whether the last three told weeks were all low; oldest first."""
    latest = energies[-LOW_WEEKS:]
    return len(latest) == LOW_WEEKS and all(level <= LOW_ENERGY for level in latest)


def is_night(moment: datetime) -> bool:
    """Tell whether a moment, in the business's time zone, lies between 22:00 and 6:00."""
    return moment.hour >= 22 or moment.hour < 6


def clock_time(minutes: int) -> str:
    """Write minutes as `7 h 05 min`, whole hours as `7 h`."""
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02d} min" if rest else f"{hours} h"


def _settled_words(settled: Settled) -> list[str]:
    told = [
        f"{count:,} {who}"
        for count, who in (
            (settled.by_policy, "by your policies"),
            (settled.by_others, "by your team"),
            (settled.by_you, "by you"),
            (settled.by_safe, "by the safe outcome, since nobody answered in time"),
        )
        if count
    ]
    return [f"Questions answered: {', '.join(told)}."] if told else []


def _movement(week: WeekMoney) -> str:
    if not week.income and not week.costs:
        return "No money came in and none went out."
    orders = f"from {_count(week.orders, 'order')}" if week.orders else "without an order"
    if week.left.minor < 0:
        lost = -week.left
        return f"{week.income} came in {orders}, {week.costs} went out: {lost} more than came."
    return f"{week.income} came in {orders}, {week.costs} went out: {week.left} stayed."


def _beside(now: Money, before: Money) -> str:
    if now == before:
        return f"The week before left as much: {before}."
    change = now - before
    size = change if change.minor > 0 else -change
    return f"That is {size} {'more' if change.minor > 0 else 'less'} than the week before left."


def _usual(now: Money, before: Sequence[Money]) -> str:
    minors = [amount.minor for amount in before]
    low, _middle, high = (round(edge) for edge in quantiles(minors, n=4, method="inclusive"))
    usual = Money(round(median(minors)), now.currency)
    place = "better than" if now.minor > high else "worse than" if now.minor < low else "within"
    return (
        f"A usual week leaves {usual}; half of the last {len(before)} lay between "
        f"{Money(low, now.currency)} and {Money(high, now.currency)}. This one was {place} that."
    )


def _losing(centres: Sequence[CentreResult]) -> Iterator[_Drop]:
    for one in centres:
        if one.revenue < one.costs:
            yield _Drop(
                sentence=f"“{one.name}” cost {one.costs} and brought {one.revenue} in "
                f"{UNSOLD_DAYS} days. Mend what it costs, or end it.",
                cost=(one.costs - one.revenue).minor,
            )


def _unproven(channels: Sequence[ChannelResult], orders: int, today: date) -> Iterator[_Drop]:
    """Name the channels that cost money and whose day to look has passed."""
    for one in channels:
        if one.spent.minor <= 0 or one.review_on is None or one.review_on >= today:
            continue
        measure = f": “{_bare(one.measure)}”" if one.measure else ", and none is written down"
        stop = f" You wanted to stop if: “{_bare(one.stop)}”." if one.stop else ""
        yield _Drop(
            sentence=f"The channel “{one.name}” took {one.spent} in {UNSOLD_DAYS} days, and the "
            f"day to look at it was {one.review_on:%-d %B %Y}. The shop took "
            f"{_count(orders, 'order')} in that time; whether they came from it only your own "
            f"measure tells{measure}.{stop} End it, or write why not and a new day.",
            cost=one.spent.minor,
        )


def _coming_back(products: Sequence[OnSale]) -> Iterator[_Drop]:
    for one in products:
        if one.sold >= MANY_SOLD and one.refunded >= one.sold * REFUNDED_SHARE:
            yield _Drop(
                sentence=f"“{one.title}”: {one.refunded} of {one.sold} sold in {UNSOLD_DAYS} days "
                "went back. Take it off the shelf until you know why."
            )


def _unsold(products: Sequence[OnSale], orders: int, today: date) -> Iterator[_Drop]:
    for one in products:
        if one.sold or (today - one.on_sale_since).days < UNSOLD_DAYS:
            continue
        last = (
            f"the last sold on {one.last_sold_on:%-d %B %Y}"
            if one.last_sold_on
            else f"none since it came on {one.on_sale_since:%-d %B %Y}"
        )
        yield _Drop(
            sentence=f"“{one.title}”: nobody bought it in {UNSOLD_DAYS} days ({last}). "
            f"{_weight(orders)} It takes a place on the shelf and in your head. Retire it, or "
            "change it."
        )


def _weight(orders: int) -> str:
    """Say what none of so many orders means: by the rule of three, at most 3 in that many."""
    if orders < FEW_ORDERS:
        return f"With {_count(orders, 'order')} in all, that says little yet."
    return (
        f"None of {orders:,} orders held it, so it is in fewer than one of {orders // 3:,} "
        "(95 % sure)."
    )


def _bare(text: str) -> str:
    """Take a text's full stop away, so that it can stand within a sentence."""
    return text.strip().rstrip(".")


def _hours(time: WeekTime) -> list[str]:
    if not time.worked.minutes:
        return ["No hours are written down for the week."]
    said = f"You worked {clock_time(time.worked.minutes)}"
    told = [week.minutes for week in time.before if week.minutes]
    if len(told) < FEWEST_WEEKS:
        return [f"{said}."]
    return [f"{said}; your usual week has {clock_time(round(median(told)))}."]


def _days_off(time: WeekTime) -> list[str]:
    if not time.rest.known:
        return ["Nothing tells which days were off."]
    said = [
        f"You were really off on {_count(time.rest.off, 'day')} of {time.rest.known}: no hours, "
        "nothing done in the console."
    ]
    if time.recent.known > time.rest.known:
        said.append(
            f"Of the last {time.recent.known} days, {time.recent.off}; the longest stretch was "
            f"{_count(time.recent.longest, 'day')}."
        )
    return said


def _energy(time: WeekTime) -> list[str]:
    if time.energy is None:
        return []
    said = f"Your energy: {time.energy} of 5"
    if is_worn(time.energies):
        return [f"{said}, low for three weeks in a row. That is a reason to go away, not to push."]
    return [f"{said}."]


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
