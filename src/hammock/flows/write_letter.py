"""The weekly letter to the owner: gathered from all departments, in plain words, with charts."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone

from hammock.departments.catalogue.models import Product, Shop
from hammock.departments.decisions import queries as decisions
from hammock.departments.decisions.models import Answer, Decision
from hammock.departments.delivery import overview as delivery
from hammock.departments.ledger import queries as books
from hammock.departments.ledger.models import Entry, ProfitCentre
from hammock.departments.planning import hours, journal, spending
from hammock.departments.planning import queries as plans
from hammock.departments.planning.hours import Deeds
from hammock.departments.planning.models import Milestone, WeeklyLetter
from hammock.departments.planning.rules import letter as rules
from hammock.departments.planning.rules.hours import WEEK, Worked
from hammock.departments.planning.rules.letter import (
    CentreResult,
    ChannelResult,
    Need,
    OnSale,
    OwnWork,
    Settled,
    WeekMoney,
    WeekTime,
)
from hammock.departments.sales import overview as sales
from hammock.departments.sales import queries as orders
from hammock.departments.sales.models import Order, OrderLine, RefundPart
from hammock.departments.team import queries as team
from hammock.departments.team.models import Commitment, Member
from hammock.departments.team.rhythm import away, letters, promises
from hammock.kit import brand, charts, clock, links, mail
from hammock.kit.brand import Brand
from hammock.kit.charts import Figure, Point
from hammock.kit.jobs import queries as jobs
from hammock.kit.mail import Attachment, Letter
from hammock.kit.mail import queries as mails
from hammock.kit.mail.models import OutgoingMail
from hammock.kit.money import Money, total

RECENT = 4 * WEEK
DARK = "dark-"  # begins the name of a chart's picture for dark mails
DROPS_LOOK_BACK = timedelta(days=rules.UNSOLD_DAYS)


@dataclass(frozen=True, kw_only=True)
class Written:
    """A letter as it was or would be written."""

    week_of: date
    letter: Letter

    @property
    def pictures(self) -> dict[str, str]:
        """Its charts as kept: content id → PNG in base64."""
        return {
            one.content_id: base64.b64encode(one.content).decode() for one in self.letter.pictures
        }


@dataclass(frozen=True, kw_only=True)
class _Week:
    """The week that is told, and for whom."""

    of: date
    owner: Member
    shop: Shop

    @property
    def since(self) -> datetime:
        return hours.start_of(self.of)

    @property
    def until(self) -> datetime:
        return hours.start_of(self.of + WEEK)

    @property
    def after(self) -> date:
        return self.of + WEEK


def write_letter() -> bool:
    """Write the last whole week's letter to the owner; False if it is not due or nobody is there.

    It is due on Mondays, once; while the owner is away it waits for them.
    """
    week_of = rules.last_week(clock.today())
    latest = WeeklyLetter.objects.values_list("week_of", flat=True).first()
    if not rules.is_due(today=clock.today(), week_of=week_of, latest=latest):
        return False
    written = draft_letter(week_of=week_of)
    owner = away.owner()
    if written is None or owner is None:
        return False
    with transaction.atomic(durable=True):
        _kept, is_new = WeeklyLetter.objects.get_or_create(
            week_of=week_of,
            defaults={
                "subject": written.letter.subject[:200],
                "text": written.letter.text,
                "html": written.letter.html,
                "charts": written.pictures,
            },
        )
        if is_new:
            letters.write(owner, key=f"letter:{week_of}", letter=written.letter)
    return is_new


def draft_letter(*, week_of: date) -> Written | None:
    """Compose a week's letter without writing it; None without a shop or an owner.

    Draws charts: it loads 60 MB of libraries and takes about a second.
    """
    shop, owner = Shop.objects.first(), away.owner()
    if shop is None or owner is None:
        return None
    week = _Week(of=week_of, owner=owner, shop=shop)
    money, time = _money(week), _time(week)
    pictures = _pictures(money, time, week)
    composed = mail.compose("planning/mail_letter", _context(week, money, time, pictures))
    letter = Letter(
        subject=composed.subject, text=composed.text, html=composed.html, pictures=pictures
    )
    return Written(week_of=week_of, letter=letter)


def _context(
    week: _Week, money: Sequence[WeekMoney], time: WeekTime, pictures: Sequence[Attachment]
) -> dict[str, Any]:
    needs = rules.most_urgent(_needs(week, time))
    return {
        "brand": Brand(name=week.shop.name),
        "shop": week.shop,
        "customer_name": week.owner.name,
        "week_of": week.of,
        "last_day": week.after - timedelta(days=1),
        "headline": rules.headline(money[-1]),
        "money": rules.money_words(money),
        "own": rules.own_words(_own_work(week, money[-1].orders)),
        "needs": needs.told,
        "more": needs.more,
        "drops": _drops(week),
        "milestones": Milestone.objects.filter(
            reached_on__gte=week.of, reached_on__lt=week.after
        ).order_by("reached_on"),
        "chosen": _chosen(week),
        "time": rules.time_words(time),
        "pictures": {one.name.removesuffix(".png"): one.content_id for one in pictures},
        "today_url": links.absolute("wagtailadmin_home"),
        "letters_url": links.absolute("console:letters"),
    }


def _money(week: _Week) -> list[WeekMoney]:
    """Gather the money of the week and of those before, as far as the books go, oldest first."""
    first = Entry.objects.order_by("at").first()
    begun = timezone.localdate(first.at) if first else week.of
    mondays = [week.of - number * WEEK for number in range(rules.USUAL_WEEKS, 0, -1)]
    return [_money_of(monday, week) for monday in (*mondays, week.of) if monday + WEEK > begun]


def _money_of(monday: date, week: _Week) -> WeekMoney:
    currency = week.shop.currency
    since, until = hours.start_of(monday), hours.start_of(monday + WEEK)
    rows = books.profit_and_loss(currency=currency, since=since, until=until)
    return WeekMoney(
        week_of=monday,
        income=total((row.revenue for row in rows), currency=currency),
        costs=total((row.costs for row in rows), currency=currency),
        orders=orders.sold(currency=currency, since=since, until=until).orders,
    )


def _own_work(week: _Week, ordered: int) -> OwnWork:
    paid = Order.objects.filter(
        state=Order.State.PAID, paid_at__gte=week.since, paid_at__lt=week.until
    )
    moments = [at for at in paid.values_list("paid_at", flat=True) if at is not None]
    sent = OutgoingMail.objects.filter(
        state=OutgoingMail.State.SENT, sent_at__gte=week.since, sent_at__lt=week.until
    )
    return OwnWork(
        orders=ordered,
        handed_over=delivery.granted(since=week.since, until=week.until),
        mails=sent.count(),
        at_night=sum(rules.is_night(timezone.localtime(at)) for at in moments),
        settled=_settled(week),
    )


def _settled(week: _Week) -> Settled:
    """Count the answers of the week that nobody took back, by who gave them."""
    given = Answer.objects.filter(
        answered_at__gte=week.since, answered_at__lt=week.until, undone_at__isnull=True
    )
    yours = given.filter(how=Answer.How.MEMBER, member_id=week.owner.pk).count()
    return Settled(
        by_policy=given.filter(how=Answer.How.POLICY).count(),
        by_you=yours,
        by_others=given.filter(how=Answer.How.MEMBER).count() - yours,
        by_safe=given.filter(how=Answer.How.SAFE).count(),
    )


def _needs(week: _Week, time: WeekTime) -> list[Need]:
    """List what waits for the owner now, whatever the week."""
    return [
        *_money_needs(),
        *_question_needs(),
        *_work_needs(),
        *_promise_needs(week),
        *_plan_needs(),
        *_own_needs(week, time),
    ]


def _question_needs() -> list[Need]:
    waiting = decisions.open_questions().filter(stage=Decision.Stage.OWNER)
    first, count = waiting.first(), waiting.count()
    if first is None:
        return []
    until = timezone.localtime(first.answer_by)
    what = "One question waits" if count == 1 else f"{count} questions wait"
    return [
        Need(
            sentence=f"{what} for your answer; after {until:%-d %B, %H:%M} the safe outcome is "
            "taken.",
            url=links.absolute("console:decisions"),
            urgency=75,
        )
    ]


def _promise_needs(week: _Week) -> list[Need]:
    """List what the owner promised for the days that come."""
    soon = promises.commitments(week.owner.pk).filter(
        state=Commitment.State.OPEN, due_on__lt=clock.today() + WEEK
    )
    return [
        Need(
            sentence=f"You promised “{one.what}” by {one.due_on:%-d %B}.",
            url=links.absolute("console:commitments"),
            urgency=45,
        )
        for one in soon.order_by("due_on")[: rules.MOST_NEEDS]
    ]


def _plan_needs() -> list[Need]:
    """List what the plan asks for and whose day has come."""
    return [
        Need(
            sentence=f"Your plan has asked since {step.due_on:%-d %B}: {step.title}.",
            url=links.absolute("console:plan"),
            urgency=42,
        )
        for step in plans.due_steps(today=clock.today())[: rules.MOST_NEEDS]
    ]


def _money_needs() -> list[Need]:
    orders_url = links.absolute("console:payments")
    disputes = [
        Need(
            sentence=f"A bank holds {one.amount} back for order {one.payment.order.reference}: "
            "answer it before its time is over.",
            url=links.absolute("console:order", reference=one.payment.order.reference),
            urgency=90,
        )
        for one in sales.open_disputes()
    ]
    refunds = [
        Need(
            sentence=f"The refund of {one.amount} for order {one.payment.order.reference} failed: "
            f"{one.problem or 'the provider gave no reason'}.",
            url=orders_url,
            urgency=80,
        )
        for one in sales.failed_refunds()
    ]
    return [*disputes, *refunds]


def _work_needs() -> list[Need]:
    late = delivery.overdue(on=clock.today()).count()
    failed = jobs.counts().failed
    refused, back = mails.refused().count(), mails.came_back().count()
    told = (
        (late, 70, "console:tasks", "{} owed to buyers and late.", ("task is", "tasks are")),
        (failed, 60, "console:jobs", "{} for good.", ("job failed", "jobs failed")),
        (refused, 60, "console:mails", "{} refused.", ("mail was", "mails were")),
        (back, 60, "console:mails", "{} back.", ("mail came", "mails came")),
    )
    return [
        Need(
            sentence=sentence.format(f"{count} {words[0] if count == 1 else words[1]}"),
            url=links.absolute(name),
            urgency=urgency,
        )
        for count, urgency, name, sentence, words in told
        if count
    ]


def _own_needs(week: _Week, time: WeekTime) -> list[Need]:
    found = [
        Need(
            sentence=f"Did it come true? “{one.expected}”, you said, at {one.percent} %, by "
            f"{one.due_on:%-d %B}.",
            url=links.absolute("console:choice", choice_id=one.pk),
            urgency=40,
        )
        for one in journal.due(on=clock.today())[: rules.MOST_NEEDS]
    ]
    timer = hours.running(member_id=week.owner.pk)
    if timer is not None and hours.is_forgotten(timer):
        began = timezone.localtime(timer.started_at)
        found.append(
            Need(
                sentence=f"Your timer has run since {began:%-d %B, %H:%M}. When did you stop?",
                url=links.absolute("console:hours"),
                urgency=30,
            )
        )
    if rules.is_worn(time.energies):
        found.append(
            Need(
                sentence="Your energy was low for three weeks: put days off into the calendar.",
                url=links.absolute("console:hours"),
                urgency=50,
            )
        )
    return found


def _drops(week: _Week) -> list[str]:
    since = week.until - DROPS_LOOK_BACK
    sold = orders.sold(currency=week.shop.currency, since=since, until=week.until)
    return rules.drop_words(
        products=_on_sale(week),
        centres=_centres(week),
        channels=_channels(week),
        orders=sold.orders,
        today=week.after,
    )


def _channels(week: _Week) -> list[ChannelResult]:
    """Give the channels of the strategy in force with what was spent on each."""
    document = plans.document()
    if document is None:
        return []
    since, currency = week.until - DROPS_LOOK_BACK, document.currency
    spent = spending.by_line(currency=currency, since=since, until=week.until)
    return [
        ChannelResult(
            name=one.name,
            spent=spent.get(f"channel:{one.key}", Money.zero(currency)),
            review_on=one.review_on,
            measure=one.measure,
            stop=one.stop,
        )
        for one in document.channels
    ]


def _on_sale(week: _Week) -> list[OnSale]:
    """List the shelf with what was sold and refunded in the 90 days before the week's end."""
    since = week.until - DROPS_LOOK_BACK
    paid = Q(order_lines__order__state=Order.State.PAID, order_lines__order__paid_at__lt=week.until)
    recent = paid & Q(order_lines__order__paid_at__gte=since)
    returned = _refunded(since, week.until)
    found = (
        Product.objects.filter(state=Product.State.ON_SALE)
        .annotate(
            last_sold_at=Max("order_lines__order__paid_at", filter=paid),
            sold=Count("order_lines", filter=recent),
        )
        .order_by("created_at", "id")
    )
    return [
        OnSale(
            title=one.title,
            on_sale_since=timezone.localdate(one.created_at),
            last_sold_on=timezone.localdate(one.last_sold_at) if one.last_sold_at else None,
            sold=one.sold,
            refunded=returned.get(one.pk, 0),
        )
        for one in found
    ]


