"""The own path: the shop's months beside what the model that the strategy began from expects."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from hammock.departments.ledger import queries as books
from hammock.departments.planning import hours, library
from hammock.departments.planning.errors import NoSuchPlaybook
from hammock.departments.planning.rules import playbooks
from hammock.departments.planning.rules.playbooks import PathRow, Playbook
from hammock.departments.planning.rules.strategy import Document
from hammock.kit import clock
from hammock.kit.charts import Track, TrackPoint
from hammock.kit.money import Money, total

HEIGHT, SMALL_HEIGHT = 220, 110


@dataclass(frozen=True, kw_only=True)
class OwnPath:
    """The own path beside its model's; no rows where the two are in different currencies."""

    playbook: Playbook
    began_on: date
    rows: list[PathRow]

    @property
    def now(self) -> PathRow | None:
        """Give this month."""
        return next((row for row in reversed(self.rows) if row.own is not None), None)

    @property
    def last(self) -> PathRow | None:
        """Give the last month that is over; None in the first."""
        over = [row for row in self.rows if row.own is not None and row != self.now]
        return over[-1] if over else None

    @property
    def chart(self) -> str:
        """Name the chart that shows it; another model or beginning is another chart."""
        return f"path:{self.playbook.slug}:{self.began_on}"

    @property
    def small_chart(self) -> str:
        """Name its small form."""
        return f"small-{self.chart}"

    def track(self, *, height: int = HEIGHT) -> Track:
        """Say what the chart shows: the model's band, and the own months on it."""
        currency = self.rows[0].low.currency
        last = self.now.month if self.now else None
        return Track(
            alt=f"Your revenue a month on the path of “{self.playbook.title}”, in {currency} "
            "without tax: four of five who went it lie in the band, half below the dashed line; "
            "the hollow point is this month so far",
            points=[
                TrackPoint(
                    at=row.month.isoformat(),
                    low=_major(row.low),
                    middle=_major(row.middle),
                    high=_major(row.high),
                    own=None if row.own is None else _major(row.own),
                    is_open=row.month == last,
                )
                for row in self.rows
            ],
            unit=f"{currency} a month",
            height=height,
        )


def own_path(document: Document) -> OwnPath | None:
    """Put the shop's months beside the path of the playbook that the strategy began from."""
    if not document.playbook or document.began_on is None:
        return None
    try:
        chosen = library.playbook(document.playbook)
    except NoSuchPlaybook:
        return None  # its file left the shelf; the strategy stands without it
    rows = playbooks.path_rows(
        chosen,
        began_on=document.began_on,
        today=clock.today(),
        own=_revenue_by_month(document.currency, since=document.began_on),
        currency=document.currency,
    )
    return OwnPath(playbook=chosen, began_on=document.began_on, rows=rows)


def _revenue_by_month(currency: str, *, since: date) -> dict[date, Money]:
    found: defaultdict[date, list[Money]] = defaultdict(list)
    begun = hours.start_of(since.replace(day=1))
    for row in books.profit_and_loss(currency=currency, since=begun):
        found[row.month].append(row.revenue)
    return {month: total(amounts, currency=currency) for month, amounts in found.items()}


def _major(amount: Money) -> float:
    return float(amount.decimal)
