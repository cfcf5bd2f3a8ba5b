"""Commitments and the weekly check-in: promising, keeping, missing, preparing, answering."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from hammock.departments.team.models import CheckIn, Commitment, Member, Partner
from hammock.departments.team.rhythm import letters, rules
from hammock.departments.team.rhythm.errors import AlreadyAnswered, NoSuchThing
from hammock.departments.team.rhythm.events import CheckInAnswered, CommitmentClosed
from hammock.departments.team.rhythm.rules import Streak, Week
from hammock.kit import clock, facts, links
from hammock.kit.errors import FieldError
from hammock.kit.locks import lock

CHECK_IN = "check-in"
LINK_LASTS = timedelta(days=60)
WEEKS_BACK = 52


@dataclass(frozen=True, kw_only=True)
class Number:
    """A figure of the week beside what it is measured against, both written for people."""

    name: str
    was: str
    against: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """A member's week: what was promised and kept, what missed, what comes, and the numbers."""

    done: Sequence[str]
    missed: Sequence[str]
    coming: Sequence[str]
    numbers: Sequence[Number]
    streak: str

    def packed(self) -> dict[str, Any]:
        """Give it as JSON."""
        return asdict(self)


def commitments(member_id: int) -> QuerySet[Commitment]:
    """List a member's promises, the next first."""
    return Commitment.objects.filter(member_id=member_id)


def promise(*, member_id: int, what: str, measure: str, due_on: date) -> Commitment:
    """Write a promise in the caller's transaction. Raises `FieldError` for a day that is over."""
    if due_on < clock.today():
        raise FieldError(field="by", problem="this day is over; promise for today or later")
    return Commitment.objects.create(member_id=member_id, what=what, measure=measure, due_on=due_on)


def keep(commitment_id: int, *, member_id: int) -> Commitment:
    """Note that a promise is kept, in the caller's transaction; one that was missed stays missed.

    Raises `NoSuchThing`.
    """
    found = lock(Commitment.objects.filter(pk=commitment_id, member_id=member_id))
    if not found:
        raise NoSuchThing
    if found[0].state == Commitment.State.OPEN:
        is_late = found[0].due_on < clock.today()
        _close(found[0], Commitment.State.MISSED if is_late else Commitment.State.DONE)
    return found[0]


def miss_overdue() -> int:
    """Note, in the caller's transaction, which promises' day is over; tells how many."""
    late = lock(Commitment.objects.filter(state="open", due_on__lt=clock.today()))
    for one in late:
        _close(one, Commitment.State.MISSED)
    return len(late)


def streak(member_id: int, *, before: date) -> Streak:
    """Fold the weeks that were over before the Monday, the latest first."""
    since = before - timedelta(weeks=WEEKS_BACK)
    closed = list(
        Commitment.objects.filter(
            member_id=member_id, due_on__gte=since, due_on__lt=before
        ).exclude(state="open")
    )
    weeks = []
    for number in range(1, WEEKS_BACK + 1):
        monday = before - timedelta(weeks=number)
        states = [one.state for one in closed if rules.monday_of(one.due_on) == monday]
        weeks.append(Week(done=states.count("done"), missed=states.count("missed")))
    return rules.streak(weeks)


def week_report(member_id: int, *, week: date, numbers: Sequence[Number]) -> Report:
    """Write down a member's week from their promises."""
    after = week + timedelta(days=7)
    theirs = Commitment.objects.filter(member_id=member_id)
    of_week = theirs.filter(due_on__gte=week, due_on__lt=after)
    return Report(
        done=[_written(one) for one in of_week.filter(state="done")],
        missed=[_written(one) for one in of_week.filter(state="missed")],
        coming=[
            f"{_written(one)}, by {one.due_on:%-d %B}"
            for one in theirs.filter(state="open", due_on__gte=after)[:20]
        ],
        numbers=list(numbers),
        streak=streak(member_id, before=after).sentence(),
    )


def to_check(week: date) -> Sequence[Member]:
    """List whose week has no check-in yet: members with a partner or with promises."""
    known = CheckIn.objects.filter(week=week).values("member_id")
    busy = Commitment.objects.values("member_id")
    with_partner = Partner.objects.values("member_id")
    found = Member.objects.filter(is_active=True).exclude(pk__in=known)
    return list((found.filter(pk__in=busy) | found.filter(pk__in=with_partner)).distinct())


def write_check_in(member: Member, *, week: date, report: Report) -> CheckIn:
    """Keep the check-in once and mail it to the partner, in the caller's transaction."""
    found, is_new = CheckIn.objects.get_or_create(
        member=member, week=week, defaults={"report": report.packed()}
    )
    partner = Partner.objects.filter(member=member).first()
    if is_new and partner is not None:
        letters.write_partner(
            to=partner.email,
            key=f"check-in:{found.pk}",
            letter=letters.compose(
                "mail_check_in",
                partner=partner,
                member=member,
                check_in=found,
                answer_url=answer_url(found),
                takes_mail=settings.INBOX is not None,
            ),
        )
        found.sent_to = partner.email
        found.save(update_fields=["sent_to"])
    return found


def answer_url(check_in: CheckIn) -> str:
    """Give the address under which the partner answers without signing in."""
    return links.absolute("entry:check_in", token=links.sign(CHECK_IN, check_in.pk))


def of_link(token: str) -> CheckIn:
    """Find the check-in that a partner's link opens. Raises `LinkRefused`, `NoSuchThing`."""
    check_in_id = links.unsign(CHECK_IN, token, max_age=LINK_LASTS)
    found = CheckIn.objects.filter(pk=check_in_id).select_related("member").first()
    if found is None:
        raise NoSuchThing
    return found


def answer(check_in_id: int, *, text: str, by: str) -> CheckIn:
    """Keep the partner's answer once, in the caller's transaction.

    Raises `NoSuchThing`, `AlreadyAnswered`, or `FieldError` for an empty one.
    """
    if not text.strip():
        raise FieldError(field="answer", problem="write a word or two")
    found = lock(CheckIn.objects.filter(pk=check_in_id))
    if not found:
        raise NoSuchThing
    check_in = found[0]
    if check_in.answered_at is not None:
        raise AlreadyAnswered
    check_in.answer, check_in.answered_by = text.strip(), by
    check_in.answered_at = clock.now()
    check_in.save(update_fields=["answer", "answered_by", "answered_at"])
    facts.state(
        CheckInAnswered(check_in_id=check_in.pk, by=by), about=f"member:{check_in.member_id}"
    )
    return check_in


def answerer(check_in_id: int) -> str:
    """Name who is asked to answer a check-in: the member's partner, else where it was sent."""
    found = CheckIn.objects.filter(pk=check_in_id).first()
    partner = Partner.objects.filter(member_id=found.member_id).first() if found else None
    return partner.name if partner else found.sent_to if found else ""


def last_week() -> date:
    """Give the Monday of the week that was over last, in the business's time zone."""
    return rules.monday_of(timezone.localdate(clock.now())) - timedelta(weeks=1)


def _close(one: Commitment, state: str) -> None:
    one.state, one.closed_at = state, clock.now()
    one.save(update_fields=["state", "closed_at"])
    facts.state(
        CommitmentClosed(commitment_id=one.pk, state=state), about=f"member:{one.member_id}"
    )


def _written(one: Commitment) -> str:
    return f"{one.what} ({one.measure})"