def _refunded(since: datetime, until: datetime) -> dict[int, int]:
    """Count, by product, the lines sold in the span whose goods went back."""
    gone = RefundPart.objects.filter(
        takes_back=True, line__order__paid_at__gte=since, line__order__paid_at__lt=until
    )
    lines = OrderLine.objects.filter(pk__in=gone.values("line"), product__isnull=False)
    counted = lines.order_by().values("product").annotate(count=Count("pk"))
    return {row["product"]: row["count"] for row in counted}


def _centres(week: _Week) -> list[CentreResult]:
    currency = week.shop.currency
    rows = books.profit_and_loss(
        currency=currency, since=week.until - DROPS_LOOK_BACK, until=week.until
    )
    return [
        CentreResult(
            name=centre.name,
            revenue=total((r.revenue for r in rows if r.centre == centre.slug), currency=currency),
            costs=total((r.costs for r in rows if r.centre == centre.slug), currency=currency),
        )
        for centre in ProfitCentre.objects.exclude(slug="general")
    ]


def _chosen(week: _Week) -> str:
    """Say how many choices the week brought, and how good the owner's expectations are."""
    count = journal.written_between(week.since, week.until).count()
    if not count:
        return ""
    made = "one choice" if count == 1 else f"{count} choices"
    return f"You wrote {made} into your journal. {journal.learned().verdict}"


