"""Reading who is away and who stands in, and planning it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from hammock.departments.team.models import Absence, HeldLetter, LastLook, Member
from hammock.departments.team.rhythm import rules
from hammock.departments.team.rhythm.errors import (
    AbsenceRefused,
    DeputyIsAway,
    NoSuchThing,
    NotAway,
    Overlaps,
    StandsIn,
)
from hammock.departments.team.rhythm.events import CameBack, WentAway
from hammock.departments.team.rhythm.rules import Days
from hammock.kit import clock, facts
from hammock.kit.locks import lock

LONGEST_DAYS = 366


@dataclass(frozen=True, kw_only=True)
class Plan:
    """An absence as somebody wants it; owners name a deputy, others need none."""

    member_id: int
    deputy_id: int | None
    days: Days


def owner() -> Member | None:
    """Find the owner: the first member with all rights."""
    return Member.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()


def on(day: date, *, member_id: int | None = None) -> Absence | None:
    """Find the absence that covers the day: the member's, else the owner's."""
    boss = owner() if member_id is None else None
    who = boss.pk if boss is not None else member_id
    if who is None:
        return None
    found = _reaching(day).filter(member_id=who, starts_on__lte=day)
    return found.order_by("starts_on").first()


def at(moment: datetime) -> Absence | None:
    """Find the owner's absence at that moment, in the business's time zone."""
    return on(timezone.localdate(moment))


def gone(moment: datetime) -> QuerySet[Absence]:
    """List whoever's absences cover that moment, in the business's time zone."""
    day = timezone.localdate(moment)
    return _reaching(day).filter(starts_on__lte=day)


def during(days: Days) -> QuerySet[Absence]:
    """List the absences that have a day in common with these."""
    return _reaching(days.first).filter(starts_on__lte=days.last)


def until(absence: Absence) -> datetime:
    """Tell the moment at which the absence is over: the day after its last begins."""
    return rules.ends_at(absence.ends_on, zone())


def zone() -> ZoneInfo:
    """Give the business's time zone."""
    return ZoneInfo(str(timezone.get_current_timezone()))


def coming(member_id: int) -> QuerySet[Absence]:
    """List the member's absences that are not over, the next first."""
    return _reaching(clock.today()).filter(member_id=member_id).order_by("starts_on")


def past(member_id: int) -> QuerySet[Absence]:
    """List the member's absences that are over or were called off, the latest first."""
    kept = coming(member_id).values("pk")
    found = Absence.objects.filter(member_id=member_id).exclude(pk__in=kept)
    return found.select_related("deputy")


def unread(member_id: int) -> Absence | None:
    """Find the member's last absence if it is over and they have not looked at it since."""
    last = Absence.objects.filter(member_id=member_id, starts_on__lt=clock.today()).first()
    if last is None or last.covers(clock.today()) or last.came_back_on == last.starts_on:
        return None
    back = rules.starts_at(last.came_back_on, zone()) if last.came_back_on else until(last)
    looked = last_look(member_id)
    return last if looked is None or looked < back else None


def deputies(member_id: int) -> QuerySet[Member]:
    """List who could stand in: members who may enter the console, the member themselves not."""
    return Member.objects.filter(is_active=True).exclude(pk=member_id).order_by("name", "email")


def held(member_id: int, *, since: datetime, until: datetime) -> Sequence[HeldLetter]:
    """List what was not mailed to the member in the span."""
    return list(HeldLetter.objects.filter(member_id=member_id, held_at__range=(since, until)))


def last_look(member_id: int) -> datetime | None:
    """Tell when the member last looked at what happened."""
    found = LastLook.objects.filter(member_id=member_id).first()
    return found.seen_at if found else None


def note_look(member_id: int) -> None:
    """Note, in the caller's transaction, that the member looked just now."""
    LastLook.objects.update_or_create(member_id=member_id, defaults={"seen_at": clock.now()})


def refuse(plan: Plan) -> Member:
    """Check a plan against the calendar, in the caller's transaction; answers with the member.

    Locks all members, so two plans never pass each other. Raises `NoSuchThing`, `AbsenceRefused`,
    `Overlaps`, `StandsIn` or `DeputyIsAway`.
    """
    people = {member.pk: member for member in lock(Member.objects.filter(is_active=True))}
    leaving = people.get(plan.member_id)
    if leaving is None:
        raise NoSuchThing
    _refuse_days(plan.days)
    if leaving.is_superuser or plan.deputy_id is not None:
        _refuse_deputy(plan, people)
    for other in during(plan.days):
        if other.member_id == plan.member_id:
            raise Overlaps(first=other.starts_on, last=other.ends_on)
        if other.member_id == plan.deputy_id:
            raise DeputyIsAway(
                name=other.member.get_full_name(), first=other.starts_on, last=other.ends_on
            )
        if other.deputy_id == plan.member_id:
            raise StandsIn(
                name=other.member.get_full_name(), first=other.starts_on, last=other.ends_on
            )
    return leaving


def plan_absence(plan: Plan, *, by: str, overridden: Sequence[str] = (), why: str = "") -> Absence:
    """Write the absence and state `WentAway`, in the caller's transaction after `refuse`."""
    made = Absence.objects.create(
        member_id=plan.member_id,
        deputy_id=plan.deputy_id,
        starts_on=plan.days.first,
        ends_on=plan.days.last,
        planned_by=by,
        overridden=list(overridden),
        override_why=why,
    )
    facts.state(
        WentAway(
            absence_id=made.pk,
            starts_on=made.starts_on.isoformat(),
            ends_on=made.ends_on.isoformat(),
            deputy=made.deputy.get_full_name() if made.deputy else "",
            overridden=list(overridden),
            why=why,
        ),
        about=f"member:{plan.member_id}",
    )
    return made


def end_absence(absence_id: int, *, member_id: int) -> Absence:
    """End the member's absence today (one that has not begun: call it off), in the transaction.

    Raises `NotAway` for one that is over, ended or another's.
    """
    found = lock(Absence.objects.filter(pk=absence_id, member_id=member_id))
    today = clock.today()
    if not found or found[0].came_back_on is not None or found[0].ends_on < today:
        raise NotAway
    absence = found[0]
    absence.came_back_on = max(min(today, absence.ends_on), absence.starts_on)
    absence.save(update_fields=["came_back_on"])
    facts.state(CameBack(absence_id=absence.pk, on=today.isoformat()), about=f"member:{member_id}")
    return absence


def _refuse_days(days: Days) -> None:
    if days.first < clock.today():
        raise AbsenceRefused(field="from", problem="this day is over; begin today or later")
    if days.last < days.first:
        raise AbsenceRefused(field="to", problem="you would be back before you leave")
    if len(days) > LONGEST_DAYS:
        raise AbsenceRefused(field="to", problem=f"plan {LONGEST_DAYS} days at most at a time")


def _refuse_deputy(plan: Plan, people: Mapping[int, Member]) -> None:
    if plan.deputy_id == plan.member_id:
        raise AbsenceRefused(field="deputy", problem="nobody stands in for themselves")
    if plan.deputy_id not in people:
        raise AbsenceRefused(field="deputy", problem="choose somebody of your team")


def _reaching(day: date) -> QuerySet[Absence]:
    """Find the absences that cover the day or a later one; one called off covers none."""
    kept = Q(came_back_on__isnull=True) | (
        Q(came_back_on__gt=day) & Q(came_back_on__gt=F("starts_on"))
    )
    return Absence.objects.filter(kept, ends_on__gte=day).select_related("member", "deputy")
