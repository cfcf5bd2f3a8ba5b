"""Today: how the business goes, what waits for a person, and a beginner's first steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from wagtail.admin.ui.components import Component
from wagtail.models import Site

from hammock.departments.catalogue.models import Product, Shop
from hammock.departments.decisions.models import Policy
from hammock.departments.delivery import overview as delivery
from hammock.departments.marketing import first_pages
from hammock.departments.planning import queries as planning
from hammock.departments.sales import overview, queries, rules
from hammock.departments.sales.models import Order
from hammock.departments.team import roles
from hammock.departments.team.roles import Role
from hammock.doors.console import (
    away,
    circles,
    decisions,
    frame,
    hours,
    jobs,
    journal,
    ledger,
    mail,
    procedures,
    sales,
    strategy,
)
from hammock.doors.console import delivery as tasks
from hammock.doors.console.frame import Finding, Link
from hammock.flows.draw_charts import SALES_DAYS, chart
from hammock.kit import clock
from hammock.kit.money import Money


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A span's sales beside the span before it; `source` says where the figure comes from."""

    label: str
    span: str
    orders: int
    total: Money
    before: str
    compared: str
    rose: bool | None
    source: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """One of a beginner's first steps."""

    title: str
    why: str
    link: Link
    is_done: bool


@dataclass(frozen=True, kw_only=True)
class LatestOrder:
    """An order in the list of the latest."""

    order: Order
    label: str


class TodayPanel(Component):
    """The console's front page."""

    name = "today"
    template_name = "console/today.html"
    order = 0

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        """Gather everything that the page shows to this member."""
        request = parent_context["request"]
        shop = Shop.objects.first()
        if shop is None or not request.user.has_perm("sales.view_order"):
            return {
                "shop": shop,
                "request": request,
                "sees_business": False,
                "is_partner": frame.role(request) is Role.ACCOUNTABILITY,
                "writes_pages": request.user.has_perm("wagtailadmin.access_admin")
                and frame.role(request) in roles.DRAWS,
                "sees_happened": frame.may_open(request, reverse("console:happened")),
                "pages_url": _pages_url(),
                **_waits(request),
            }
        today, path = clock.today(), strategy.own_path_now()
        return {
            "shop": shop,
            "request": request,
            "sees_business": True,
            "today": today,
            "figures": _figures(today, currency=shop.currency),
            "delivered": _delivered(today),
            "owner": hours.on_today(request),
            **_waits(request),
            "may_run": roles.may(frame.role(request), "product_new", acts=True),
            "going_back": overview.surplus_payments(
                since=overview.start_of(today - timedelta(days=6))
            ),
            "chart": chart("sales") if Order.objects.filter(state="paid").exists() else None,
            "days": SALES_DAYS,
            "latest": _latest(),
            "path": path,
            "path_chart": chart(path.small_chart) if path else None,
            "steps": _steps(shop) if roles.may(frame.role(request), "shop", acts=True) else (),
            "wants_plan": _wants_plan(request),
            "pages_url": _pages_url(),
        }


def _waits(request: HttpRequest) -> dict[str, Any]:
    """Give what waits for this member: the questions that they may answer, and what they may mend.

    Whoever has no role is told of nothing.
    """
    if frame.role(request) is None:
        return {"questions": [], "findings": []}
    found = [
        *away.returns(request),
        *_findings(),
        *journal.findings(request),
        *hours.findings(request),
    ]
    return {
        "findings": [
            one for one in found if frame.may_open(request, one.action.url, acts=one.posts)
        ],
        # a panel is rendered without the request's own context
        "csrf_token": get_token(request),
        **_questions(request),
    }


def _questions(request: HttpRequest) -> dict[str, Any]:
    """Give the questions that this member may answer: the first few, and how many there are."""
    if not request.user.has_perm("decisions.view_decision"):
        return {"questions": [], "more_questions": 0}
    found = decisions.waiting(request, at_most=decisions.ON_TODAY)
    return {
        "questions": found.mine,
        "more_questions": found.more,
        "may_decide": request.user.has_perm("decisions.change_decision"),
    }


def _findings() -> list[Finding]:
    return [
        *away.findings(),
        *sales.findings(),
        *jobs.findings(),
        *mail.findings(),
        *tasks.findings(),
        *ledger.findings(),
        *strategy.findings(),
        *procedures.findings(),
        *circles.findings(),
    ]


def _figures(today: date, *, currency: str) -> Sequence[Figure]:
    yesterday, month = today - timedelta(days=1), today - timedelta(days=SALES_DAYS - 1)
    return (
        _figure(
            label="Today",
            since=today,
            days=1,
            against="a week ago by this time",
            shift=7,
            until=clock.now(),
            currency=currency,
        ),
        _figure(
            label="Yesterday",
            since=yesterday,
            days=1,
            against="the day a week before",
            shift=7,
            currency=currency,
        ),
        _figure(
            label=f"Last {SALES_DAYS} days",
            since=month,
            days=SALES_DAYS,
            against=f"the {SALES_DAYS} days before",
            shift=SALES_DAYS,
            currency=currency,
        ),
    )