def _time(week: _Week) -> WeekTime:
    member_id = week.owner.pk
    mondays = [week.of - number * WEEK for number in range(rules.USUAL_WEEKS, 0, -1)]
    energies = hours.energies(member_id=member_id, until=week.after, weeks=rules.LOW_WEEKS)
    deeds = Deeds(
        days=team.days_with_deeds(
            member_id=member_id,
            since=hours.start_of(week.after - RECENT),
            until=week.until,
        ),
        begun=team.first_deed_on(member_id=member_id),
    )
    return WeekTime(
        worked=_worked(week.of, member_id),
        before=[_worked(monday, member_id) for monday in mondays],
        rest=hours.rest(since=week.of, until=week.after, member_id=member_id, deeds=deeds),
        recent=hours.rest(
            since=week.after - RECENT, until=week.after, member_id=member_id, deeds=deeds
        ),
        energy=hours.energy_of(member_id=member_id, week_of=week.of),
        energies=[one.level for one in energies],
    )


def _worked(monday: date, member_id: int) -> Worked:
    return hours.hours_worked(since=monday, until=monday + WEEK, member_id=member_id)


def _pictures(money: Sequence[WeekMoney], time: WeekTime, week: _Week) -> list[Attachment]:
    """Draw what has something to show: money by week, hours by week."""
    figures = {}
    if any(one.income or one.costs for one in money):
        figures["money"] = _money_figure(money, week.shop.currency)
    worked = [*time.before, time.worked]
    if any(one.minutes for one in worked):
        figures["hours"] = _hours_figure(worked, week)
    return [
        Attachment(
            name=f"{prefix}{name}.png",
            content_type="image/png",
            content=charts.png(figure, dark=bool(prefix)),
            content_id=f"{prefix}{name}-{week.of}",
        )
        for name, figure in figures.items()
        for prefix in ("", DARK)
    ]


def _money_figure(money: Sequence[WeekMoney], currency: str) -> Figure:
    colours = {"Came in": brand.LIGHT.accent, "Went out": brand.LIGHT.warm}
    points = []
    for one in money:
        at = one.week_of.isoformat()
        points += [
            Point(at=at, value=float(one.income.decimal), series="Came in"),
            Point(at=at, value=-float(one.costs.decimal), series="Went out"),
        ]
    return Figure(
        alt=f"Money by week, {currency} without tax; each week is named by its Monday",
        points=points,
        step="week",
        unit=currency,
        colours=colours,
        height=170,
    )


def _hours_figure(worked: Sequence[Worked], week: _Week) -> Figure:
    first = week.of - (len(worked) - 1) * WEEK
    return Figure(
        alt="Your hours by week; each week is named by its Monday",
        points=[
            Point(at=(first + at * WEEK).isoformat(), value=one.minutes / 60, series="")
            for at, one in enumerate(worked)
        ],
        step="week",
        unit="hours",
        height=130,
    )
