"""Hours by day and week, from timer and written weeks without counting twice; and days off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from fractions import Fraction

from hammock.kit.errors import FieldError

LONGEST_RUN = timedelta(hours=12)  # after which a timer was forgotten, and must be asked about
WEEK = timedelta(days=7)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Run:
    """A stopped timer's run; both ends are aware."""

    started_at: datetime
    stopped_at: datetime


@dataclass(frozen=True, kw_only=True)
class Worked:
    """Work within a span of days: whole minutes, and how many came from which record."""

    timed: int
    written: int

    @property
    def minutes(self) -> int:
        """All of it."""
        return self.timed + self.written

    @property
    def hours(self) -> Decimal:
        """All of it, in hours to the hundredth."""
        return (Decimal(self.minutes) / 60).quantize(Decimal("0.01"))


@dataclass(frozen=True, kw_only=True)
class Rest:
    """Days off within a span: days of which nothing tells that there was work.

    `known` days could be told of all; `longest` is the longest stretch off among them, `last` the
    latest day off.
    """

    known: int
    off: int
    longest: int
    last: date | None


def monday(day: date) -> date:
    """Tell the day on which the week of `day` begins."""
    return day - timedelta(days=day.weekday())


def days_of(since: date, until: date) -> list[date]:
    """List the days from `since` to the one before `until`."""
    return [since + timedelta(days=number) for number in range((until - since).days)]


def minutes_by_day(runs: Iterable[Run], *, zone: tzinfo) -> dict[date, int]:
    """Split runs at the wall's midnights: whole minutes of each day."""
    spans: dict[date, timedelta] = {}
    for run in runs:
        at = run.started_at
        while at < run.stopped_at:
            day = at.astimezone(zone).date()
            end = min(run.stopped_at, _midnight_after(day, zone))
            spans[day] = spans.get(day, timedelta()) + (end - at)
            at = end
    return {day: int(span / MINUTE) for day, span in spans.items()}


def worked(
    *, since: date, until: date, today: date, timed: Mapping[date, int], written: Mapping[date, int]
) -> Worked:
    """Add up the days from `since` to the one before `until`.

    A week that was written (`written`: Monday → minutes) counts as written, whatever the timer
    says, spread evenly over its days that have begun.
    """
    by_timer, by_hand = 0, Fraction(0)
    for day in days_of(since, until):
        week = monday(day)
        if week not in written:
            by_timer += timed.get(day, 0)
        elif day <= today:
            by_hand += Fraction(written[week], min(7, (today - week).days + 1))
    return Worked(timed=by_timer, written=round(by_hand))


def known_days(
    *, since: date, until: date, begun: date | None, traces: Set[date], written: Mapping[date, int]
) -> list[date]:
    """List the days from `since` to the one before `until` of which one can tell if they were off.

    `traces` are the days with a deed or a timer, `begun` the first day of which anything could be
    told. A week with written hours and no trace at all tells nothing of its days.
    """
    return [
        day
        for day in days_of(since, until)
        if begun is not None and day >= begun and not _is_blurred(monday(day), traces, written)
    ]


def rest(known: Sequence[date], *, traces: Set[date]) -> Rest:
    """Find the days off among the days of which one can tell."""
    off = [day for day in known if day not in traces]
    return Rest(
        known=len(known),
        off=len(off),
        longest=_longest(off),
        last=off[-1] if off else None,
    )


def stretches(days: Iterable[date], *, length: int) -> list[date]:
    """Find the days that complete `length` days in a row."""
    found, run, before = [], 0, None
    for day in sorted(days):
        run = run + 1 if before is not None and day - before == timedelta(days=1) else 1
        before = day
        if run == length:
            found.append(day)
    return found


def check_week(*, week_of: date, minutes: int, now: datetime, zone: tzinfo) -> None:
    """Refuse, as a FieldError, hours that a week cannot have had."""
    local = now.astimezone(zone)
    if week_of.weekday() != 0:
        raise FieldError(field="week_of", problem="a week begins on a Monday")
    if week_of > local.date():
        raise FieldError(field="week_of", problem="this week has not begun yet")
    if minutes < 0:
        raise FieldError(field="hours", problem="write 0 or more")
    if minutes * MINUTE > WEEK:
        raise FieldError(field="hours", problem="a week has 168 hours")
    begun = now - datetime.combine(week_of, time.min, tzinfo=zone).astimezone(UTC)
    if minutes * MINUTE > begun:
        gone = int(begun / timedelta(hours=1))
        raise FieldError(field="hours", problem=f"this week has had {gone} hours so far")


def check_stop(*, started_at: datetime, stopped_at: datetime, now: datetime) -> None:
    """Refuse, as a FieldError, an end that a timer cannot have had."""
    if stopped_at > now:
        raise FieldError(field="stopped_at", problem="this moment has not come yet")
    if stopped_at <= started_at:
        raise FieldError(field="stopped_at", problem="the timer began later than that")
    if stopped_at - started_at > timedelta(days=1):
        raise FieldError(field="stopped_at", problem="nobody works for more than a day on end")


def _midnight_after(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone).astimezone(UTC)


def _is_blurred(week: date, traces: Set[date], written: Mapping[date, int]) -> bool:
    return bool(written.get(week)) and not any(day in traces for day in days_of(week, week + WEEK))


def _longest(days: Iterable[date]) -> int:
    longest = run = 0
    before: date | None = None
    for day in days:
        run = run + 1 if before is not None and day - before == timedelta(days=1) else 1
        longest, before = max(longest, run), day
    return longest
