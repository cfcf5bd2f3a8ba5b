"""When to try again, and when the timetable's moments are: pure arithmetic of time."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

_FIRST_WAIT = timedelta(seconds=15)
_LONGEST_WAIT = timedelta(hours=6)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TEXT_LIMIT = 20_000


def wait_before_retry(*, attempts: int, jitter: float) -> timedelta:
    """Tell how long to wait after the given number of failed attempts.

    15 s, 1 min, 4 min, 16 min, 64 min, about 4 h, then 6 h; eight attempts span half a day, an
    ordinary outage of a provider. `jitter` from 0 to 1 lengthens it by up to a quarter, so that
    what failed together does not come back together.
    """
    growth: int = 4 ** min(attempts - 1, 10)
    wait = min(_FIRST_WAIT * growth, _LONGEST_WAIT)
    return wait * (1 + jitter / 4)


@dataclass(frozen=True, kw_only=True)
class Interval:
    """Every so often, counted from midnight UTC of 1 January 1970."""

    every: timedelta

    def latest(self, now: datetime, zone: tzinfo) -> datetime:
        """Tell the last moment that is due at or before `now`."""
        return now - (now - _EPOCH) % self.every

    def following(self, now: datetime, zone: tzinfo) -> datetime:
        """Tell the first moment that is due after `now`."""
        return self.latest(now, zone) + self.every


@dataclass(frozen=True, kw_only=True)
class Daily:
    """Once a day at a time on the wall in the business's zone.

    A time that the change to summer time leaves out comes an hour later that day; one that it
    repeats counts the first time.
    """

    at: time

    def latest(self, now: datetime, zone: tzinfo) -> datetime:
        """Tell the last moment that is due at or before `now`."""
        today = self._on(now, zone, days=0)
        return today if today <= now else self._on(now, zone, days=-1)

    def following(self, now: datetime, zone: tzinfo) -> datetime:
        """Tell the first moment that is due after `now`."""
        today = self._on(now, zone, days=0)
        return today if today > now else self._on(now, zone, days=1)

    def _on(self, now: datetime, zone: tzinfo, *, days: int) -> datetime:
        day = now.astimezone(zone).date() + timedelta(days=days)
        return datetime.combine(day, self.at, tzinfo=zone).astimezone(UTC)


Schedule = Interval | Daily


def schedule(*, minutes: int | None, hours: int | None, daily_at: str | None) -> Schedule:
    """Read the one way of saying when; raises ValueError unless exactly one is said rightly."""
    if sum(said is not None for said in (minutes, hours, daily_at)) != 1:
        raise ValueError("say one of minutes, hours and daily_at")
    if daily_at is not None:
        return Daily(at=time.fromisoformat(daily_at))
    span = timedelta(minutes=minutes or 0, hours=hours or 0)
    if span <= timedelta(0):
        raise ValueError("an interval is longer than nothing")
    return Interval(every=span)


def told(error: BaseException) -> str:
    """Tell an error as a row keeps it: its class and sentence first, then the traceback.

    Fit for every database: no NUL, no lone surrogate; of a long traceback the last 20,000
    characters.
    """
    kind = type(error)
    head = f"{kind.__module__}.{kind.__qualname__}: {error}"[:500]
    trace = "".join(traceback.format_exception(error))[-_TEXT_LIMIT:]
    plain = f"{head}\n\n{trace}".encode("utf-8", "backslashreplace").decode("utf-8")
    return plain.replace("\x00", "\\x00")
