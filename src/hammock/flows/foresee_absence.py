"""What would break while the owner is away, from how the house stands today."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from hammock.departments.sales import overview
from hammock.departments.team.models import Member
from hammock.departments.team.rhythm import alarms, away, duties
from hammock.departments.team.rhythm.away import Plan
from hammock.kit import clock
from hammock.kit.jobs import queries as jobs
from hammock.kit.mail.queries import shut_mailbox

FRESH = timedelta(days=7)


def foresee_absence(plan: Plan) -> list[str]:
    """Say, a sentence each, what would stand still or go wrong; nothing when all is ready."""
    return [*_emergencies(), *_handed_over(plan), *_chairs_left(plan), *_waiting()]


def _emergencies() -> Iterator[str]:
    for incident in alarms.open_incidents():
        yield f"{incident.get_kind_display()}, now: {incident.seen}"
    line = alarms.line()
    if line is None:
        yield "Nobody chose where emergencies go. Set the address under Emergencies and confirm it."
    elif line.confirmed_at is None:
        yield f"The emergency address {line.email} is not confirmed: mail may not arrive there."
    if shut_mailbox() is not None:
        yield "The house’s mailbox does not open: mails that come back would not be seen."
    last = alarms.last_backup()
    if last is None:
        yield "No backup was ever written. Run “hammock backup”."
    elif clock.now() - last > FRESH:
        yield f"The last backup is of {last:%-d %B %Y}. Run “hammock backup” before you go."


def _handed_over(plan: Plan) -> Iterator[str]:
    deputy = Member.objects.get(pk=plan.deputy_id or 0)  # an owner's plan has one
    name = deputy.get_full_name()
    if not deputy.password or not deputy.has_usable_password():
        yield f"{name} has never signed in and could not act."
    if not deputy.has_perm("sales.change_order"):
        yield f"{name} may not change orders: refunds and questions about them would wait for you."
    alone = duties.between(plan.days.first, plan.days.last, owner_id=plan.member_id)
    titles = sorted({run.procedure.title for run in alone})
    for title in titles:
        days = [f"{run.on:%-d %B}" for run in alone if run.procedure.title == title]
        yield f"“{title}” is yours and comes due on {', '.join(days[:3])}: hand it to somebody."


def _chairs_left(plan: Plan) -> Iterator[str]:
    gone = list(away.during(plan.days))
    there = Member.objects.filter(is_active=True).exclude(pk__in=[one.member_id for one in gone])
    filled = set(there.values_list("role", flat=True))
    for one in gone:
        duty = one.member.duty
        if duty is not None and one.member.role not in filled:
            yield (
                f"{one.member.get_full_name()} is away too, from {one.starts_on:%-d %B} to "
                f"{one.ends_on:%-d %B}, and nobody else of {duty.label.lower()} is there."
            )


def _waiting() -> Iterator[str]:
    failed = jobs.counts().failed
    if failed:
        yield f"{failed} job{'s' if failed != 1 else ''} failed and wait for somebody."
    for refund in overview.failed_refunds():
        yield f"The refund of {refund.amount} for {refund.payment.order.reference} failed."
    owner = away.owner()
    for run in duties.due():
        if run.is_late and owner is not None and run.procedure.owner_id == owner.pk:
            yield f"“{run.procedure.title}” was due on {run.on:%-d %B} and is not done."
