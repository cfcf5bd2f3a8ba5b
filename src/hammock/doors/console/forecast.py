"""The forecast: what is to be expected and how surely, what customers are worth, the sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.planning import forecasts
from hammock.departments.planning.models import Forecast
from hammock.doors.console import frame
from hammock.doors.console.fields import MoneyField
from hammock.doors.console.frame import Link
from hammock.flows import make_forecast as forecasting
from hammock.flows.draw_charts import chart
from hammock.kit.money import Money, minor_digits

CLAIM_DAYS = 366
SHOWN_COHORTS = 18
SHOWN_AGES = 13
NOT_COUNTED = "not counted"  # as `planning/rules/evidence` labels it, without loading NumPy


class ClaimForm(forms.Form):
    """A claim such as “3,000 in 30 days”."""

    days = forms.IntegerField(min_value=1, max_value=CLAIM_DAYS, initial=30, label="within … days")

    field_order = ("amount", "days")

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = MoneyField(
            currency=currency, label=f"Sales of at least, {currency}"
        )
        self.order_fields(self.field_order)


@dataclass(frozen=True, kw_only=True)
class Card:
    """A figure with what it means, where it comes from, and whether it warns."""

    label: str
    value: str
    says: str
    source: str
    warns: bool = False


@dataclass(frozen=True, kw_only=True)
class LearnedRow:
    """An input before and after the shop's own figures; `own` in percent."""

    label: str
    before: str
    now: str
    own: int
    says: str


@dataclass(frozen=True, kw_only=True)
class MoverRow:
    """An input that moves the result."""

    label: str
    low: str
    high: str


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A cell of the heat map; `heat` from 0 to 100."""

    amount: str
    heat: int


@dataclass(frozen=True, kw_only=True)
class HeatRow:
    """A cohort's or a channel's row of the heat map, cells by months since the first purchase."""

    label: str
    customers: int
    cells: Sequence[Cell]
    empty: range


@dataclass(frozen=True, kw_only=True)
class HeatMap:
    """Rows over the months since the first purchase."""

    ages: range
    rows: Sequence[HeatRow]


@dataclass(frozen=True, kw_only=True)
class WorthRow:
    """What a customer of a group brought so far, and will in the coming year."""

    label: str
    customers: int
    again: str
    so_far: Money
    to_come: Money | None
    low: Money | None
    high: Money | None


@dataclass(frozen=True, kw_only=True)
class AheadRow:
    """A month that is foreseen and will be scored."""

    month: date
    low: str
    middle: str
    high: str
    is_own: bool


@frame.needs("planning.view_forecast")
def forecast_page(request: HttpRequest) -> HttpResponse:
    """Show the latest forecast; a claim typed in is answered from it."""
    forecast, making = forecasts.latest(), forecasts.making()
    currency = catalogue.shop().currency
    asked = ClaimForm(request.GET if "amount" in request.GET else None, currency=currency)
    return frame.show(
        request,
        "forecast.html",
        title="Forecast",
        forecast=forecast,
        making=making,
        percent_made=round(100 * making.share) if making else 0,
        may_change=request.user.has_perm("planning.change_forecast"),
        claim_form=asked,
        status=400 if asked.errors else 200,
        **(_shown(forecast, asked) if forecast else {}),
    )


@require_POST
@frame.needs("planning.change_forecast")
def forecast_renew(request: HttpRequest) -> HttpResponse:
    """Ask for today's forecast anew; it is made in the background."""
    forecasting.begin_forecast()
    return redirect("console:forecast")


@frame.needs("planning.view_forecast")
def customer_value_page(request: HttpRequest) -> HttpResponse:
    """Show what customers brought and will bring, by first product and by month."""
    forecast = forecasts.latest()
    return frame.show(
        request,
        "customer_value.html",
        title="What customers are worth",
        back=Link(label="Forecast", url=reverse("console:forecast")),
        forecast=forecast,
        **(_worth(forecast) if forecast else {}),
    )


@frame.needs("planning.view_forecast")
def sources_page(request: HttpRequest) -> HttpResponse:
    """Show the outside view's sources, with what is wrong with each."""
    # SciPy: only for who looks
    from hammock.departments.planning.forecasting import plain_sources, sources

    return frame.show(
        request,
        "forecast_sources.html",
        title="Where the outside view comes from",
        back=Link(label="Forecast", url=reverse("console:forecast")),
        sources=[_as_read(one) for one in sources()],
        plain=plain_sources(),
    )


def _as_read(one: Mapping[str, Any]) -> dict[str, Any]:
    """Write a source's three figures as its unit is read: shares in percent, the rest plain."""
    is_share = one["unit"].startswith("share")
    return {
        **one,
        **{
            name: percent(one[name]) if is_share else f"{one[name]:,.3g}"
            for name in ("low", "middle", "high")
        },
    }


