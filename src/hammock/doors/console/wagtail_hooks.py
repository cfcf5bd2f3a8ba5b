"""How the console lives in Wagtail's admin: addresses, menu, front page, permissions, looks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from hammock.doors.console import (
    access,
    audit,
    away,
    business,
    catalogue,
    circles,
    comments,
    commitments,
    customers,
    decisions,
    delivery,
    forecast,
    frame,
    happened,
    hours,
    jobs,
    journal,
    ledger,
    mail,
    playbooks,
    policies,
    procedures,
    reality,
    rehearsal,
    research,
    sales,
    starter,
    strategy,
    team,
    visits,
)
from hammock.doors.console.today import TodayPanel
from hammock.kit import brand

DEPARTMENTS = (
    *(sales, customers, catalogue, visits, research, ledger, delivery, mail, jobs, business),
    *(reality, strategy, playbooks, forecast),
    *(team, access, audit, comments),
    *(decisions, policies, starter, rehearsal),
    *(away, happened, procedures, commitments, circles),
    *(journal, hours),
)
PERMISSIONS = {
    "sales": ("view_order", "change_order", "view_payment"),
    "customers": ("view_customer",),
    "catalogue": ("view_product", "change_product", "change_shop"),
    "ledger": ("view_profitcentre", "change_profitcentre", "view_entry", "add_entry"),
    "delivery": ("view_fulfilmenttask", "change_fulfilmenttask"),
    "decisions": ("view_decision", "change_decision", "view_policy", "change_policy"),
    "marketing": ("view_visitcount",),
    "research": ("view_study", "change_study"),
    "planning": (
        "view_realitycheck",
        "add_realitycheck",
        "view_strategyversion",
        "add_strategyversion",
        "change_step",
        "view_forecast",
        "change_forecast",
        *("view_choice", "change_choice", "view_timing", "change_timing"),
        "view_weeklyletter",
    ),
    "mail": ("view_outgoingmail", "change_outgoingmail"),
    "jobs": ("view_job", "change_job"),
    "team": (
        "view_procedure",
        "change_procedure",
        "add_procedurerun",
        "view_commitment",
        "add_commitment",
        "view_checkin",
    ),
}


ENTER = "wagtailadmin.access_admin"
PLACES = (
    ("Decisions", "decisions", "decisions.view_decision", "help"),
    ("Strategy", "strategy", "planning.view_strategyversion", "crosshairs"),
    ("Forecast", "forecast", "planning.view_forecast", "calendar-alt"),
    ("Visits", "visits", "marketing.view_visitcount", "globe"),
    ("Research", "studies", "research.view_study", "search"),
    ("Orders", "orders", "sales.view_order", "list-ul"),
    ("Customers", "customers", "customers.view_customer", "user"),
    ("Products", "products", "catalogue.view_product", "tag"),
    ("Profit centres", "centres", "ledger.view_profitcentre", "table"),
    ("Books", "entries", "ledger.view_entry", "openquote"),
    ("Payments & refunds", "payments", "sales.view_payment", "resubmit"),
    ("Tasks", "tasks", "delivery.view_fulfilmenttask", "tasks"),
    ("Mails", "mails", "mail.view_outgoingmail", "mail"),
    ("Jobs", "jobs", "jobs.view_job", "rotate"),
    ("Procedures", "procedures", "team.view_procedure", "clipboard-list"),
    ("Commitments", "commitments", "team.view_commitment", "check"),
    ("Chairs and risks", "circles", "team.view_procedure", "group"),
    ("Journal", "journal", "planning.view_choice", "edit"),
    ("Your time", "hours", "planning.view_timing", "time"),
    ("Time away", "away", "team.add_absence", "date"),
)
"""The main menu below Today, in order: label, address, what its reader must be allowed, icon."""


class Place(MenuItem):
    """A menu item that only members see who may open what it leads to."""

    def __init__(self, label: str, name: str, *, needs: str, icon: str, order: int) -> None:
        super().__init__(
            label, reverse(name), name=name.replace(":", "-"), icon_name=icon, order=order
        )
        self.needs = needs

    def is_shown(self, request: HttpRequest) -> bool:
        """Ask the table, and the member's permissions."""
        return frame.may_open(request, self.url) and request.user.has_perm(self.needs)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern | URLResolver]:
    """Give every department's addresses, behind Wagtail's own gate."""
    patterns = [
        frame.behind_walls(pattern) for department in DEPARTMENTS for pattern in department.urls
    ]
    return [path("", include((patterns, "console"), namespace="console"))]


