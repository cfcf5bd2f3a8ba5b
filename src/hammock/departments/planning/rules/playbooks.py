"""Playbooks: models of internet businesses, what they draft, an own path within their spread."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hammock.departments.planning.errors import WrongPlaybook
from hammock.departments.planning.rules.sources import Source
from hammock.departments.planning.rules.strategy import Centre, Channel, Document, Value
from hammock.kit.money import Money, minor_digits


@dataclass(frozen=True, kw_only=True)
class Example:
    """Somebody who did it, with the source that says so."""

    who: str
    what: str
    source: Source


@dataclass(frozen=True, kw_only=True)
class CentrePlan:
    """A profit centre: its target a month, and in which month of the path it opens."""

    key: str
    name: str
    target: Decimal
    from_month: int
    why: str


@dataclass(frozen=True, kw_only=True)
class ChannelPlan:
    """A channel, its budget a month, and when it is looked at."""

    key: str
    name: str
    hypothesis: str
    budget: Decimal
    measure: str
    review_after_days: int
    stop: str


@dataclass(frozen=True, kw_only=True)
class StepPlan:
    """A step, and how many days after the beginning it is due."""

    key: str
    title: str
    why: str
    after_days: int
    line: str = ""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A typical figure with its spread; without a source it is an assumption, and says so."""

    name: str
    unit: str
    low: Decimal
    typical: Decimal
    high: Decimal
    note: str = ""
    source: Source | None = None

    @property
    def is_assumption(self) -> bool:
        """Whether nobody but us says so."""
        return self.source is None


@dataclass(frozen=True, kw_only=True)
class PathPoint:
    """Revenue of a month on the path: one in ten below `low`, one in ten above `high`."""

    month: int
    low: Decimal
    middle: Decimal
    high: Decimal


@dataclass(frozen=True, kw_only=True)
class Playbook:
    """A whole playbook, as its file tells it."""

    slug: str
    title: str
    summary: str
    currencies: tuple[str, ...]
    market: str
    for_whom: str
    not_for: str
    promise: str
    voice: str
    stop: str
    fits: tuple[str, ...]
    does_not_fit: tuple[str, ...]
    mistakes: tuple[str, ...]
    examples: tuple[Example, ...]
    centres: tuple[CentrePlan, ...]
    channels: tuple[ChannelPlan, ...]
    steps: tuple[StepPlan, ...]
    figures: tuple[Figure, ...]
    path_basis: str
    path: tuple[PathPoint, ...]

    def at(self, month: int) -> PathPoint:
        """Give the path's spread in a month, between its points along a straight line."""
        months = [point.month for point in self.path]
        after = bisect_right(months, month)
        if after == 0:
            return self.path[0]
        if after == len(months):
            return self.path[-1]
        one, other = self.path[after - 1], self.path[after]
        share = Decimal(month - one.month) / (other.month - one.month)
        return PathPoint(
            month=month,
            low=one.low + (other.low - one.low) * share,
            middle=one.middle + (other.middle - one.middle) * share,
            high=one.high + (other.high - one.high) * share,
        )

    def speaks(self, currency: str) -> bool:
        """Whether its amounts can be read in this currency."""
        return currency in self.currencies


@dataclass(frozen=True, kw_only=True)
class PathRow:
    """A month of the own path beside the model's; `own` is None for months to come."""

    month: date
    number: int
    low: Money
    middle: Money
    high: Money
    own: Money | None

    @property
    def stands(self) -> str:
        """Say where the own revenue lies: below, within or above; empty for months to come."""
        if self.own is None:
            return ""
        if self.own < self.low:
            return "below"
        return "within" if self.own <= self.high else "above"


def read(data: Mapping[str, Any], *, slug: str, file: str) -> Playbook:
    """Read a playbook that fits the schema. Raises `WrongPlaybook` for what contradicts itself."""
    for field, problem in _contradictions(data):
        raise WrongPlaybook(file=file, field=field, problem=problem)
    return Playbook(
        slug=slug,
        title=data["title"],
        summary=data["summary"],
        market=data["market"],
        for_whom=data["for_whom"],
        not_for=data["not_for"],
        promise=data["promise"],
        voice=data["voice"],
        stop=data["stop"],
        currencies=tuple(data["currencies"]),
        fits=tuple(data["fits"]),
        does_not_fit=tuple(data["does_not_fit"]),
        mistakes=tuple(data["mistakes"]),
        examples=tuple(
            Example(who=one["who"], what=one["what"], source=_source(one["source"]))
            for one in data["examples"]
        ),
        centres=tuple(
            CentrePlan(**{**one, "target": _exact(one["target"])}) for one in data["centres"]
        ),
        channels=tuple(
            ChannelPlan(**{**one, "budget": _exact(one["budget"])}) for one in data["channels"]
        ),
        steps=tuple(StepPlan(**one) for one in data["steps"]),
        figures=tuple(_figure(one) for one in data["figures"]),
        path_basis=data["path"]["basis"],
        path=tuple(
            PathPoint(
                month=one["month"],
                low=_exact(one["low"]),
                middle=_exact(one["middle"]),
                high=_exact(one["high"]),
            )
            for one in data["path"]["points"]
        ),
    )


