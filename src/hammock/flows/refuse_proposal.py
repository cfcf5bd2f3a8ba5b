"""What a member proposed is not done; they read why."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.catalogue.models import Proposal
from hammock.departments.catalogue.proposing import close, reopen
from hammock.departments.decisions import actions as decisions
from hammock.kit.locks import lock


def refuse_proposal(*, decision_id: int) -> bool:
    """Refuse the proposal; False if it was closed before."""
    with transaction.atomic(durable=True):
        ruling = decisions.carry_out(decision_id=decision_id)
        if ruling is None:
            return False
        (proposal,) = lock(Proposal.objects.filter(decision_id=decision_id))
        if proposal.state != Proposal.State.OPEN:
            return False
        close(proposal, to=Proposal.State.REFUSED, answer=ruling.reason or "Not done.")
    return True


def reopen_proposal(*, decision_id: int) -> bool:
    """Let a refused proposal wait again, for the refusal was taken back."""
    with transaction.atomic(durable=True):
        if decisions.take_back(decision_id=decision_id) is None:
            return False
        (proposal,) = lock(Proposal.objects.filter(decision_id=decision_id))
        reopen(proposal)
    return True