@hooks.register("construct_main_menu")
def main_menu(request: HttpRequest, items: list[MenuItem]) -> None:
    """Put our places beside Wagtail's; leave out its own help, which leads out of the house."""
    items[:] = [item for item in items if item.name != "help"]
    items += [place for place in _places() if place.is_shown(request)]


@hooks.register("construct_settings_menu")
def settings_menu(_request: HttpRequest, items: list[MenuItem]) -> None:
    """Leave out Wagtail's users and groups: the team is managed by its own pages and table."""
    items[:] = [item for item in items if item.name not in {"users", "groups"}]


def _places() -> Iterator[MenuItem]:
    yield MenuItem("Today", reverse("wagtailadmin_home"), name="today", icon_name="home", order=1)
    for at, (label, name, needs, icon) in enumerate(PLACES, start=1):
        yield Place(label, f"console:{name}", needs=needs, icon=icon, order=5 * at)


@hooks.register("register_settings_menu_item")
def business_item() -> MenuItem:
    """Lead to what customers read about the business."""
    return Place("Business", "console:shop", needs="catalogue.view_shop", icon="home", order=1)


@hooks.register("register_settings_menu_item")
def tax_item() -> MenuItem:
    """Lead to the tax rates."""
    return Place("Tax rates", "console:tax", needs="catalogue.view_shop", icon="form", order=2)


@hooks.register("register_settings_menu_item")
def payments_item() -> MenuItem:
    """Lead to the switch to real payments."""
    return Place("Payments", "console:live", needs="catalogue.change_shop", icon="key", order=3)


@hooks.register("register_settings_menu_item")
def emergencies_item() -> MenuItem:
    """Lead to where emergencies go."""
    return Place(
        "Emergencies",
        "console:emergencies",
        needs="team.change_emergencyline",
        icon="warning",
        order=4,
    )


@hooks.register("register_settings_menu_item")
def team_item() -> MenuItem:
    """Lead to the people."""
    return Place("Team", "console:team", needs=ENTER, icon="group", order=5)


@hooks.register("register_settings_menu_item")
def access_item() -> MenuItem:
    """Lead to the member's own password, second factor and sessions."""
    return Place("Your access", "console:access", needs=ENTER, icon="lock", order=6)


@hooks.register("register_settings_menu_item")
def audit_item() -> MenuItem:
    """Lead to what was done by whom."""
    return Place("Audit log", "console:audit", needs=ENTER, icon="history", order=7)


@hooks.register("register_reports_menu_item")
def comments_item() -> MenuItem:
    """Lead to what the team noted."""
    return Place("Comments", "console:comments", needs=ENTER, icon="comment", order=1)


@hooks.register("construct_homepage_panels")
def front_page(_request: HttpRequest, panels: list[Any]) -> None:
    """Let Today be the whole front page."""
    panels[:] = [TodayPanel()]


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    """Let owners give their team's groups what the console asks for."""
    wanted = Q()
    for app, names in PERMISSIONS.items():
        wanted |= Q(content_type__app_label=app, codename__in=names)
    return Permission.objects.filter(wanted)


@hooks.register("insert_global_admin_css")
def looks() -> SafeString:
    """Bring the brand's colours, light and dark, and the console's own sheet."""
    worn = brand.worn(name="")
    light, dark = worn.light.declarations(), worn.dark.declarations()
    colours = (
        f":root{{{light}--heading-font:{worn.heading_font};}}"
        f".w-theme-dark{{{dark}}}"
        f"@media (prefers-color-scheme:dark){{.w-theme-system{{{dark}}}}}"
    )
    return format_html(
        '<style>{}</style><link rel="stylesheet" href="{}">',
        SafeString(colours),
        static("console/console.css"),
    )
