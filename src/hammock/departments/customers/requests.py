"""What customers asked for, ready to show on their own page: what, since when, how it stands."""

from __future__ import annotations

from dataclasses import dataclass

from hammock.departments.customers.models import CustomerRequest
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
