"""The house watches itself: what is an emergency is seen, told once, and closed when it is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q

from hammock.departments.catalogue.models import Shop
from hammock.departments.sales.models import Dispute, Order, Payment
from hammock.departments.team.models import BackupRun, Incident
from hammock.departments.team.rhythm import alarms, ports, rules
from hammock.departments.team.rhythm.alarms import Alarm
from hammock.kit import clock, money
from hammock.kit.jobs import enqueue
from hammock.kit.jobs import queries as jobs
from hammock.kit.jobs.models import Job
from hammock.kit.mail.models import OutgoingMail

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
GRACE = timedelta(minutes=2)  # the provider may just be answering
NORMAL = timedelta(weeks=4)
SECOND_LOOK = timedelta(minutes=1)
STUCK = timedelta(minutes=15)
LATE_MAIL = timedelta(minutes=30)
OLD_BACKUP = timedelta(days=8)
MANY = 10
SOME = 3
FIFTH = 5


def watch_house(*, is_second_look: bool = False) -> list[Incident]:
    """Look for every emergency, close those that are over, tell each new one; gives the new.

    A front page that does not answer is an emergency at the second look, a minute after the first:
    the house may just be starting.
    """
    shop = Shop.objects.first()
    if shop is None:
        return []
    checks: dict[str, Callable[[], Alarm | None]] = {
        Incident.Kind.PAYMENTS: _payments,
        Incident.Kind.MAIL: _mail,
        Incident.Kind.DISPUTES: lambda: _disputes(shop.currency),
        Incident.Kind.SITE: lambda: _site(is_second_look=is_second_look),
        Incident.Kind.BACKUP: lambda: None if shop.is_sample else _backup(),
    }
    found = {kind: alarm for kind, check in checks.items() if (alarm := check()) is not None}
    with transaction.atomic(durable=True):
        new = alarms.take_note(found)
        for incident in new:
            alarms.tell(incident)
    return new


def note_backup(*, problem: str = "") -> None:
    """Keep whether a backup was written, with what went wrong."""
    with transaction.atomic(durable=True):
        BackupRun.objects.create(problem=problem)


def _payments() -> Alarm | None:
    now = clock.now()
    last = _tried(now - HOUR - GRACE, now - GRACE)
    before = _tried(now - NORMAL, now - HOUR - GRACE)
    if not rules.rises(
        failed=last["failed"],
        tried=last["tried"],
        failed_before=before["failed"],
        tried_before=before["tried"],
    ):
        return None
    usual = f"{before['failed']} of {before['tried']} in the four weeks before"
    return Alarm(
        seen=f"{last['failed']} of {last['tried']} payments of the last hour failed "
        f"({usual}); {last['unopened']} of them got no payment page from the provider.",
        remedy="Look at the provider's status page and at STRIPE_SECRET_KEY, then buy something "
        "yourself. Payments & refunds in the console shows the attempts.",
    )


def _tried(since: datetime, until: datetime) -> dict[str, int]:
    unopened = Q(state=Payment.State.STARTING, external_id__isnull=True)
    return Payment.objects.filter(started_at__gte=since, started_at__lt=until).aggregate(
        tried=Count("id"),
        failed=Count("id", filter=unopened | Q(state=Payment.State.CLOSED)),
        unopened=Count("id", filter=unopened),
    )


def _mail() -> Alarm | None:
    return _refused() or _came_back()


def _refused() -> Alarm | None:
    now, state = clock.now(), OutgoingMail.State
    recent = OutgoingMail.objects.filter(queued_at__gte=now - HOUR).exclude(state=state.QUEUED)
    ended = recent.aggregate(all=Count("id"), failed=Count("id", filter=Q(state=state.FAILED)))
    late = OutgoingMail.objects.filter(state=state.QUEUED, queued_at__lt=now - LATE_MAIL).count()
    remedy = (
        "Check EMAIL_URL and that your mail server runs, then send the failed mails again under "
        "Mails in the console. “hammock doctor” tries the server."
    )
    if ended["failed"] >= SOME and 2 * ended["failed"] >= ended["all"]:
        problem = recent.filter(state=state.FAILED).latest("queued_at").problem
        return Alarm(
            seen=f"{ended['failed']} of {ended['all']} mails of the last hour were refused, the "
            f"last one with: {problem[:200]}",
            remedy=remedy,
        )
    if late >= SOME:
        return Alarm(seen=f"{late} mails wait for more than half an hour.", remedy=remedy)
    return None


def _came_back() -> Alarm | None:
    """Judge the last day: a report of a failed delivery may take hours to come."""
    since = clock.now() - DAY
    sent = OutgoingMail.objects.filter(sent_at__gte=since).count()
    back = OutgoingMail.objects.filter(state=OutgoingMail.State.BOUNCED, bounced_at__gte=since)
    count, addresses = back.count(), back.order_by().values("to").distinct().count()
    if addresses < SOME or FIFTH * count < sent:
        return None
    return Alarm(
        seen=f"{count} mails to {addresses} addresses came back within a day, in which {sent} were "
        f"sent; the last one said: {back.latest('bounced_at').problem[:200]}",
        remedy="See Mails in the console for what each server said. Where they refuse your "
        "address, look at SPF, DKIM and DMARC of its domain, and at block lists.",
    )


def _disputes(currency: str) -> Alarm | None:
    open_ones = Dispute.objects.filter(state=Dispute.State.OPEN, currency=currency)
    total = money.total((one.amount for one in open_ones), currency=currency)
    limit = alarms.dispute_limit(currency)
    if total <= limit:
        return None
    return Alarm(
        seen=f"{total} are in dispute, more than your limit of {limit}.",
        remedy="Answer the disputes at the payment provider before their day is over: with the "
        "receipt and the delivery, which each order in the console shows.",
    )


def _site(*, is_second_look: bool) -> Alarm | None:
    now = clock.now()
    waiting = jobs.counts().waiting_since
    if waiting is not None and now - waiting > STUCK:
        minutes = int((now - waiting).total_seconds() // 60)
        return Alarm(
            seen=f"The house's work stands still: a job has waited for {minutes} minutes.",
            remedy="Restart “hammock serve” and look at its last lines.",
        )
    failed = Job.objects.filter(state="failed", finished_at__gte=now - HOUR).count()
    if failed >= MANY:
        return Alarm(
            seen=f"{failed} jobs failed for good in the last hour.",
            remedy="Look at their errors under Jobs in the console, mend the cause, try again.",
        )
    problem = ports.doorbell().problem()
    if not problem:
        return None
    if not is_second_look and not alarms.is_open(Incident.Kind.SITE):
        _look_again()
        return None
    return Alarm(seen=problem, remedy="Restart “hammock serve”; check the proxy before it.")


def _look_again() -> None:
    with transaction.atomic(durable=True):
        enqueue("look_again", dedupe="site", run_after=clock.now() + SECOND_LOOK)


def _backup() -> Alarm | None:
    remedy = "Run “hammock backup FILE” and mend what it says; keep the file elsewhere."
    failed, last = alarms.failed_backup(), alarms.last_backup()
    if failed is not None:
        return Alarm(seen=f"The last backup failed: {failed.problem[:200]}", remedy=remedy)
    first = last or Order.objects.order_by("placed_at").values_list("placed_at", flat=True).first()
    if first is None or clock.now() - first <= OLD_BACKUP:
        return None
    seen = f"The last backup is of {last:%-d %B %Y}." if last else "No backup was ever written."
    return Alarm(seen=seen, remedy=remedy)
