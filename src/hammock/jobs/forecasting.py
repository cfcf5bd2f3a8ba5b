"""Forecasts are made anew and scored by themselves."""

from __future__ import annotations

from hammock.flows import make_forecast as forecasting
from hammock.kit.jobs import every, job


@every(daily_at="04:20")
@job(priority=-20)
def renew_forecast() -> None:
    """Make the forecast anew where it is a week old or a month has begun."""
    forecasting.renew_forecast()


@every(daily_at="04:10")
@job(priority=-20)
def score_forecasts() -> None:
    """Score the forecasts whose month is over."""
    forecasting.score_forecasts()


@job(priority=-20)
def make_forecast(*, run: int) -> None:
    """Make the forecast anew that somebody asked for."""
    forecasting.run_forecast(run=run)
