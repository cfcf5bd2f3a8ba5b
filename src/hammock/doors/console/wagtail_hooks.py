"""How the console lives in Wagtail's admin: addresses, menu, front page, permissions, looks."""

from __future__ import annotations

from collections.abc import Sequence
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
    frame,
    happened,
    jobs,
    ledger,
    mail,
    policies,
    procedures,
    rehearsal,
    research,
    sales,
    starter,
    team,
)
from hammock.doors.console.today import TodayPanel
from hammock.kit import brand

DEPARTMENTS = (
    *(sales, customers, catalogue, research, ledger, delivery, mail, jobs, business),
    *(team, access, audit, comments),
    *(decisions, policies, starter, rehearsal),
    *(away, happened, procedures, commitments, circles),
)
PERMISSIONS = {
    "sales": ("view_order", "change_order", "view_payment"),
    "customers": ("view_customer",),
    "catalogue": ("view_product", "change_product", "change_shop"),
    "ledger": ("view_profitcentre", "change_profitcentre", "view_entry", "add_entry"),
    "delivery": ("view_fulfilmenttask", "change_fulfilmenttask"),
    "decisions": ("view_decision", "change_decision", "view_policy", "change_policy"),
    "research": ("view_study", "change_study"),
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
def main_menu(_request: HttpRequest, items: list[MenuItem]) -> None:
    """Leave out Wagtail's own help, which leads out of the house."""
    items[:] = [item for item in items if item.name != "help"]


@hooks.register("construct_settings_menu")
def settings_menu(_request: HttpRequest, items: list[MenuItem]) -> None:
    """Leave out Wagtail's users and groups: the team is managed by its own pages and table."""
    items[:] = [item for item in items if item.name not in {"users", "groups"}]


def _places() -> Sequence[MenuItem]:
    return (
        MenuItem("Today", reverse("wagtailadmin_home"), name="today", icon_name="home", order=1),
        Place(
            "Decisions",
            "console:decisions",
            needs="decisions.view_decision",
            icon="help",
            order=5,
        ),
        Place("Orders", "console:orders", needs="sales.view_order", icon="list-ul", order=10),
        Place(
            "Customers", "console:customers", needs="customers.view_customer", icon="user", order=20
        ),
        Place("Products", "console:products", needs="catalogue.view_product", icon="tag", order=30),
        Place("Research", "console:studies", needs="research.view_study", icon="search", order=35),
        Place(
            "Profit centres",
            "console:centres",
            needs="ledger.view_profitcentre",
            icon="table",
            order=40,
        ),
        Place("Books", "console:entries", needs="ledger.view_entry", icon="openquote", order=50),
        Place(
            "Payments & refunds",
            "console:payments",
            needs="sales.view_payment",
            icon="resubmit",
            order=60,
        ),
        Place(
            "Tasks", "console:tasks", needs="delivery.view_fulfilmenttask", icon="tasks", order=70
        ),
        Place("Mails", "console:mails", needs="mail.view_outgoingmail", icon="mail", order=80),
        Place("Jobs", "console:jobs", needs="jobs.view_job", icon="rotate", order=90),
        Place(
            "Procedures",
            "console:procedures",
            needs="team.view_procedure",
            icon="clipboard-list",
            order=100,
        ),
        Place(
            "Commitments",
            "console:commitments",
            needs="team.view_commitment",
            icon="check",
            order=110,
        ),
        Place(
            "Chairs and risks",
            "console:circles",
            needs="team.view_procedure",
            icon="group",
            order=120,
        ),
        Place("Time away", "console:away", needs="team.add_absence", icon="date", order=130),
    )


def _register(item_at: int) -> None:
    hooks.register("register_admin_menu_item", lambda: _places()[item_at])


for at in range(16):
    _register(at)


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
    light, dark = brand.LIGHT.declarations(), brand.DARK.declarations()
    colours = (
        f":root{{{light}--heading-font:{brand.Brand().heading_font};}}"
        f".w-theme-dark{{{dark}}}"
        f"@media (prefers-color-scheme:dark){{.w-theme-system{{{dark}}}}}"
    )
    return format_html(
        '<style>{}</style><link rel="stylesheet" href="{}">',
        SafeString(colours),
        static("console/console.css"),
    )
