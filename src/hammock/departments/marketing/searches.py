"""Reading what people searched for in the shop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Sum

from hammock.departments.marketing.models import SearchCount


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Something that was searched for: how often, and how often nothing was found.

    `found` is how many results it gave on the last day on which it was asked.
    """

    words: str
    times: int
    in_vain: int
    found: int
    last: date


@dataclass(frozen=True, kw_only=True)
class Searches:
    """The searches of a span of days, the most frequent first; of `unkept` the words are not."""

    since: date
    until: date
    wanted: list[Wanted]
    unkept: int

    @property
    def times(self) -> int:
        """How many searches there were."""
        return sum(one.times for one in self.wanted) + self.unkept


def searched(*, since: date, until: date) -> Searches:
    """Tell what was searched for from `since` to `until`, both within."""
    rows = SearchCount.objects.filter(day__day__range=(since, until))
    last = {
        (row["words"], row["day"]): row["found"]
        for row in rows.order_by().values("words", "day", "found")
    }
    summed = (
        rows.order_by()
        .values("words")
        .annotate(sum=Sum("times"), vain=Sum("in_vain"), last=Max("day"))
        .order_by("-sum", "words")
    )
    wanted = [
        Wanted(
            words=row["words"],
            times=row["sum"],
            in_vain=row["vain"],
            found=last[row["words"], row["last"]],
            last=row["last"],
        )
        for row in summed
    ]
    return Searches(
        since=since,
        until=until,
        wanted=[one for one in wanted if one.words],
        unkept=sum(one.times for one in wanted if not one.words),
    )
