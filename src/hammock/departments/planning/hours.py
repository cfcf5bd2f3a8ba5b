"""The owner's time: the timer, hours by the week, energy, days off, and what an hour brought.

Writes assume the caller's transaction. All spans of days end with the day before `until`.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from django.db.models import Q
from django.utils import timezone

from hammock.departments.ledger import queries as books
from hammock.departments.planning.models import Energy, Timing, WeekHours
from hammock.departments.planning.rules import hours as rules
from hammock.departments.planning.rules.hours import Rest, Run, Worked
from hammock.kit import clock
from hammock.kit.errors import FieldError, HammockError
from hammock.kit.locks import lock
from hammock.kit.money import Money, total

WAGE_WEEKS = 12


class TimerRuns(HammockError):
    """The timer is running already."""

    def sentence(self) -> str:
        """Say what to do."""
        return "The timer is running already. Stop it first."


class NoTimer(HammockError):
    """No timer is running."""

    def sentence(self) -> str:
        """Say it."""
        return "No timer is running."


class TimerForgotten(HammockError):
    """The timer ran for so long that it was forgotten; it counts once its end is told."""

    def __init__(self, *, started_at: datetime) -> None:
        super().__init__(started_at)
        self.started_at = started_at

    def sentence(self) -> str:
        """Ask for the end."""
        began = timezone.localtime(self.started_at)
        return f"The timer has run since {began:%-d %B, %H:%M}. When did you stop?"


@dataclass(frozen=True, kw_only=True)
class Deeds:
    """What the console noted of a member: the days on which they did something.

    `begun` is the first day of which it could tell, None where it never noted anything.
    """

    days: Set[date] = frozenset()
    begun: date | None = None


@dataclass(frozen=True, kw_only=True)
class Wage:
    """What an hour brought: `profit` of the weeks with hours, over these hours."""

    profit: Money
    hours: Decimal
    weeks: int

    @property
    def an_hour(self) -> Money:
        """The profit of an hour, to the minor unit."""
        exact = Decimal(self.profit.minor) / self.hours
        return Money(int(exact.quantize(Decimal(1), ROUND_HALF_EVEN)), self.profit.currency)


def start_timer(*, member_id: int) -> Timing:
    """Start the member's timer. Raises `TimerRuns`."""
    if running(member_id=member_id) is not None:
        raise TimerRuns
    return Timing.objects.create(member_id=member_id)


def stop_timer(*, member_id: int, stopped_at: datetime | None = None) -> Timing:
    """Stop the member's timer, now or at the moment told.

    Raises `NoTimer`; `TimerForgotten` where it ran for more than twelve hours and nobody told when
    it should have stopped; `FieldError` for a moment that cannot be.
    """
    found = lock(Timing.objects.filter(member_id=member_id, stopped_at=None))
    if not found:
        raise NoTimer
    timing, now = found[0], clock.now()
    if stopped_at is None and now - timing.started_at > rules.LONGEST_RUN:
        raise TimerForgotten(started_at=timing.started_at)
    timing.stopped_at = stopped_at or max(now, timing.started_at + timedelta(microseconds=1))
    if stopped_at is not None:
        rules.check_stop(started_at=timing.started_at, stopped_at=stopped_at, now=now)
    timing.save(update_fields=["stopped_at"])
    return timing


def drop_timer(*, member_id: int) -> bool:
    """Forget the running timer, as if it had not been started; False if none runs."""
    gone, _rows = Timing.objects.filter(member_id=member_id, stopped_at=None).delete()
    return bool(gone)


def write_week(*, member_id: int, week_of: date, minutes: int) -> WeekHours:
    """Write down a week's hours; they count instead of its timer. Raises `FieldError`."""
    zone = timezone.get_current_timezone()
    rules.check_week(week_of=week_of, minutes=minutes, now=clock.now(), zone=zone)
    written, _is_new = WeekHours.objects.update_or_create(
        member_id=member_id,
        week_of=week_of,
        defaults={"minutes": minutes, "written_at": clock.now()},
    )
    return written


def unwrite_week(*, member_id: int, week_of: date) -> bool:
    """Let the timer count again for a week; False if no hours were written for it."""
    gone, _rows = WeekHours.objects.filter(member_id=member_id, week_of=week_of).delete()
    return bool(gone)


def tap_energy(*, member_id: int, level: int) -> Energy:
    """Keep how this week feels, 1 to 5; a second tap in the week corrects the first."""
    if not 1 <= level <= 5:
        raise FieldError(field="level", problem="tap 1 to 5")
    tapped, _is_new = Energy.objects.update_or_create(
        member_id=member_id,
        week_of=rules.monday(clock.today()),
        defaults={"level": level, "tapped_at": clock.now()},
    )
    return tapped


def running(*, member_id: int) -> Timing | None:
    """Find the member's running timer."""
    return Timing.objects.filter(member_id=member_id, stopped_at=None).first()


def is_forgotten(timing: Timing) -> bool:
    """Tell whether a running timer ran for so long that its end must be asked for."""
    return timing.stopped_at is None and clock.now() - timing.started_at > rules.LONGEST_RUN