def percent(share: float) -> str:
    """Write a chance as people read it; the smallest are not made to look like none."""
    if share < 0.001:
        return "less than 0.1 %"
    if share > 0.999:
        return "more than 99.9 %"
    digits = 1 if share < 0.1 or share > 0.9 else 0
    return f"{share * 100:.{digits}f} %"


def _shown(forecast: Forecast, asked: ClaimForm) -> dict[str, Any]:
    told = forecast.told
    card = forecasts.score_card(currency=forecast.currency)
    return {
        "told": told,
        "cards": _cards(forecast),
        "income_chart": chart("forecast:income"),
        "cash_chart": chart("forecast:cash"),
        "movers": [
            MoverRow(
                label=one["label"],
                low=_money(one["low"], forecast).about(),
                high=_money(one["high"], forecast).about(),
            )
            for one in told["movers"]
        ],
        "learned": [_learned(one, forecast) for one in told["learned"]],
        "own_percent": round(told["own_weight"] * 100),
        "ahead": [_ahead(one, forecast) for one in told["months_ahead"]],
        "score_card": card,
        "scores": list(reversed(card.scores))[:SHOWN_AGES],
        "rehearsed": _rehearsed(told["rehearsed"]),
        "claim": _claim(forecast, asked) if asked.is_bound and asked.is_valid() else None,
    }


def _cards(forecast: Forecast) -> list[Card]:
    told = forecast.told
    source = f"Share of {told['paths']:,} simulated futures, seed {told['seed']}."
    return [
        *_first_sale_card(told, source),
        _month_card(forecast),
        _income_card(forecast, source),
        *_target_cards(forecast, source),
        *_running_out_cards(told, source),
        *_hours_cards(told, source),
        *_wage_cards(forecast, source),
    ]


def _first_sale_card(told: Mapping[str, Any], source: str) -> list[Card]:
    chances = told["first_sale"]
    if chances is None:
        return []
    says = ", ".join(f"by day {days} {percent(chances[days])}" for days in ("30", "60"))
    return [
        Card(
            label="First sale within 90 days",
            value=percent(chances["90"]),
            says=says,
            source=source,
            warns=chances["90"] < 0.5,
        )
    ]


def _month_card(forecast: Forecast) -> Card:
    row = _ahead(forecast.told["months_ahead"][0], forecast)
    return Card(
        label=f"Revenue in {row.month:%B}",
        value=row.middle,
        says=f"four of five: {row.low} to {row.high}",
        source="Without tax, less refunds; said by your own past, or by others while it is short.",
    )


def _income_card(forecast: Forecast, source: str) -> Card:
    row = forecast.told["income"][11]
    low, middle, high = (_money(row[at], forecast) for at in (1, 3, 5))
    return Card(
        label="Your income in a year, a month",
        value=middle.about(),
        says=f"four of five futures: {low.about()} to {high.about()}",
        source=f"After fees, costs and income tax, before what you take out. {source}",
    )


def _target_cards(forecast: Forecast, source: str) -> list[Card]:
    told = forecast.told
    if told["reaching"] is None or not told["target"]:
        return []
    chances, month = told["reaching"], told["month_reached"]
    when = f"half of the futures by month {month}" if month else "most futures never do"
    target = _money(told["target"], forecast).about()
    return [
        Card(
            label=f"{target} a month, held for three months",
            value=percent(chances[-1]),
            says=f"within three years; within one {percent(chances[11])}; {when}",
            source=source,
            warns=chances[-1] < 0.5,
        )
    ]


def _running_out_cards(told: Mapping[str, Any], source: str) -> list[Card]:
    if told["running_out"] is None:
        return []
    chances, month = told["running_out"], told["month_run_out"]
    when = f"half of the futures by month {month}" if month else "most futures never do"
    return [
        Card(
            label="Money runs out",
            value=percent(chances[-1]),
            says=f"within three years; within one {percent(chances[11])}; {when}",
            source=f"Savings and the business's cash less what you take out. {source}",
            warns=chances[11] > 0.1,
        )
    ]


def _hours_cards(told: Mapping[str, Any], source: str) -> list[Card]:
    if told["hours"] is None:
        return []
    low, middle, high = (told["hours"][0][at] * 12 / 52 for at in (1, 3, 5))
    return [
        Card(
            label="Hours a week it takes",
            value=f"{middle:.0f}",
            says=f"four of five futures: {low:.0f} to {high:.0f}",
            source=f"The hours that you plan, times how far plans are overrun. {source}",
        )
    ]


def _wage_cards(forecast: Forecast, source: str) -> list[Card]:
    told = forecast.told
    if told["wage"] is None:
        return []
    low, middle, high = (_money(told["wage"][at], forecast) for at in (1, 3, 5))
    old, beats = told["old_wage"], told["beats_old_wage"]
    beside = (
        f"your old job paid {_money(old, forecast)}: beaten in {percent(beats)}"
        if old and beats is not None
        else f"four of five futures: {low} to {high}"
    )
    return [
        Card(
            label="What an hour brings",
            value=str(middle),
            says=beside,
            source=f"Income of three years over all hours that it takes. {source}",
            warns=bool(old) and beats is not None and beats < 0.5,
        )
    ]


