"""Visits: how many come, by which channels, who of them buys, and what they search for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse

from hammock.departments.marketing import searches, visits
from hammock.departments.marketing.rules.shares import Share, share
from hammock.departments.marketing.visits import Counted
from hammock.departments.sales import overview
from hammock.departments.sales.overview import BoughtHere
from hammock.doors.console import frame
from hammock.flows.draw_charts import chart
from hammock.kit import clock

SPANS = (7, 30, 90, 365)
USUAL_SPAN = 30
SHOWN = 15  # rows of a list


@dataclass(frozen=True, kw_only=True)
class ChannelRow:
    """A channel with its visits and buyers; `conversion` is empty where it cannot be told."""

    name: str
    visits: str
    buyers: str
    conversion: str
    interval: str


@frame.needs("marketing.view_visitcount")
def visits_page(request: HttpRequest) -> HttpResponse:
    """Show what was counted of the last days."""
    began = visits.counted_since()
    days = _span(request)
    today = clock.today()
    since = today - timedelta(days=days - 1)
    shown = _shown(began, since=since, today=today) if began else {}
    return frame.show(
        request,
        "visits.html",
        title="Visits",
        began=began,
        days=days,
        spans=SPANS,
        since=since,
        sees_worth=frame.may_open(request, reverse("console:customer_value")),
        may_study=frame.may_open(request, reverse("console:study_new")),
        **shown,
    )


def _span(request: HttpRequest) -> int:
    asked = request.GET.get("days", "")
    return int(asked) if asked in map(str, SPANS) else USUAL_SPAN


def _shown(began: datetime, *, since: date, today: date) -> dict[str, Any]:
    counted = visits.counted(since=since, until=today)
    buyers = _buyers(began, counted)
    asked = searches.searched(since=since, until=today)
    converted = share(hits=len(buyers), of=counted.visits)
    before = visits.by_day(
        since=since - (today - since) - timedelta(days=1), until=since - timedelta(days=1)
    )
    return {
        "counted": counted,
        "counted_days": len(counted.by_day),
        "visits": f"{counted.visits:,}",
        "before": f"{sum(before.values()):,}" if len(before) == len(counted.by_day) else "",
        "buyers": f"{len(buyers):,}",
        "conversion": _percent(converted.value) if converted else "n/a",
        "interval": _interval(converted),
        "channels": _channels(counted, buyers),
        "landings": [
            (name, f"{count:,}") for name, count in list(counted.by_landing.items())[:SHOWN]
        ],
        "chart": chart("visits"),
        "searches": asked,
        "wanted": asked.wanted[:SHOWN],
        "in_vain": sorted(
            (one for one in asked.wanted if one.in_vain),
            key=lambda one: (-one.in_vain, -one.last.toordinal()),
        )[:SHOWN],
    }


def _buyers(began: datetime, counted: Counted) -> list[BoughtHere]:
    """List who bought on counted days, since counting began."""
    bought = overview.bought_here(
        since=max(began, overview.start_of(counted.since)),
        until=overview.start_of(counted.until + timedelta(days=1)),
    )
    return [one for one in bought if one.on in counted.by_day]


def _channels(counted: Counted, buyers: Sequence[BoughtHere]) -> list[ChannelRow]:
    bought = Counter(one.channel for one in buyers)
    rows = [
        _channel(name, visits=count, buyers=bought.pop(name, 0))
        for name, count in list(counted.by_channel.items())[:SHOWN]
    ]
    others = sum(bought.values()) - bought[None]
    small = sum(list(counted.by_channel.values())[SHOWN:])
    if small or others:
        rows.append(_channel("all others", visits=small, buyers=others))
    if bought[None]:
        rows.append(
            ChannelRow(
                name="not counted",
                visits="",
                buyers=f"{bought[None]:,}",
                conversion="",
                interval="",
            )
        )
    return rows


def _channel(name: str, *, visits: int, buyers: int) -> ChannelRow:
    found = share(hits=buyers, of=visits)
    return ChannelRow(
        name=name,
        visits=f"{visits:,}",
        buyers=f"{buyers:,}",
        conversion=_percent(found.value) if found else "n/a",
        interval=_interval(found),
    )


def _interval(found: Share | None) -> str:
    return f"{_percent(found.low)} to {_percent(found.high)}" if found else ""


def _percent(part: float) -> str:
    digits = 0 if part in {0.0, 1.0} or part >= 0.1 else 1 if part >= 0.01 else 2
    return f"{part * 100:.{digits}f}\N{NO-BREAK SPACE}%"


urls = [path("visits/", visits_page, name="visits")]
