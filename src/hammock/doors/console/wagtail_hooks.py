"""How the console lives in Wagtail's admin: addresses, menu, front page, permissions, looks."""

from __future__ import annotations

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
    menu,
    playbooks,
    policies,
    procedures,
    reality,
    refunds,
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
    *(sales, refunds, customers, catalogue, visits, research, ledger),
    *(delivery, mail, jobs, business),
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
    today = MenuItem("Today", reverse("wagtailadmin_home"), name="today", icon_name="home", order=1)
    items += [today, *(one for one in menu.items(menu.MAIN, first=2) if one.is_shown(request))]


@hooks.register("construct_settings_menu")
def settings_menu(request: HttpRequest, items: list[MenuItem]) -> None:
    """Put our settings first; leave out Wagtail's users and groups, which the team's pages are."""
    items[:] = [item for item in items if item.name not in {"users", "groups"}]
    items += [item for item in menu.items(menu.SETTINGS) if item.is_shown(request)]


@hooks.register("construct_reports_menu")
def reports_menu(request: HttpRequest, items: list[MenuItem]) -> None:
    """Put what the team noted first."""
    items += [item for item in menu.items(menu.REPORTS) if item.is_shown(request)]


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
