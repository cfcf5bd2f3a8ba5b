"""More downloads were granted: every file of the right may be fetched as often again."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.customers import actions as customers
from hammock.departments.customers.models import CustomerRequest
from hammock.departments.customers.requests import lock_asked
from hammock.departments.decisions import actions as decisions
from hammock.departments.delivery import actions
from hammock.departments.delivery.events import DownloadsRaised
from hammock.departments.delivery.models import Entitlement
from hammock.departments.delivery.rules import DOWNLOADS_ALLOWED
from hammock.kit import facts


def raise_download_limit(*, decision_id: int) -> bool:
    """Raise the limit once; False if it was answered before, or the right has ended meanwhile."""
    with transaction.atomic(durable=True):
        ruling = decisions.carry_out(decision_id=decision_id, outcome="allow")
        if ruling is None:
            return False
        request = lock_asked(decision_id=decision_id)
        if request.state != CustomerRequest.State.OPEN:
            return False
        right = Entitlement.objects.filter(
            pk=request.details["entitlement_id"], state=Entitlement.State.ACTIVE
        ).first()
        if right is None:
            answer = "This purchase was taken back with its refund."
            customers.answer_request(request, granted=False, answer=answer)
        else:
            actions.allow_more(entitlement_id=right.pk)
            facts.state(
                DownloadsRaised(entitlement_id=right.pk, decision_id=decision_id),
                about=f"entitlement:{right.pk}",
            )
            answer = f"{ruling.reason} Each file can be downloaded {DOWNLOADS_ALLOWED} more times."
            customers.answer_request(request, granted=True, answer=answer.strip())
        customers.tell_answer(request)
    return right is not None
