"""How moments and sizes are written for people, in the business's time zone."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format

_UNITS = ("bytes", "KB", "MB", "GB", "TB")


def day(moment: datetime | date) -> str:
    """Write a day: `24 November 2026`."""
    local = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    return date_format(local, "j F Y")


def moment(when: datetime) -> str:
    """Write a moment: `24 November 2026, 14:02`."""
    return date_format(timezone.localtime(when), "j F Y, H:i")


def span(starts_at: datetime, ends_at: datetime) -> str:
    """Write a time span with its zone: `Friday 4 December 2026, 10:00 to 13:00 (UTC)`."""
    start, end = timezone.localtime(starts_at), timezone.localtime(ends_at)
    if start.date() == end.date():
        return f"{date_format(start, 'l j F Y, H:i')} to {date_format(end, 'H:i (T)')}"
    return f"{date_format(start, 'l j F Y, H:i')} to {date_format(end, 'l j F Y, H:i (T)')}"


def size(count: int) -> str:
    """Write a file's size in steps of 1000: `1.4 MB`."""
    amount, unit = float(count), 0
    while amount >= 1000 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{amount:.0f} {_UNITS[unit]}" if unit < 2 else f"{amount:.1f} {_UNITS[unit]}"
