"""Charts are drawn from the books and the orders, and drawn anew when those have moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from django.db import transaction

from hammock.departments.catalogue.models import Shop
from hammock.departments.ledger import queries as books
from hammock.departments.ledger.models import ProfitCentre
from hammock.departments.ledger.queries import ProfitAndLoss
from hammock.departments.ledger.rules import Period
from hammock.departments.marketing import visits
from hammock.departments.planning import forecasts, journal, own_path, queries
from hammock.departments.planning.models import Forecast
from hammock.departments.sales import overview
from hammock.kit import brand, charts, clock
from hammock.kit.charts import Drawable, Drawing, Fan, FanPoint, Figure, Point
from hammock.kit.money import Money

SALES_DAYS = 30
MONTHS = 12
MOST_MONTHS = 36  # more would be a hedge of hairs on a telephone


def draw_charts() -> int:
    """Draw every chart whose figures moved since it was drawn; tells how many."""
    return sum(_draw(key, make()) for key, make in _figures().items())


def chart(key: str) -> Drawing | None:
    """Give a chart as it was drawn last, or draw it where it never was.

    None for an unknown one, and for one that has nothing to show yet: an empty frame is never
    drawn, so that the first sale's chart is there at once. A fan is drawn anew at once when its
    forecast is another: its words and lines belong together.
    """
    make = _figures().get(key)
    if make is None:
        return None
    figure = make()
    if _is_bare(figure):
        return None
    if isinstance(figure, Fan) or charts.kept(key, alt=figure.alt) is None:
        _draw(key, figure)
    return charts.kept(key, alt=figure.alt)


def period_chart(
    rows: Sequence[ProfitAndLoss], *, period: Period, currency: str, centre: ProfitCentre | None
) -> Drawing | None:
    """Give the chart of a period's figures, all centres' revenue or one's revenue and costs.

    No job draws these, for hardly any is ever looked at: it is drawn when it is first asked for,
    and anew when its figures have moved. None where nothing moved, or too many months for bars.
    """
    moved = sorted({row.month for row in rows})
    if not moved or (moved[-1] - moved[0]).days > MOST_MONTHS * 31:
        return None
    span = _months_of(moved[0], moved[-1])
    said = f"{period.says}, {currency} net"
    figure = (
        _centre_figure(centre, rows, span, currency=currency, said=said)
        if centre
        else _centres_figure(rows, span, currency=currency, said=said)
    )
    key = f"{f'centre:{centre.slug}' if centre else 'centres'}:{currency}:{period.key}"
    _draw(key, figure)
    return None if figure.is_bare else charts.kept(key, alt=figure.alt)


def first_month() -> date:
    """Tell with which month charts and tables of the last twelve begin."""
    month = clock.today().replace(day=1)
    for _ in range(MONTHS - 1):
        month = (month - timedelta(days=1)).replace(day=1)
    return month


def months() -> list[date]:
    """List the last twelve months, this one last."""
    found = [first_month()]
    while len(found) < MONTHS:
        found.append((found[-1] + timedelta(days=32)).replace(day=1))
    return found


def _months_of(first: date, last: date) -> list[date]:
    """List the months from the first to the last."""
    found = [first]
    while found[-1] < last:
        found.append((found[-1] + timedelta(days=32)).replace(day=1))
    return found


def _since_first(rows: Sequence[ProfitAndLoss]) -> list[date]:
    """Leave out the months before the first that has figures, but never show fewer than six."""
    begun = min((row.month for row in rows), default=clock.today())
    return [month for at, month in enumerate(months()) if month >= begun or at >= MONTHS - 6]


def _is_bare(figure: Drawable) -> bool:
    return isinstance(figure, Figure) and figure.is_bare


def _draw(key: str, figure: Drawable) -> bool:
    if _is_bare(figure) or charts.is_drawn(key, figure):
        return False
    drawn = charts.picture(figure)
    with transaction.atomic(durable=True):
        charts.keep(key, figure, drawn)
    return True


def _figures() -> Mapping[str, Callable[[], Drawable]]:
    shop = Shop.objects.first()
    if shop is None:
        return {}
    currency = shop.currency
    found: dict[str, Callable[[], Drawable]] = {
        "sales": lambda: _sales(currency),
        "centres": lambda: _centres(currency),
    }
    if visits.counted_since() is not None:
        found["visits"] = _visits
    curve = journal.calibration()
    if curve is not None:
        found["calibration"] = lambda: curve
    for centre in ProfitCentre.objects.all():
        found[f"centre:{centre.slug}"] = _centre_maker(centre, currency)
    document = queries.document()
    path = own_path.own_path(document) if document else None
    if path is not None and path.rows:
        found[path.chart] = path.track
        found[path.small_chart] = lambda: path.track(height=own_path.SMALL_HEIGHT)
    forecast = forecasts.latest()
    if forecast is not None:
        found["forecast:income"] = lambda: _income_fan(forecast)
        found["forecast:cash"] = lambda: _cash_fan(forecast)
    return found


def _centre_maker(centre: ProfitCentre, currency: str) -> Callable[[], Figure]:
    return lambda: _centre(centre, currency)


def _sales(currency: str) -> Figure:
    since = clock.today() - timedelta(days=SALES_DAYS - 1)
    days = overview.by_day(currency=currency, since=since, days=SALES_DAYS)
    return Figure(
        alt=f"Sales a day, {since:%-d %B} to today, in {currency} with tax",
        points=[
            Point(at=day.on.isoformat(), value=float(day.total.decimal), series="") for day in days
        ],
        step="day",
        unit=currency,
        height=150,
    )


def _visits() -> Figure:
    since = clock.today() - timedelta(days=SALES_DAYS - 1)
    days = visits.by_day(since=since, until=clock.today())
    return Figure(
        alt=f"Visits a day, {since:%-d %B} to today; a day without a bar was not counted, or empty",
        points=[
            Point(at=day.isoformat(), value=float(count), series="") for day, count in days.items()
        ],
        step="day",
        unit="visits",
        height=150,
    )


def _centres(currency: str) -> Figure:
    rows = books.profit_and_loss(currency=currency, since=overview.start_of(first_month()))
    said = f"the last {MONTHS} months, {currency} net"
    return _centres_figure(rows, _since_first(rows), currency=currency, said=said)


def _centres_figure(
    rows: Sequence[ProfitAndLoss], span: Sequence[date], *, currency: str, said: str
) -> Figure:
    revenue = {(row.month, row.centre): row.revenue for row in rows}
    centres = [
        centre
        for centre in ProfitCentre.objects.all()
        if any(slug == centre.slug and amount for (_, slug), amount in revenue.items())
    ]
    return Figure(
        alt=f"Revenue of each profit centre a month, {said}",
        points=[
            Point(
                at=month.isoformat(),
                value=float(revenue[month, centre.slug].decimal)
                if (month, centre.slug) in revenue
                else 0.0,
                series=centre.name,
            )
            for month in span
            for centre in centres
        ],
        step="month",
        unit=currency,
        colours={centre.name: centre.colour for centre in centres},
        height=220,
    )


def _centre(centre: ProfitCentre, currency: str) -> Figure:
    rows = books.profit_and_loss(currency=currency, since=overview.start_of(first_month()))
    mine = [row for row in rows if row.centre == centre.slug]
    said = f"in {currency} net"
    return _centre_figure(centre, mine, _since_first(mine), currency=currency, said=said)


def _centre_figure(
    centre: ProfitCentre,
    rows: Sequence[ProfitAndLoss],
    span: Sequence[date],
    *,
    currency: str,
    said: str,
) -> Figure:
    mine = {row.month: row for row in rows}
    points = []
    for month in span:
        row = mine.get(month)
        points += [
            Point(
                at=month.isoformat(),
                value=float(row.revenue.decimal) if row else 0.0,
                series="Revenue",
            ),
            Point(
                at=month.isoformat(),
                value=-float(row.costs.decimal) if row else 0.0,
                series="Costs",
            ),
        ]
    return Figure(
        alt=f"Revenue (up) and costs (down) of {centre.name} a month, {said}",
        points=points,
        step="month",
        unit=currency,
        colours={"Revenue": centre.colour, "Costs": brand.DARK.edge},
        height=200,
    )


def _income_fan(forecast: Forecast) -> Fan:
    rows = _in_major(forecast, "income")
    target = forecast.told["target"]
    mark = float(Money(round(target), forecast.currency).decimal) if target else None
    high = max(max(row[5] for row in rows), (mark or 0.0) * 1.1, 10.0)
    low = min(min(row[1] for row in rows), 0.0)
    aimed = f", target {mark:,.0f} dashed" if mark else ""
    return Fan(
        alt=f"Your income a month after tax, {len(rows)} months from {forecast.made_on:%-d %B %Y}: "
        f"middle, half, four fifths and 95 % of the futures, cut off above four fifths{aimed}",
        points=_fan_points(forecast, rows),
        unit=f"{forecast.currency} a month",
        shown=(low, high),
        mark=mark,
    )


def _cash_fan(forecast: Forecast) -> Fan:
    rows = _in_major(forecast, "cash")
    low = min(min(row[1] for row in rows), 0.0)
    high = max(max(row[5] for row in rows), 10.0)
    return Fan(
        alt=f"Cash after what you take out, {len(rows)} months from {forecast.made_on:%-d %B %Y}: "
        "middle, half, four fifths and 95 % of the futures, cut off beyond four fifths; "
        "below the dashed line there is no money left",
        points=_fan_points(forecast, rows),
        unit=forecast.currency,
        shown=(low, high),
    )


def _in_major(forecast: Forecast, measure: str) -> list[list[float]]:
    return [
        [float(Money(value, forecast.currency).decimal) for value in row]
        for row in forecast.told[measure]
    ]


def _fan_points(forecast: Forecast, rows: list[list[float]]) -> list[FanPoint]:
    """Put each month at its end, counted from the day of the forecast."""
    return [
        FanPoint(
            at=(forecast.made_on + timedelta(days=round((at + 1) * 365.25 / 12))).isoformat(),
            middle=row[3],
            half=(row[2], row[4]),
            most=(row[1], row[5]),
            nearly_all=(row[0], row[6]),
        )
        for at, row in enumerate(rows)
    ]
