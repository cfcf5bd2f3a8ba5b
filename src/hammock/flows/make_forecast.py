"""A forecast is made from the books and the orders, kept, and scored when its months are over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.catalogue.models import Price, Product
from hammock.departments.ledger import queries as ledger
from hammock.departments.ledger.rules import Chart
from hammock.departments.marketing import visits
from hammock.departments.planning import forecasts, keeping_forecasts, queries
from hammock.departments.planning.keeping_forecasts import Came, MonthDraft
from hammock.departments.planning.models import Forecast, ForecastMaking, ForecastMonth
from hammock.departments.planning.rules.means import Means
from hammock.departments.sales import histories
from hammock.departments.sales.histories import Purchase
from hammock.departments.sales.overview import start_of
from hammock.kit import clock
from hammock.kit.jobs import long_work
from hammock.kit.jobs.long_work import Beat
from hammock.kit.locks import lock_one
from hammock.kit.money import minor_digits

if TYPE_CHECKING:  # NumPy and SciPy: loaded when a forecast is made, not when Hammock starts
    from hammock.departments.planning.rules.evidence import Books, Bought

FRESH_DAYS = 7
THE_ONE = 1  # the row that says how far a forecast is which was asked for
_TAKEN_BY_PROVIDERS = {Chart.FEES.value, Chart.DISPUTE_FEES.value}
_NO_RUNNING_COST = {Chart.BAD_DEBT.value, Chart.SAMPLES.value, Chart.COMMISSIONS.value}


def begin_forecast() -> ForecastMaking:
    """Queue today's forecast to be made anew; one that is under way already goes on."""
    with transaction.atomic(durable=True):
        ForecastMaking.objects.get_or_create(pk=THE_ONE)
        making = lock_one(ForecastMaking.objects.filter(pk=THE_ONE))
        long_work.begin(making, job="make_forecast")
        return making


def run_forecast(*, run: int) -> None:
    """Make the forecast that was asked for; one asked for anew meanwhile is left."""

    def work(beat: Beat) -> dict[str, Any]:
        make_forecast(beat=beat)
        return {}

    long_work.carry_out(ForecastMaking.objects.filter(pk=THE_ONE, run=run), work=work)


def make_forecast(
    *,
    means: Means | None = None,
    seed: int = 1,
    paths: int = 100_000,
    beat: Beat | None = None,
) -> Forecast:
    """Make the forecast as of this morning and keep it. Raises `NoShop` before the setup.

    `means` are what the owner is just saying; without them what was said last. `beat` is told what
    share is done, now and then.
    """
    from hammock.departments.planning import forecasting

    today = clock.today()
    currency = catalogue.shop().currency
    made = forecasting.make(
        _bought(currency),
        _books(currency, today),
        means=means or queries.means(),
        today=today,
        visits=visits.by_day(since=date.min, until=today),
        seed=seed,
        paths=paths,
        beat=beat,
    )
    told = forecasting.told(made)
    months = [
        MonthDraft(
            month=one.month,
            is_own=one.is_own,
            quantiles=one.quantiles,
            last_month=one.last_month,
            last_year=one.last_year,
        )
        for one in made.months
    ]
    with transaction.atomic(durable=True):
        return keeping_forecasts.keep(on=today, told=told, months=months)


def renew_forecast() -> Forecast | None:
    """Make the forecast where it is a week old or a month has begun since; None where it is not."""
    if not catalogue.is_open():
        return None
    today, last = clock.today(), forecasts.latest()
    if last is not None and (today - last.made_on).days < FRESH_DAYS:
        begun = (last.made_on.year, last.made_on.month) != (today.year, today.month)
        if not begun:
            return None
    return make_forecast()


def score_forecasts() -> int:
    """Score every kept month that is over against the books; tells how many."""
    first = clock.today().replace(day=1)
    waiting = forecasts.unscored(before=first)
    revenue: dict[str, dict[date, int]] = {}
    for month in waiting:
        if month.currency not in revenue:
            revenue[month.currency] = ledger.revenue_by_day(currency=month.currency)
        came = _came(month, revenue[month.currency])
        with transaction.atomic(durable=True):
            keeping_forecasts.write_score(month, came)
    return len(waiting)


def _came(month: ForecastMonth, revenue: dict[date, int]) -> Came:
    import numpy as np

    from hammock.departments.planning.rules.scoring import pinball

    actual = sum(
        minor for day, minor in revenue.items() if (day.year, day.month) == _key(month.month)
    )
    pairs = np.array(month.quantiles, dtype=np.float64)
    return Came(
        actual=actual,
        crps=pinball(pairs[:, 0], pairs[:, 1], actual),
        in_50=_holds(month, actual, 0.5),
        in_80=_holds(month, actual, 0.8),
        in_95=_holds(month, actual, 0.95),
    )


def _key(month: date) -> tuple[int, int]:
    return month.year, month.month


def _holds(month: ForecastMonth, actual: int, share: float) -> bool:
    low, high = month.quantile((1 - share) / 2), month.quantile((1 + share) / 2)
    return low.minor <= actual <= high.minor


def _bought(currency: str) -> Sequence[Bought]:
    """Bring the orders into planning's words; the first product is named once a customer."""
    from hammock.departments.planning.rules.evidence import Bought

    rows = histories.purchases(currency=currency)
    first: dict[int, Purchase] = {}
    for row in rows:
        if row.customer is not None and row.kept > 0:
            first.setdefault(row.customer, row)
    titles = histories.first_titles([row.order for row in first.values()])
    return [
        Bought(
            customer=row.customer,
            on=row.on,
            minor=row.minor,
            tax_minor=row.tax_minor,
            kept=row.kept,
            first=titles.get(row.order, ""),
            channel=row.channel or "",
            is_here=row.is_here,
        )
        for row in rows
    ]


def _books(currency: str, today: date) -> Books:
    from hammock.departments.planning.rules.evidence import COST_DAYS, Books

    since = start_of(today - timedelta(days=COST_DAYS))
    moved = ledger.turnover(currency=currency, since=since)
    spent = {code: minor for code, minor in moved.items() if code.startswith("Expenses:")}
    running = {
        code: minor
        for code, minor in spent.items()
        if code not in _TAKEN_BY_PROVIDERS | _NO_RUNNING_COST
    }
    return Books(
        currency=currency,
        digits=minor_digits(currency),
        revenue=ledger.revenue_by_day(currency=currency),
        fees=sum(minor for code, minor in spent.items() if code in _TAKEN_BY_PROVIDERS),
        costs=sum(running.values()) if running else None,
        cash=ledger.cash(currency=currency).minor,
        prices=tuple(
            Price.objects.filter(
                is_active=True,
                minor__gt=0,
                currency=currency,
                product__state=Product.State.ON_SALE,
            ).values_list("minor", flat=True)
        ),
        opened=_opened(),
        notes=tuple(_left_out(currency)),
    )


def _opened() -> date | None:
    first: Any = (
        Product.objects.filter(state=Product.State.ON_SALE)
        .order_by("created_at")
        .values_list("created_at", flat=True)
        .first()
    )
    return first.date() if first else None


def _left_out(currency: str) -> list[str]:
    """Say what other currencies' orders are not in the forecast."""
    return [
        f"{count:,} {'order' if count == 1 else 'orders'} in {other} "
        f"{'is' if count == 1 else 'are'} left out: the forecast adds up {currency} only."
        for other, count in sorted(histories.other_currencies(currency).items())
    ]
