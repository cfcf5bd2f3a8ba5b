"""What the serving processes gathered of visits and searches is written down, and forgotten."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from hammock.departments.marketing import counting
from hammock.departments.marketing.gathering import Gathered
from hammock.kit import clock, daily_secret

SECRETS = settings.HAMMOCK_DATA / "visits"


def count_visits(gathered: Gathered) -> None:
    """Add what was gathered to its day; with nothing gathered, note that the day is counted."""
    with transaction.atomic(durable=True):
        counting.write(gathered)


def forget_visitors() -> int:
    """Delete the hashes and the secrets of the days that are over; tells how many hashes."""
    today = clock.today()
    daily_secret.forget(before=today, folder=SECRETS)
    with transaction.atomic(durable=True):
        return counting.forget_seen(before=today)
