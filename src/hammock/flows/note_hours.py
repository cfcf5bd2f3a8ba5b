"""Time is noted: the timer starts, stops or is forgotten, a week is written, energy is tapped."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from hammock.departments.planning import hours
from hammock.departments.planning.hours import TimerRuns
from hammock.departments.planning.models import Energy, Timing, WeekHours


def start_timer(*, member_id: int) -> Timing:
    """Start the timer. Raises `TimerRuns`, also where another click came first."""
    try:
        with transaction.atomic(durable=True):
            return hours.start_timer(member_id=member_id)
    except IntegrityError:
        raise TimerRuns from None


def stop_timer(*, member_id: int, stopped_at: datetime | None = None) -> Timing:
    """Stop the timer. Raises `NoTimer`, `TimerForgotten`, or `FieldError` for a wrong moment."""
    with transaction.atomic(durable=True):
        return hours.stop_timer(member_id=member_id, stopped_at=stopped_at)


def drop_timer(*, member_id: int) -> bool:
    """Forget the running timer; False if none runs."""
    with transaction.atomic(durable=True):
        return hours.drop_timer(member_id=member_id)


def write_week(*, member_id: int, week_of: date, minutes: int | None) -> WeekHours | None:
    """Write a week's hours down, or with None let its timer count again. Raises `FieldError`."""
    with transaction.atomic(durable=True):
        if minutes is None:
            hours.unwrite_week(member_id=member_id, week_of=week_of)
            return None
        return hours.write_week(member_id=member_id, week_of=week_of, minutes=minutes)


def tap_energy(*, member_id: int, level: int) -> Energy:
    """Keep how this week feels. Raises `FieldError`."""
    with transaction.atomic(durable=True):
        return hours.tap_energy(member_id=member_id, level=level)
