"""The console's main menu: one table of places and groups, shown to whoever may open them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from hammock.doors.console import frame

ENTER = "wagtailadmin.access_admin"


@dataclass(frozen=True, kw_only=True)
class Place:
    """A page that the menu leads to, and the permission that its reader needs."""

    label: str
    name: str
    icon: str
    needs: str = ENTER


@dataclass(frozen=True, kw_only=True)
class Group:
    """Places behind one word."""

    label: str
    icon: str
    places: tuple[Place, ...]


MAIN = (
    Place(label="Decisions", name="decisions", needs="decisions.view_decision", icon="help"),
    Place(label="Orders", name="orders", needs="sales.view_order", icon="list-ul"),
    Place(label="Customers", name="customers", needs="customers.view_customer", icon="user"),
    Place(label="Products", name="products", needs="catalogue.view_product", icon="tag"),
    Place(label="Tasks", name="tasks", needs="delivery.view_fulfilmenttask", icon="tasks"),
    Group(
        label="Money",
        icon="table",
        places=(
            Place(
                label="Profit centres",
                name="centres",
                needs="ledger.view_profitcentre",
                icon="table",
            ),
            Place(label="Books", name="entries", needs="ledger.view_entry", icon="openquote"),
            Place(
                label="Payments & refunds",
                name="payments",
                needs="sales.view_payment",
                icon="resubmit",
            ),
        ),
    ),
    Group(
        label="Plan",
        icon="crosshairs",
        places=(
            Place(
                label="Strategy",
                name="strategy",
                needs="planning.view_strategyversion",
                icon="crosshairs",
            ),
            Place(
                label="Forecast",
                name="forecast",
                needs="planning.view_forecast",
                icon="calendar-alt",
            ),
            Place(label="Visits", name="visits", needs="marketing.view_visitcount", icon="globe"),
            Place(label="Research", name="studies", needs="research.view_study", icon="search"),
            Place(label="Journal", name="journal", needs="planning.view_choice", icon="edit"),
        ),
    ),
    Group(
        label="Team",
        icon="group",
        places=(
            Place(label="People", name="team", icon="user"),
            Place(
                label="Chairs and risks", name="circles", needs="team.view_procedure", icon="group"
            ),
            Place(
                label="Procedures",
                name="procedures",
                needs="team.view_procedure",
                icon="clipboard-list",
            ),
            Place(
                label="Commitments", name="commitments", needs="team.view_commitment", icon="check"
            ),
            Place(label="Time away", name="away", needs="team.add_absence", icon="date"),
            Place(label="Your time", name="hours", needs="planning.view_timing", icon="time"),
        ),
    ),
    Group(
        label="Workings",
        icon="cogs",
        places=(
            Place(label="Mails", name="mails", needs="mail.view_outgoingmail", icon="mail"),
            Place(label="Jobs", name="jobs", needs="jobs.view_job", icon="rotate"),
        ),
    ),
)
"""The main menu below Today, in order."""

SETTINGS = (
    Place(label="Business", name="shop", needs="catalogue.view_shop", icon="home"),
    Place(label="Tax rates", name="tax", needs="catalogue.view_shop", icon="form"),
    Place(label="Payments", name="live", needs="catalogue.change_shop", icon="key"),
    Place(
        label="Emergencies", name="emergencies", needs="team.change_emergencyline", icon="warning"
    ),
    Place(label="Your access", name="access", icon="lock"),
    Place(label="Audit log", name="audit", icon="history"),
)
REPORTS = (Place(label="Comments", name="comments", icon="comment"),)


class PlaceItem(MenuItem):
    """A menu item that only members see who may open what it leads to."""

    def __init__(self, place: Place, *, order: int) -> None:
        super().__init__(
            place.label,
            reverse(f"console:{place.name}"),
            name=f"console-{place.name}",
            icon_name=place.icon,
            order=order,
        )
        self._needs = place.needs

    def is_shown(self, request: HttpRequest) -> bool:
        """Ask the table of roles, and the member's permissions."""
        return frame.may_open(request, self.url) and request.user.has_perm(self._needs)


def items(entries: Iterable[Place | Group], *, first: int = 1) -> list[MenuItem]:
    """Make the entries Wagtail's menu items, numbered in their order from `first`."""
    return [_item(entry, order=at) for at, entry in enumerate(entries, start=first)]


def places(request: HttpRequest) -> list[MenuItem]:
    """List every page of the main menu that this member may open, groups laid open."""
    laid_open = (
        place
        for entry in MAIN
        for place in (entry.places if isinstance(entry, Group) else (entry,))
    )
    return [item for item in items(laid_open) if item.is_shown(request)]


def _item(entry: Place | Group, *, order: int) -> MenuItem:
    if isinstance(entry, Place):
        return PlaceItem(entry, order=order)
    inner = Menu(items=items(entry.places))
    return SubmenuMenuItem(
        entry.label,
        inner,
        name=f"console-{entry.label.lower()}",
        icon_name=entry.icon,
        order=order,
    )
