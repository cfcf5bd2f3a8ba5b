"""The owner chooses where emergencies go, and shows that mail arrives there."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.team.models import EmergencyLine
from hammock.departments.team.rhythm import alarms
from hammock.kit.money import Money


def set_emergencies(*, email: str, dispute_limit: Money) -> EmergencyLine:
    """Set the address and the limit; a new address is mailed a link that confirms it."""
    with transaction.atomic(durable=True):
        return alarms.set_line(email=email, dispute_limit=dispute_limit)


def confirm_emergencies(*, token: str) -> EmergencyLine:
    """Note that mail arrives. Raises `LinkRefused`, `NoSuchThing`."""
    with transaction.atomic(durable=True):
        return alarms.confirm(token)
