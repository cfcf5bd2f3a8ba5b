"""Proposals of members: written down, asked, closed. Assumes the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hammock.departments.catalogue.events import ProposalClosed
from hammock.departments.catalogue.models import Proposal
from hammock.departments.decisions import actions as decisions
from hammock.departments.decisions import kinds
from hammock.departments.decisions.models import Decision
from hammock.kit import clock
from hammock.kit import facts as log
from hammock.kit.money import Money


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """What a member proposes: see `Proposal` for the fields; `about` names the decision's thing."""

    kind: Proposal.Kind
    about: str
    title: str
    why: str
    details: Mapping[str, Any]
    by: str


def propose(proposed: Proposed, *, facts: Mapping[str, object]) -> Proposal:
    """Write the proposal down and ask its decision."""
    proposal = Proposal.objects.create(
        kind=proposed.kind,
        title=proposed.title[:160],
        why=proposed.why[:300],
        details=dict(proposed.details),
        proposed_by=proposed.by,
        answer_by=clock.now() + kinds.kind(proposed.kind).waits,
    )
    decision = decisions.ask(
        kind=proposed.kind,
        facts=facts,
        about=proposed.about,
        key=f"proposal:{proposal.pk}",
        asked_by=proposed.by,
    )
    proposal.decision_id, proposal.answer_by = decision.pk, decision.answer_by
    proposal.save(update_fields=["decision_id", "answer_by"])
    return proposal


def close(proposal: Proposal, *, to: Proposal.State, answer: str) -> None:
    """Note what became of a proposal, and state it."""
    proposal.state, proposal.answer, proposal.closed_at = to, answer[:300], clock.now()
    proposal.save(update_fields=["state", "answer", "closed_at"])
    log.state(
        ProposalClosed(proposal_id=proposal.pk, kind=proposal.kind, state=str(to)),
        about=f"proposal:{proposal.pk}",
    )


def reopen(proposal: Proposal) -> None:
    """Let a proposal wait again, for its answer was taken back."""
    decision = Decision.objects.get(pk=proposal.decision_id or 0)
    proposal.state, proposal.answer, proposal.closed_at = Proposal.State.OPEN, "", None
    proposal.answer_by = decision.answer_by
    proposal.save(update_fields=["state", "answer", "closed_at", "answer_by"])


def spent(*, currency: str, since: datetime) -> Money:
    """Tell how much spending was approved since then."""
    rows = Proposal.objects.filter(
        kind=Proposal.Kind.SPEND, state=Proposal.State.DONE, closed_at__gte=since
    ).values_list("details", flat=True)
    return Money(sum(row["minor"] for row in rows if row["currency"] == currency), currency)
