"""Spending was approved: it is booked as paid from the bank, under its decision, once."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.catalogue.models import Proposal
from hammock.departments.catalogue.proposing import close, reopen
from hammock.departments.decisions import actions as decisions
from hammock.departments.ledger import actions as ledger
from hammock.departments.ledger import rules as books
from hammock.departments.ledger.models import Entry
from hammock.departments.planning import actions as planning
from hammock.departments.planning import queries as plans
from hammock.kit.locks import lock
from hammock.kit.money import Money


def spend_money(*, decision_id: int) -> bool:
    """Book the expense with the decision as its source; False if that was done before."""
    with transaction.atomic(durable=True):
        ruling = decisions.carry_out(decision_id=decision_id, outcome="spend")
        if ruling is None:
            return False
        (proposal,) = lock(Proposal.objects.filter(decision_id=decision_id))
        if proposal.state != Proposal.State.OPEN:
            return False
        wanted = proposal.details
        amount = Money(wanted["minor"], wanted["currency"])
        entry = ledger.post(
            ledger.Draft(
                kind=Entry.Kind.EXPENSE,
                description=proposal.why or proposal.title,
                source=f"decision:{decision_id}:{ruling.answer_id}",
                legs=books.expense(
                    account=wanted["account"], centre=wanted["centre"], amount=amount
                ),
            )
        )
        _point(entry, wanted.get("line", ""), by=proposal.proposed_by)
        close(proposal, to=Proposal.State.DONE, answer=f"{amount} is booked.")
    return True


def unspend_money(*, decision_id: int) -> bool:
    """Book the mirror image (the money was not spent after all); False if nothing was booked."""
    with transaction.atomic(durable=True):
        ruling = decisions.take_back(decision_id=decision_id)
        if ruling is None:
            return False
        (proposal,) = lock(Proposal.objects.filter(decision_id=decision_id))
        if proposal.state != Proposal.State.DONE:
            return False
        entry = Entry.objects.get(source=f"decision:{decision_id}:{ruling.answer_id}")
        if Entry.objects.filter(reverses=entry).exists():
            return False
        ledger.reverse(entry, reason="Decision taken back")
        close(proposal, to=Proposal.State.UNDONE, answer="Taken back.")
        reopen(proposal)
    return True


def _point(entry: Entry, line: str, *, by: str) -> None:
    """Let what was spent point at its line, if the strategy still has it."""
    document = plans.document()
    if document is not None and document.line(line) is not None:
        planning.point(thing=f"expense:{entry.pk}", line=line, by=by, document=document)
