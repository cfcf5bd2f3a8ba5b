"""Emergencies: the line that they are sent on, opening one, closing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from hammock.departments.team.models import BackupRun, EmergencyLine, Incident
from hammock.departments.team.rhythm import away, letters
from hammock.departments.team.rhythm.errors import NoSuchThing
from hammock.departments.team.rhythm.events import IncidentClosed, IncidentOpened
from hammock.kit import clock, facts, links
from hammock.kit.locks import lock
from hammock.kit.money import Money

CONFIRM = "emergency-address"
USUAL_LIMIT = 100
"""From how many major units in dispute on it is an emergency where nobody chose."""


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """What was seen of an emergency, and what to do about it."""

    seen: str
    remedy: str


def line() -> EmergencyLine | None:
    """Give the line, once it was set."""
    return EmergencyLine.objects.first()


def address() -> str:
    """Tell where emergencies go: the confirmed address, else the owner's own."""
    found, owner = line(), away.owner()
    if found is not None and found.confirmed_at is not None:
        return found.email
    return owner.email if owner else ""


def dispute_limit(currency: str) -> Money:
    """Tell from what sum in dispute on it is an emergency."""
    found = line()
    if found is None:
        return Money.parse(str(USUAL_LIMIT), currency)
    return Money(found.dispute_limit_minor, currency)


def set_line(*, email: str, dispute_limit: Money) -> EmergencyLine:
    """Set the line, in the caller's transaction; a new address gets a link that confirms it."""
    before = line()
    is_new = before is None or before.email != email
    confirmed = None if is_new or before is None else before.confirmed_at
    found, _is_first = EmergencyLine.objects.update_or_create(
        id=1,
        defaults={
            "email": email,
            "confirmed_at": confirmed,
            "dispute_limit_minor": dispute_limit.minor,
        },
    )
    if found.confirmed_at is None:
        letters.write_emergency(
            to=email,
            key=f"emergency-address:{clock.now():%Y%m%d%H%M%S%f}",
            letter=letters.compose(
                "mail_confirm",
                confirm_url=links.absolute(
                    "entry:confirm_emergencies", token=links.sign(CONFIRM, email)
                ),
            ),
        )
    return found


def of_link(token: str) -> str:
    """Tell which address a link confirms. Raises `LinkRefused`, or `NoSuchThing` for an old one."""
    email: str = links.unsign(CONFIRM, token)
    if not EmergencyLine.objects.filter(email=email).exists():
        raise NoSuchThing
    return email


def confirm(token: str) -> EmergencyLine:
    """Note that mail to the address arrives. Raises `LinkRefused`, `NoSuchThing`."""
    found = lock(EmergencyLine.objects.filter(email=of_link(token)))
    if not found:
        raise NoSuchThing
    if found[0].confirmed_at is None:
        found[0].confirmed_at = clock.now()
        found[0].save(update_fields=["confirmed_at"])
    return found[0]


def is_open(kind: str) -> bool:
    """Tell whether an emergency of this kind is open."""
    return Incident.objects.filter(kind=kind, closed_at__isnull=True).exists()


def open_incidents() -> Sequence[Incident]:
    """List what is wrong now."""
    return list(Incident.objects.filter(closed_at__isnull=True))


def incidents(*, since: datetime, until: datetime) -> QuerySet[Incident]:
    """List what was wrong at some time of the span."""
    found = Incident.objects.filter(opened_at__lt=until)
    return found.filter(closed_at__isnull=True) | found.filter(closed_at__gte=since)


def history() -> QuerySet[Incident]:
    """List all emergencies that ever were, the latest first."""
    return Incident.objects.all()


def last_backup() -> datetime | None:
    """Tell when a backup was last written whole."""
    found = BackupRun.objects.filter(problem="").first()
    return found.at if found else None


def failed_backup() -> BackupRun | None:
    """Give the last attempt if it failed."""
    found = BackupRun.objects.first()
    return found if found and found.problem else None


def take_note(alarms: Mapping[str, Alarm]) -> list[Incident]:
    """Open what is new, close what is over, in the caller's transaction; gives what is new.

    `alarms` holds what is wrong now, by kind. What is open already stays as it was told.
    """
    for incident in lock(Incident.objects.filter(closed_at__isnull=True)):
        if incident.kind not in alarms:
            incident.closed_at = clock.now()
            incident.save(update_fields=["closed_at"])
            facts.state(
                IncidentClosed(incident_id=incident.pk, kind=incident.kind),
                about=f"incident:{incident.pk}",
            )
    return [new for kind, alarm in alarms.items() if (new := _opened(kind, alarm)) is not None]


def _opened(kind: str, alarm: Alarm) -> Incident | None:
    incident, is_new = Incident.objects.get_or_create(
        kind=kind,
        closed_at=None,
        defaults={"seen": alarm.seen, "remedy": alarm.remedy},
    )
    if not is_new:
        return None
    facts.state(
        IncidentOpened(incident_id=incident.pk, kind=kind, seen=alarm.seen),
        about=f"incident:{incident.pk}",
    )
    return incident


def tell(incident: Incident) -> None:
    """Mail the incident once, in the caller's transaction; to nobody where there is no owner."""
    to = address()
    if not to:
        return
    letters.write_emergency(
        to=to,
        key=f"incident:{incident.pk}",
        letter=letters.compose(
            "mail_emergency", incident=incident, console_url=links.absolute("wagtailadmin_home")
        ),
    )
    incident.told_at, incident.told_to = clock.now(), to
    incident.save(update_fields=["told_at", "told_to"])