def draft(
    playbook: Playbook,
    *,
    currency: str,
    today: date,
    name: str,
    stops: Sequence[str] = (),
    there: Sequence[Centre] = (),
) -> Document:
    """Write a strategy's first draft from a playbook; `stops` are the owner's own lines.

    Profit centres that are `there` already and not in the playbook stand behind its own.
    Where the playbook does not speak the currency, targets and budgets are left at nothing.
    """
    known = playbook.speaks(currency)
    planned = {one.key for one in playbook.centres}
    return Document(
        currency=currency,
        market=playbook.market,
        for_whom=playbook.for_whom,
        not_for=playbook.not_for,
        value=Value(name=name, promise=playbook.promise, voice=playbook.voice),
        centres=(
            *(
                Centre(
                    key=one.key,
                    name=one.name,
                    target=_money(one.target, currency) if known else Money.zero(currency),
                    by=_months_after(today, playbook.path[-1].month),
                    note=f"Opens in month {one.from_month}. {one.why}",
                )
                for one in playbook.centres
            ),
            *(one for one in there if one.key not in planned),
        ),
        channels=tuple(
            Channel(
                key=one.key,
                name=one.name,
                hypothesis=one.hypothesis,
                budget=_money(one.budget, currency) if known else Money.zero(currency),
                measure=one.measure,
                review_on=today + timedelta(days=one.review_after_days),
                stop=one.stop,
            )
            for one in playbook.channels
        ),
        stop="\n".join([playbook.stop, *stops]),
        playbook=playbook.slug,
        began_on=today,
    )


def path_rows(
    playbook: Playbook, *, began_on: date, today: date, own: Mapping[date, Money], currency: str
) -> list[PathRow]:
    """Put the own revenue beside the model's spread, from the first month to three ahead.

    ``own`` is keyed by months' first days. Nothing where the playbook does not speak the currency.
    """
    if not playbook.speaks(currency):
        return []
    begun = began_on.replace(day=1)
    shown = (today.year - begun.year) * 12 + today.month - begun.month + 3
    rows = []
    for number in range(max(shown, 0) + 1):
        month, point = _months_after(begun, number), playbook.at(number)
        is_over = month <= today
        rows.append(
            PathRow(
                month=month,
                number=number,
                low=_money(round(point.low), currency),
                middle=_money(round(point.middle), currency),
                high=_money(round(point.high), currency),
                own=own.get(month, Money.zero(currency)) if is_over else None,
            )
        )
    return rows


def _contradictions(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Find what a schema cannot say: order, twins, lines that are not there, unsourced sources."""
    yield from _twins_and_strays(data)
    for at, figure in enumerate(data["figures"]):
        if not figure["low"] <= figure["typical"] <= figure["high"]:
            yield f"figures[{at}]", "low, typical and high are not in order"
        if (figure["basis"] == "source") != ("source" in figure):
            yield f"figures[{at}].basis", "a sourced figure names its source, an assumption none"
    yield from _crooked_path(data["path"]["points"])


def _twins_and_strays(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    lines = set()
    for part in ("centres", "channels", "steps"):
        keys = [one["key"] for one in data[part]]
        for at, key in enumerate(keys):
            if key in keys[:at]:
                yield f"{part}[{at}].key", f"“{key}” stands there twice"
        lines |= {f"{part[:-1]}:{key}" for key in keys}
    for at, step in enumerate(data["steps"]):
        if step.get("line") and step["line"] not in lines:
            yield f"steps[{at}].line", f"there is no line “{step['line']}”"


def _crooked_path(points: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for at, point in enumerate(points):
        if not point["low"] <= point["middle"] <= point["high"]:
            yield f"path.points[{at}]", "low, middle and high are not in order"
        if at and point["month"] <= points[at - 1]["month"]:
            yield f"path.points[{at}].month", "comes no later than the month before"


def _figure(one: Mapping[str, Any]) -> Figure:
    return Figure(
        name=one["name"],
        unit=one["unit"],
        low=_exact(one["low"]),
        typical=_exact(one["typical"]),
        high=_exact(one["high"]),
        note=one.get("note", ""),
        source=_source(one["source"]) if "source" in one else None,
    )


def _source(one: Mapping[str, Any]) -> Source:
    return Source(
        title=one["title"],
        says=f"read on {date.fromisoformat(one['read_on']):%-d %B %Y}",
        address=one["address"],
        read_in=one.get("read_in", ""),
    )


def _exact(number: float) -> Decimal:
    return Decimal(str(number))


def _money(amount: Decimal | int, currency: str) -> Money:
    minor = Decimal(amount).scaleb(minor_digits(currency)).to_integral_value()
    return Money(int(minor), currency)


def _months_after(day: date, months: int) -> date:
    """Give the first day of the month so many months later."""
    at = day.year * 12 + day.month - 1 + months
    return date(at // 12, at % 12 + 1, 1)
