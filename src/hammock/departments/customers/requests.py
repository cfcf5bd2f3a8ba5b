"""What customers asked for, ready to show on their own page: what, since when, how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from hammock.departments.customers.models import CustomerRequest
from hammock.departments.customers.rules import without_persons
from hammock.kit import showing
from hammock.kit.locks import lock_one

KEPT_ON_PAGE = 10


@dataclass(frozen=True, kw_only=True)
class ShownRequest:
    """A request as its customer reads it; `truth` says how it stands, with a date."""

    title: str
    asked_on: str
    state: str
    state_label: str
    truth: str


def shown(customer_id: int) -> list[ShownRequest]:
    """List the customer's latest requests, newest first."""
    rows = CustomerRequest.objects.filter(customer_id=customer_id)
    return [_shown(row) for row in rows[:KEPT_ON_PAGE]]


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a customer wrote with a request, without what leads to them."""

    on: date
    words: str


def written(*, since: date, until: date) -> list[Written]:
    """List what customers wrote themselves from `since` to `until`, oldest first."""
    rows = (
        CustomerRequest.objects.filter(asked_by="", asked_at__date__range=(since, until))
        .exclude(words="")
        .select_related("customer")
        .order_by("asked_at", "id")
    )
    found = [
        Written(
            on=timezone.localdate(row.asked_at),
            words=without_persons(row.words, names=[row.customer.name]),
        )
        for row in rows
    ]
    return [one for one in found if any(sign.isalnum() for sign in one.words)]


def find_open(*, customer_id: int, kind: str, about: str) -> CustomerRequest | None:
    """Find the request of this kind about this that still waits for its answer."""
    return CustomerRequest.objects.filter(
        customer_id=customer_id, kind=kind, about=about, state=CustomerRequest.State.OPEN
    ).first()


def open_about(customer_id: int) -> dict[str, set[str]]:
    """Tell for each kind what the customer's open requests are about."""
    rows = CustomerRequest.objects.filter(
        customer_id=customer_id, state=CustomerRequest.State.OPEN
    ).values_list("kind", "about")
    found: dict[str, set[str]] = {}
    for kind, about in rows:
        found.setdefault(kind, set()).add(about)
    return found


def _shown(row: CustomerRequest) -> ShownRequest:
    return ShownRequest(
        title=str(row),
        asked_on=showing.day(row.asked_at),
        state=row.state,
        state_label=row.get_state_display(),
        truth=row.answer or f"You have an answer by {showing.day(row.answer_by)}.",
    )


def lock_asked(*, decision_id: int) -> CustomerRequest:
    """Lock the request that this decision answers, with its customer, and read it fresh."""
    return lock_one(
        CustomerRequest.objects.filter(decision_id=decision_id).select_related("customer")
    )
