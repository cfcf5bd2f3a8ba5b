"""When work is due, how often a file may be fetched, what stands in a calendar: pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

from hammock.departments.delivery.errors import RangeNotSatisfiable

DOWNLOADS_ALLOWED = 10
LINK_LASTS = timedelta(hours=48)
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """What stands in a customer's calendar; `uid` stays the same when it is sent again."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    join_url: str
    sent_at: datetime


@dataclass(frozen=True, kw_only=True)
class Span:
    """A stretch of a file: `length` bytes from `start`."""

    start: int
    length: int


def wanted_span(asked: str | None, *, size: int) -> Span | None:
    """Read an HTTP Range header (RFC 9110): None is the whole file.

    Another unit than bytes, and several ranges at once, give the whole file, as the RFC allows.
    Raises `RangeNotSatisfiable` for what is no range and for a range beyond the file.
    """
    if asked is None or not asked.strip().lower().startswith("bytes=") or "," in asked:
        return None
    found = _RANGE.fullmatch(asked.strip())
    first, last = found.groups() if found else ("", "")
    if first:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
    else:
        start, end = size - min(int(last or 0), size), size - 1
    if start > end:
        raise RangeNotSatisfiable(size=size)
    return Span(start=start, length=end - start + 1)


def due_on(*, ordered: date, working_days: int) -> date:
    """Count working days (Monday to Friday) from the day after the order."""
    day, left = ordered, working_days
    while left > 0:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day


def calendar_file(appointment: Appointment) -> bytes:
    """Write the appointment as iCalendar (RFC 5545)."""
    event = Event()
    event.add("uid", appointment.uid)
    event.add("summary", appointment.title)
    event.add("dtstart", appointment.starts_at)
    event.add("dtend", appointment.ends_at)
    event.add("dtstamp", appointment.sent_at)
    event.add("location", appointment.join_url or appointment.place)
    if appointment.join_url:
        event.add("url", appointment.join_url)
    calendar = Calendar()
    calendar.add("prodid", "-//Hammock//Workshops//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content