def hours_worked(*, since: date, until: date, member_id: int | None = None) -> Worked:
    """Tell how long was worked from `since` to the day before `until`; of everybody, or of one.

    A running timer counts once it is stopped. A written week counts as written, not as timed.
    """
    days = _timed(since, until, member_id)
    written = _written(since, until, member_id)
    parts = [
        rules.worked(
            since=since,
            until=until,
            today=clock.today(),
            timed=days.get(member, {}),
            written=written.get(member, {}),
        )
        for member in days.keys() | written.keys()
    ]
    return Worked(
        timed=sum(part.timed for part in parts), written=sum(part.written for part in parts)
    )


def days_timed(*, since: date, until: date, member_id: int) -> Set[date]:
    """List the days on which the member's timer ran, a running one's days too."""
    found = set(_timed(since, until, member_id).get(member_id, {}))
    open_run = running(member_id=member_id)
    if open_run is not None and not is_forgotten(open_run):
        begun = timezone.localdate(open_run.started_at)
        found |= set(rules.days_of(begun, clock.today() + timedelta(days=1)))
    elif open_run is not None:
        found.add(timezone.localdate(open_run.started_at))
    return {day for day in found if since <= day < until}


def known_days(*, since: date, until: date, member_id: int, deeds: Deeds) -> list[date]:
    """List the past days of the span of which one can tell whether they were off."""
    firsts = [day for day in (deeds.begun, _first_day(member_id)) if day is not None]
    return rules.known_days(
        since=since,
        until=min(until, clock.today()),
        begun=min(firsts, default=None),
        traces=traces(since=since, until=until, member_id=member_id, deeds=deeds),
        written=_written(since, until, member_id).get(member_id, {}),
    )


def traces(*, since: date, until: date, member_id: int, deeds: Deeds) -> Set[date]:
    """List the days of the span on which a timer or a deed tells of work."""
    return days_timed(since=since, until=until, member_id=member_id) | deeds.days


def rest(*, since: date, until: date, member_id: int, deeds: Deeds) -> Rest:
    """Tell the days off of the span: those with no hours and no deeds."""
    return rules.rest(
        known_days(since=since, until=until, member_id=member_id, deeds=deeds),
        traces=traces(since=since, until=until, member_id=member_id, deeds=deeds),
    )


def energy_of(*, member_id: int, week_of: date) -> int | None:
    """Tell the energy that the member tapped in a week."""
    found = Energy.objects.filter(member_id=member_id, week_of=week_of).first()
    return found.level if found else None


def energies(*, member_id: int, until: date, weeks: int) -> list[Energy]:
    """List the energy of the `weeks` weeks before the Monday `until`, oldest first."""
    found = Energy.objects.filter(
        member_id=member_id, week_of__gte=until - weeks * rules.WEEK, week_of__lt=until
    )
    return list(found.order_by("week_of"))


def written_minutes(*, member_id: int, week_of: date) -> int | None:
    """Tell what the member wrote for a week; None where the timer counts."""
    found = WeekHours.objects.filter(member_id=member_id, week_of=week_of).first()
    return found.minutes if found else None


def wage(*, currency: str, weeks: int = WAGE_WEEKS) -> Wage | None:
    """Tell what an hour brought in the last whole weeks that have hours; None without any.

    Profit is the ledger's revenue less costs without tax; nothing is taken off for the owner.
    """
    this_week = rules.monday(clock.today())
    mondays = [this_week - number * rules.WEEK for number in range(1, weeks + 1)]
    minutes = {
        monday: hours_worked(since=monday, until=monday + rules.WEEK).minutes for monday in mondays
    }
    told = [monday for monday in mondays if minutes[monday]]
    if not told:
        return None
    return Wage(
        profit=total((_profit(monday, currency) for monday in told), currency=currency),
        hours=Decimal(sum(minutes.values())) / 60,
        weeks=len(told),
    )


def _profit(monday: date, currency: str) -> Money:
    rows = books.profit_and_loss(
        currency=currency, since=start_of(monday), until=start_of(monday + rules.WEEK)
    )
    return total((row.profit for row in rows), currency=currency)


def start_of(day: date) -> datetime:
    """Tell the moment at which a day begins in the business's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def _timed(since: date, until: date, member_id: int | None) -> dict[int, dict[date, int]]:
    begin, end = start_of(since), start_of(until)
    found = Timing.objects.filter(_whose(member_id), stopped_at__gt=begin, started_at__lt=end)
    runs: dict[int, list[Run]] = {}
    for one in found:
        if one.stopped_at is not None:
            runs.setdefault(one.member_id, []).append(
                Run(started_at=one.started_at, stopped_at=one.stopped_at)
            )
    zone = timezone.get_current_timezone()
    return {member: rules.minutes_by_day(theirs, zone=zone) for member, theirs in runs.items()}


def _written(since: date, until: date, member_id: int | None) -> dict[int, dict[date, int]]:
    found = WeekHours.objects.filter(
        _whose(member_id), week_of__gte=rules.monday(since), week_of__lt=until
    )
    weeks: dict[int, dict[date, int]] = {}
    for one in found:
        weeks.setdefault(one.member_id, {})[one.week_of] = one.minutes
    return weeks


def _whose(member_id: int | None) -> Q:
    return Q() if member_id is None else Q(member_id=member_id)


def _first_day(member_id: int) -> date | None:
    timed = Timing.objects.filter(member_id=member_id).order_by("started_at").first()
    written = WeekHours.objects.filter(member_id=member_id).order_by("week_of").first()
    days = [
        *([timezone.localdate(timed.started_at)] if timed else []),
        *([written.week_of] if written else []),
    ]
    return min(days, default=None)
