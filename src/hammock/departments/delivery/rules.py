"""When work is due, how often a file may be fetched, what stands in a calendar: pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

DOWNLOADS_ALLOWED = 10
LINK_LASTS = timedelta(hours=48)


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
