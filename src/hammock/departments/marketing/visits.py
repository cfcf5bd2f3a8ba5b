"""Reading what was counted of visits: since when, by day, by channel, by first page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet, Sum

from hammock.departments.marketing.gathering import Environ, gatherer
from hammock.departments.marketing.models import CountedDay, SeenToday, VisitCount
from hammock.kit.prepared import prepared


@dataclass(frozen=True, kw_only=True)
class Counted:
    """The visits of a span of days; a day that is not in `by_day` was not counted."""

    since: date
    until: date
    by_day: Mapping[date, int]
    by_channel: Mapping[str, int]
    by_landing: Mapping[str, int]

    @property
    def visits(self) -> int:
        """How many there were."""
        return sum(self.by_day.values())


def counted_since() -> datetime | None:
    """Tell when counting began; None before it ever did."""
    first = CountedDay.objects.order_by("day").first()
    return first.began_at if first else None


def by_day(*, since: date, until: date) -> dict[date, int]:
    """Count the visits of each counted day from `since` to `until`, both within, oldest first."""
    days = CountedDay.objects.filter(day__range=(since, until)).order_by("day")
    found = dict.fromkeys(days.values_list("day", flat=True), 0)
    rows = _of(since, until).filter(about=VisitCount.About.CHANNEL).values_list("day", "visits")
    for day, visits in rows.order_by():
        found[day] += visits
    return found


def counted(*, since: date, until: date) -> Counted:
    """Tell all that was counted of a span of days, both ends within; the largest first."""
    return Counted(
        since=since,
        until=until,
        by_day=by_day(since=since, until=until),
        by_channel=_named(since, until, VisitCount.About.CHANNEL),
        by_landing=_named(since, until, VisitCount.About.LANDING),
    )


def channel_of(environ: Environ) -> str | None:
    """Tell by which channel whoever asks came today; None where that was not counted.

    What is written down comes first: another process may have met them before this one.
    """
    visitor = gatherer.visitor(environ)
    if visitor is None:
        return None
    written = _seen(key=visitor)
    return written[0].channel if written else gatherer.channel(visitor)


@prepared
def _seen(*, key: int) -> QuerySet[SeenToday]:
    return SeenToday.objects.filter(key=key)


def _of(since: date, until: date) -> QuerySet[VisitCount]:
    return VisitCount.objects.filter(day__day__range=(since, until))


def _named(since: date, until: date, about: VisitCount.About) -> dict[str, int]:
    rows = _of(since, until).filter(about=about).order_by().values("name")
    summed = rows.annotate(sum=Sum("visits")).values_list("name", "sum")
    return dict(Counter(dict(summed)).most_common())
