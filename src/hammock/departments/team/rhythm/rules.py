"""The team's thinking about time: spans of days, rhythms, weeks, fair shares. Pure."""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

FEWEST_DEEDS = 3
"""Who did less than this in the span has tried a department, not run it."""
MONTHS_OF_A_YEAR = 12
EVENING, MORNING = time(18), time(8)


class Circle(StrEnum):
    """One of the four circles of people around a business."""

    MARKETING = "marketing"
    BUSINESS = "business"
    MENTOR = "mentor"
    ACCOUNTABILITY = "accountability"


@dataclass(frozen=True, kw_only=True)
class Days:
    """From one day to another, both within."""

    first: date
    last: date

    def meets(self, other: Days) -> bool:
        """Tell whether the two have a day in common."""
        return self.first <= other.last and other.first <= self.last

    def __len__(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """How often something is due: every `every` days, weeks, months or years from `first` on."""

    first: date
    every: int
    unit: str

    def due(self, number: int) -> date:
        """Tell the `number`-th day, 0 the first.

        Months are counted from the first day, never from the day before, so what begins on the
        31st comes on the last day of a shorter month and on the 31st again after it.
        """
        steps = number * self.every
        if self.unit == "day":
            return self.first + timedelta(days=steps)
        if self.unit == "week":
            return self.first + timedelta(weeks=steps)
        return _months_later(self.first, steps * (MONTHS_OF_A_YEAR if self.unit == "year" else 1))

    def until(self, last: date, *, since: date | None = None) -> Iterator[date]:
        """Yield the due days up to `last`, from the first or from `since` on."""
        number = 0 if since is None else self._near(since)
        while (day := self.due(number)) <= last:
            if since is None or day >= since:
                yield day
            number += 1

    def following(self, day: date) -> date:
        """Tell the first due day after `day`."""
        number = self._near(day)
        while (found := self.due(number)) <= day:
            number += 1
        return found

    def _near(self, day: date) -> int:
        """Tell a number whose day is not after `day` (0 at least), at most two before it."""
        if day <= self.first:
            return 0
        if self.unit in {"day", "week"}:
            length = self.every * (7 if self.unit == "week" else 1)
            return (day - self.first).days // length
        months = (day.year - self.first.year) * MONTHS_OF_A_YEAR + day.month - self.first.month
        length = self.every * (MONTHS_OF_A_YEAR if self.unit == "year" else 1)
        return max(months // length - 1, 0)


def _months_later(day: date, months: int) -> date:
    index = day.year * MONTHS_OF_A_YEAR + day.month - 1 + months
    year, month = divmod(index, MONTHS_OF_A_YEAR)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def starts_at(day: date, zone: ZoneInfo) -> datetime:
    """Tell the moment at which the day begins on the wall; in UTC, right over changes of clocks."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(ZoneInfo("UTC"))


def ends_at(day: date, zone: ZoneInfo) -> datetime:
    """Tell the moment at which the day is over: the next one's beginning."""
    return starts_at(day + timedelta(days=1), zone)


def monday_of(day: date) -> date:
    """Tell the Monday of the day's week."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, kw_only=True)
class Span:
    """From one moment until just before another, both aware."""

    since: datetime
    until: datetime


def last_night(now: datetime, zone: ZoneInfo) -> Span:
    """Tell the night that began last: 18:00 to 8:00 on the wall, up to now at most."""
    local = now.astimezone(zone)
    evening = local.date() if local.time() >= EVENING else local.date() - timedelta(days=1)
    since = datetime.combine(evening, EVENING, tzinfo=zone)
    until = datetime.combine(evening + timedelta(days=1), MORNING, tzinfo=zone)
    return _up_to(now, since, until)


def last_weekend(now: datetime, zone: ZoneInfo) -> Span:
    """Tell the weekend that began last: Friday 18:00 to Monday 8:00 on the wall, up to now."""
    local = now.astimezone(zone)
    friday = local.date() - timedelta(days=(local.weekday() - 4) % 7)
    if friday == local.date() and local.time() < EVENING:
        friday -= timedelta(days=7)
    since = datetime.combine(friday, EVENING, tzinfo=zone)
    until = datetime.combine(friday + timedelta(days=3), MORNING, tzinfo=zone)
    return _up_to(now, since, until)


def _up_to(now: datetime, since: datetime, until: datetime) -> Span:
    utc = ZoneInfo("UTC")
    return Span(since=since.astimezone(utc), until=min(until, now).astimezone(utc))


@dataclass(frozen=True, kw_only=True)
class Share:
    """What a person did of a department's work that people did in the span."""

    who: str
    deeds: int
    counts: bool


@dataclass(frozen=True, kw_only=True)
class BusFactor:
    """How many people could run a department tomorrow, and who did how much."""

    people: int
    shares: Sequence[Share]
    deeds: int


def bus_factor(deeds: Mapping[str, int]) -> BusFactor:
    """Count who did at least a fair share of what people did: of `deeds` by each person.

    A fair share is half of an even one, deeds ÷ (2 × people who did anything), and at least
    `FEWEST_DEEDS`. 90, 8 and 2 deeds: 100 ÷ 6 = 16.7, so one person can run it.
    """
    done = {who: number for who, number in deeds.items() if number > 0}
    whole = sum(done.values())
    shares = [
        Share(
            who=who,
            deeds=number,
            counts=number >= FEWEST_DEEDS and 2 * len(done) * number >= whole,
        )
        for who, number in sorted(done.items(), key=lambda item: (-item[1], item[0]))
    ]
    return BusFactor(people=sum(share.counts for share in shares), shares=shares, deeds=whole)


def counted(doers: Iterable[str]) -> dict[str, int]:
    """Count the deeds of each."""
    return dict(Counter(doers))


@dataclass(frozen=True, kw_only=True)
class Streak:
    """Weeks in a row up to now: `kept` without a miss, or `missed` with one; one of both is 0."""

    kept: int
    missed: int

    def sentence(self) -> str:
        """Say it plainly."""
        if self.missed:
            return f"{_weeks(self.missed)} had a miss."
        if self.kept:
            return f"{_weeks(self.kept)} had no miss."
        return "No week with a promise due yet."


def _weeks(number: int) -> str:
    if number == 1:
        return "The last week with promises"
    return f"The last {number} weeks with promises"


@dataclass(frozen=True, kw_only=True)
class Week:
    """How a week's promises went."""

    done: int
    missed: int


def streak(weeks: Iterable[Week]) -> Streak:
    """Fold the weeks, the latest first; a week without a promise due neither keeps nor breaks."""
    kept = missed = 0
    for week in weeks:
        if week.missed:
            if kept:
                break
            missed += 1
        elif week.done:
            if missed:
                break
            kept += 1
    return Streak(kept=kept, missed=missed)


def rises(*, failed: int, tried: int, failed_before: int, tried_before: int) -> bool:
    """Judge whether failing payments are an emergency.

    The last hour's share of attempts that failed lies beyond three standard errors above the
    normal share (of the four weeks before, one half of a failure added so that it is never
    nothing), it is at least one half, and at least three attempts failed. Fewer say nothing.
    """
    if failed < 3 or tried == 0 or 2 * failed < tried:
        return False
    normal = (failed_before + 0.5) / (tried_before + 1)
    error = (normal * (1 - normal) / tried) ** 0.5 if normal < 1 else 0.0
    return failed / tried > normal + 3 * error
