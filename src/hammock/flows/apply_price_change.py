"""A proposed price was approved: the shop asks for it; taken back, it asks for the old one."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.catalogue import actions
from hammock.departments.catalogue.models import Price, Proposal
from hammock.departments.catalogue.proposing import close, reopen
from hammock.departments.decisions import actions as decisions
from hammock.kit.locks import lock


def apply_price_change(*, decision_id: int) -> bool:
    """Set the price that was proposed, once.

    A price that moved meanwhile is left, and the proposal refused: it was decided on other facts.
    """
    with transaction.atomic(durable=True):
        if decisions.carry_out(decision_id=decision_id, outcome="change") is None:
            return False
        proposal = _locked(decision_id)
        if proposal.state != Proposal.State.OPEN:
            return False
        price = _price(proposal)
        if price is None or price.minor != proposal.details["old_minor"]:
            close(proposal, to=Proposal.State.REFUSED, answer="The price moved meanwhile.")
            return False
        actions.move_price(price, minor=proposal.details["new_minor"])
        close(proposal, to=Proposal.State.DONE, answer=f"{price.sku} costs {price.amount}.")
    return True


def undo_price_change(*, decision_id: int) -> bool:
    """Set the price back as it was; False when it was not applied, or has moved again since."""
    with transaction.atomic(durable=True):
        if decisions.take_back(decision_id=decision_id) is None:
            return False
        proposal = _locked(decision_id)
        if proposal.state != Proposal.State.DONE:
            return False
        price = _price(proposal)
        if price is None or price.minor != proposal.details["new_minor"]:
            return False
        actions.move_price(price, minor=proposal.details["old_minor"])
        close(proposal, to=Proposal.State.UNDONE, answer=f"{price.sku} costs {price.amount} again.")
        reopen(proposal)
    return True


def _locked(decision_id: int) -> Proposal:
    (proposal,) = lock(Proposal.objects.filter(decision_id=decision_id))
    return proposal


def _price(proposal: Proposal) -> Price | None:
    found = lock(Price.objects.filter(pk=proposal.details["price_id"]).select_related("product"))
    return found[0] if found else None
