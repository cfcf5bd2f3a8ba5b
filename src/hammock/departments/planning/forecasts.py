"""Reading kept forecasts: the latest, those whose month is over, and how right they have been."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hammock.departments.planning.models import Forecast, ForecastMaking, ForecastMonth
from hammock.kit.money import Money


@dataclass(frozen=True, kw_only=True)
class Score:
    """A month that is over, by the last forecast made before it began."""

    month: date
    made_on: date
    low: Money
    middle: Money
    high: Money
    actual: Money
    inside: bool
    crps: Money
    last_month: Money | None
    last_year: Money | None


@dataclass(frozen=True, kw_only=True)
class ScoreCard:
    """All such months together; a ratio below 1 means better than the baseline."""

    scores: Sequence[Score]
    in_50: int
    in_80: int
    in_95: int
    ratio_last_month: float | None
    ratio_last_year: float | None


def latest() -> Forecast | None:
    """Find the forecast that was made last."""
    return Forecast.objects.first()


def making() -> ForecastMaking | None:
    """Tell how far the forecast is that was last asked for; None before anybody asked."""
    return ForecastMaking.objects.first()


def unscored(*, before: date) -> list[ForecastMonth]:
    """List the months that begin before that day and are not scored, with their forecasts."""
    return list(
        ForecastMonth.objects.filter(scored_at__isnull=True, month__lt=before).select_related(
            "forecast"
        )
    )


def score_card(*, currency: str) -> ScoreCard:
    """Put together how right forecasts have been, each month once."""
    rows: dict[date, ForecastMonth] = {}
    found = ForecastMonth.objects.filter(scored_at__isnull=False, currency=currency)
    for row in found.select_related("forecast").order_by("month", "forecast__made_on"):
        rows[row.month] = row
    months = list(rows.values())
    return ScoreCard(
        scores=[_score(row) for row in months],
        in_50=sum(bool(row.in_50) for row in months),
        in_80=sum(bool(row.in_80) for row in months),
        in_95=sum(bool(row.in_95) for row in months),
        ratio_last_month=_ratio(months, "last_month_minor"),
        ratio_last_year=_ratio(months, "last_year_minor"),
    )


def _score(row: ForecastMonth) -> Score:
    actual = Money(row.actual_minor or 0, row.currency)
    return Score(
        month=row.month,
        made_on=row.forecast.made_on,
        low=row.quantile(0.1),
        middle=row.quantile(0.5),
        high=row.quantile(0.9),
        actual=actual,
        inside=bool(row.in_80),
        crps=Money(row.crps_minor or 0, row.currency),
        last_month=_missed(row.last_month_minor, actual),
        last_year=_missed(row.last_year_minor, actual),
    )


def _missed(said: int | None, actual: Money) -> Money | None:
    """Tell by how much a baseline erred: the CRPS of a single number."""
    return None if said is None else Money(abs(said - actual.minor), actual.currency)


def _ratio(rows: Sequence[ForecastMonth], baseline: str) -> float | None:
    with_it = [row for row in rows if getattr(row, baseline) is not None]
    whole = sum(abs(getattr(row, baseline) - (row.actual_minor or 0)) for row in with_it)
    return sum(row.crps_minor or 0 for row in with_it) / whole if whole else None