def _learned(one: Mapping[str, Any], forecast: Forecast) -> LearnedRow:
    return LearnedRow(
        label=one["label"],
        before=_span(one["name"], one["before"], forecast),
        now=_span(one["name"], one["now"], forecast),
        own=round(one["weight"] * 100),
        says=one["says"],
    )


def _span(name: str, values: Sequence[float], forecast: Forecast) -> str:
    """Write low, middle and high in the input's own unit."""
    low, middle, high = (_in_unit(name, value, forecast) for value in values)
    return f"{middle} ({low} to {high})"


def _in_unit(name: str, value: float, forecast: Forecast) -> str:
    if name in {"conversion", "refunds"}:
        return f"{value * 100:.1f} %"
    if name == "order":
        return _money(value, forecast).about()
    return f"{value:,.2f}" if value < 10 else f"{value:,.0f}"


def _ahead(one: Mapping[str, Any], forecast: Forecast) -> AheadRow:
    found = {round(share, 3): minor for share, minor in one["quantiles"]}
    return AheadRow(
        month=date.fromisoformat(f"{one['month']}-01"),
        low=_money(found[0.1], forecast).about(),
        middle=_money(found[0.5], forecast).about(),
        high=_money(found[0.9], forecast).about(),
        is_own=one["is_own"],
    )


def _rehearsed(found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if found is None:
        return None
    rows = [
        {
            "aim": aim,
            "share": percent(one["hits"] / one["of"]),
            "low": percent(one["low"]),
            "high": percent(one["high"]),
        }
        for aim, one in zip((50, 80, 95), found["coverage"], strict=True)
    ]
    return {**found, "rows": rows}


def _claim(forecast: Forecast, asked: ClaimForm) -> dict[str, Any]:
    from hammock.departments.planning.forecasting import answer_claim  # SciPy: for who asks

    amount: Money = asked.cleaned_data["amount"]
    answer = answer_claim(
        forecast.told,
        amount=amount.minor,
        days=asked.cleaned_data["days"],
        digits=minor_digits(amount.currency),
    )
    among = answer.among_sellers
    return {
        "amount": amount,
        "days": answer.days,
        "here": percent(answer.here),
        "among": None if among is None else percent(among),
    }


def _worth(forecast: Forecast) -> dict[str, Any]:
    found = forecast.told["customers"]
    everybody = found["everybody"]
    return {
        "found": found,
        "everybody": _worth_row(everybody, forecast) if everybody else None,
        "by_product": [_worth_row(one, forecast) for one in found["by_product"]],
        "by_channel": [_worth_row(one, forecast) for one in found.get("by_channel", ())],
        "by_cohort": [_worth_row(one, forecast) for one in reversed(found["by_cohort"])],
        "heat": _heat_map(found["cohorts"][-SHOWN_COHORTS:], forecast),
        "channel_heat": _heat_map(found.get("channels", ()), forecast),
        "counts_channels": any(one["label"] != NOT_COUNTED for one in found.get("by_channel", ())),
        "moved": percent(found["drift"]["sd"]) if found["drift"] else "",
    }


def _worth_row(one: Mapping[str, Any], forecast: Forecast) -> WorthRow:
    come = one["to_come"]
    low, middle, high = (_money(value, forecast) for value in come) if come else (None,) * 3
    return WorthRow(
        label=one["label"],
        customers=one["customers"],
        again=percent(one["again"]) if one["again"] else "none",
        so_far=_money(one["so_far"], forecast),
        to_come=middle,
        low=low,
        high=high,
    )


def _heat_map(rows: Sequence[Mapping[str, Any]], forecast: Forecast) -> HeatMap:
    widest = max((len(one["by_month"][:SHOWN_AGES]) for one in rows), default=0)
    most = max((one["by_month"][:SHOWN_AGES][-1] for one in rows), default=0) or 1
    return HeatMap(
        ages=range(widest),
        rows=[_heat(one, forecast, most=most, widest=widest) for one in rows],
    )


def _heat(one: Mapping[str, Any], forecast: Forecast, *, most: int, widest: int) -> HeatRow:
    values = one["by_month"][:SHOWN_AGES]
    return HeatRow(
        label=one["label"],
        customers=one["customers"],
        cells=[
            Cell(
                amount=_money(value, forecast).about(),
                heat=max(0, min(100, round(100 * value / most))),
            )
            for value in values
        ],
        empty=range(widest - len(values)),
    )


def _money(minor: float, forecast: Forecast) -> Money:
    return Money(round(minor), forecast.currency)


urls = [
    path("forecast/", forecast_page, name="forecast"),
    path("forecast/renew/", forecast_renew, name="forecast_renew"),
    path("forecast/customers/", customer_value_page, name="customer_value"),
    path("forecast/sources/", sources_page, name="forecast_sources"),
]