def _figure(
    *,
    label: str,
    since: date,
    days: int,
    against: str,
    shift: int,
    currency: str,
    until: datetime | None = None,
) -> Figure:
    """Compare a span with the one `shift` days before; a span that is not over, up to `until`."""
    end = until or overview.start_of(since + timedelta(days=days))
    back = timedelta(days=shift)
    now = queries.sold(currency=currency, since=overview.start_of(since), until=end)
    before = queries.sold(
        currency=currency, since=overview.start_of(since - back), until=end - back
    )
    last = since + timedelta(days=days - 1)
    span = _days(since, last)
    return Figure(
        label=label,
        span=span,
        orders=now.orders,
        total=now.total,
        before=f"{before.total} {against}",
        compared=_compared(now.total, before.total),
        rose=None if now.total == before.total else before.total < now.total,
        source=f"Orders paid {span}, tax included, refunds not taken off. Source: orders.",
    )


def _days(first: date, last: date) -> str:
    """Write a span of days: `30 November`, `1 to 30 November`, `17 October to 15 November`."""
    if first == last:
        return f"{last:%-d %B}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first:%-d} to {last:%-d %B}"
    return f"{first:%-d %B} to {last:%-d %B}"


def _compared(now: Money, before: Money) -> str:
    """Say a change in percent where there is something to compare with."""
    if before.minor == 0:
        return ""
    percent = round(100 * (now.minor - before.minor) / before.minor)
    if not percent:
        return "as before"
    return f"{percent:+}\N{NO-BREAK SPACE}%".replace("-", "−")


def _delivered(today: date) -> dict[str, int]:
    """Count what was handed over: today, and in the last 30 days."""
    tomorrow = overview.start_of(today + timedelta(days=1))
    return {
        "today": delivery.granted(since=overview.start_of(today), until=tomorrow),
        "month": delivery.granted(
            since=overview.start_of(today - timedelta(days=SALES_DAYS - 1)), until=tomorrow
        ),
    }


def _latest() -> list[LatestOrder]:
    found = overview.with_refunds(Order.objects.filter(~Q(state=Order.State.EXPIRED)))[:8]
    return [
        LatestOrder(
            order=order,
            label=rules.state_label(
                state=order.state,
                total_minor=order.total_minor,
                refunded_minor=order.refunded or 0,  # type: ignore[attr-defined]  # with_refunds adds it
            ),
        )
        for order in found
    ]


def _pages_url() -> str:
    """Lead to the pages below the shop's front page, where new ones are written."""
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        return reverse("wagtailadmin_explore_root")
    return reverse("wagtailadmin_explore", args=(site.root_page_id,))


def _to_write() -> Link:
    """Lead to the editor of the first page that still holds a draft, else to all pages."""
    page = first_pages.first_unwritten()
    if page is None:
        return Link(label="Open pages", url=_pages_url())
    label = "Write the front page" if page.is_site_root() else f"Write “{page.title}”"
    return Link(label=label, url=reverse("wagtailadmin_pages:edit", args=(page.pk,)))


def _wants_plan(request: HttpRequest) -> bool:
    """Tell whether this member could answer the reality check, and nobody did yet."""
    may = request.user.has_perm("planning.add_realitycheck")
    return may and planning.latest_check() is None


def _steps(shop: Shop) -> Sequence[Step]:
    """Give the first steps until all are done; then none."""
    steps = (
        Step(
            title="Put your first product on the shelf",
            why="A title, a picture, a price, and its files. The shop shows it as soon as it is "
            "on sale.",
            link=Link(label="Add a product", url=reverse("console:product_new")),
            is_done=Product.objects.filter(state=Product.State.ON_SALE).exists(),
        ),
        Step(
            title="Say who you are",
            why="Your name and address stand on every receipt.",
            link=Link(label="Fill in your business", url=reverse("console:shop")),
            is_done=bool(shop.legal_name and shop.address),
        ),
        Step(
            title="Write your pages",
            why="The front page, terms and privacy hold a first draft until you write your own "
            "words and publish them: the arrow beside “Save draft” opens “Publish”.",
            link=_to_write(),
            is_done=not first_pages.unwritten(),
        ),
        Step(
            title="Let policies answer what is plain",
            why="Small refunds, more downloads, erasing data: answered at any hour, by rules that "
            "you have read.",
            link=Link(label="Read the starter policies", url=reverse("console:starter")),
            is_done=Policy.objects.exists(),
        ),
    )
    return () if all(step.is_done for step in steps) else steps
