"""Keeping forecasts as they were made, and writing beside them what came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hammock.departments.planning.models import Forecast, ForecastMonth
from hammock.kit import clock


@dataclass(frozen=True, kw_only=True)
class MonthDraft:
    """A month to be kept: [share, minor units] pairs and what two baselines say."""

    month: date
    is_own: bool
    quantiles: Sequence[tuple[float, int]]
    last_month: int | None
    last_year: int | None


@dataclass(frozen=True, kw_only=True)
class Came:
    """What a month brought, and how its forecast did; `crps` and `actual` in minor units."""

    actual: int
    crps: float
    in_50: bool
    in_80: bool
    in_95: bool


def keep(*, on: date, told: Mapping[str, Any], months: Sequence[MonthDraft]) -> Forecast:
    """Keep a day's forecast; one made again on the same day takes the place of the first.

    What was foreseen on earlier days is never touched.
    """
    Forecast.objects.filter(made_on=on).delete()
    forecast = Forecast.objects.create(
        made_on=on,
        currency=told["currency"],
        seed=told["seed"],
        paths=told["paths"],
        told=dict(told),
    )
    ForecastMonth.objects.bulk_create(
        ForecastMonth(
            forecast=forecast,
            month=one.month,
            currency=forecast.currency,
            is_own=one.is_own,
            quantiles=[list(pair) for pair in one.quantiles],
            last_month_minor=one.last_month,
            last_year_minor=one.last_year,
        )
        for one in months
    )
    return forecast


def write_score(month: ForecastMonth, came: Came) -> None:
    """Write what came beside what was foreseen; once written it stays."""
    ForecastMonth.objects.filter(pk=month.pk, scored_at__isnull=True).update(
        actual_minor=came.actual,
        crps_minor=round(came.crps),
        in_50=came.in_50,
        in_80=came.in_80,
        in_95=came.in_95,
        scored_at=clock.now(),
    )
