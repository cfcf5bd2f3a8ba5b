"""Forecasts as they were made, and what came of the months that they foresaw."""

from __future__ import annotations

from django.db import models

from hammock.kit import clock
from hammock.kit.jobs import long_work
from hammock.kit.money import Money


class Forecast(models.Model):
    """One forecast, kept as it was told; a day has one, the last that was made on it."""

    made_on = models.DateField(unique=True)
    made_at = models.DateTimeField(default=clock.now)
    currency = models.CharField(max_length=3)
    seed = models.PositiveIntegerField()
    paths = models.PositiveIntegerField()
    told = models.JSONField(help_text="What the page and the command show.")

    class Meta:
        """Newest first."""

        ordering = ("-made_on",)

    def __str__(self) -> str:
        return f"Forecast of {self.made_on:%Y-%m-%d}"


class ForecastMonth(models.Model):
    """A month's revenue as foreseen, then as it came; amounts in minor units.

    `quantiles` lists [share, amount]. The baselines are what “same as last month” and “same month
    last year” would have said, None where the past does not reach. What is scored is None until
    the month is over.
    """

    forecast = models.ForeignKey(Forecast, on_delete=models.CASCADE, related_name="months")
    month = models.DateField(help_text="Its first day.")
    currency = models.CharField(max_length=3)
    is_own = models.BooleanField(help_text="Whether the shop's own past said it.")
    quantiles = models.JSONField()
    last_month_minor = models.BigIntegerField(null=True)
    last_year_minor = models.BigIntegerField(null=True)
    actual_minor = models.BigIntegerField(null=True)
    crps_minor = models.BigIntegerField(null=True)
    in_50 = models.BooleanField(null=True)
    in_80 = models.BooleanField(null=True)
    in_95 = models.BooleanField(null=True)
    scored_at = models.DateTimeField(null=True)

    class Meta:
        """By month; a forecast says one thing about a month, and all or nothing is scored."""

        ordering = ("month", "id")
        constraints = (
            models.UniqueConstraint(fields=["forecast", "month"], name="forecast_month_once"),
            models.CheckConstraint(
                condition=models.Q(
                    scored_at__isnull=True,
                    actual_minor__isnull=True,
                    crps_minor__isnull=True,
                    in_50__isnull=True,
                    in_80__isnull=True,
                    in_95__isnull=True,
                )
                | models.Q(
                    scored_at__isnull=False,
                    actual_minor__isnull=False,
                    crps_minor__isnull=False,
                    in_50__isnull=False,
                    in_80__isnull=False,
                    in_95__isnull=False,
                ),
                name="forecast_month_scored_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} as foreseen on {self.forecast.made_on}"

    @property
    def actual(self) -> Money | None:
        """What came, once the month is over."""
        return None if self.actual_minor is None else Money(self.actual_minor, self.currency)

    def quantile(self, share: float) -> Money:
        """Tell below what revenue was to lie with this probability; between the kept, straight."""
        return Money(_between(self.quantiles, share), self.currency)


class ForecastMaking(models.Model):
    """How far the forecast is that somebody asked to be made anew; there is one row."""

    state = models.CharField(
        max_length=10, choices=long_work.State.choices, default=long_work.State.DONE
    )
    run = models.PositiveIntegerField(default=0)
    share = models.FloatField(default=0.0)
    moved_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"Making {self.run}, {self.state}"

    @property
    def is_under_way(self) -> bool:
        """Whether its job waits or runs."""
        return long_work.is_under_way(state=self.state, moved_at=self.moved_at)


def _between(pairs: list[list[float]], share: float) -> int:
    before = pairs[0]
    for pair in pairs:
        if pair[0] >= share:
            width = pair[0] - before[0]
            part = (share - before[0]) / width if width else 1.0
            return round(before[1] + (pair[1] - before[1]) * part)
        before = pair
    return round(pairs[-1][1])
