"""A member wants to spend money: a decision answers before it is spent."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from hammock.departments.catalogue.errors import CannotSave
from hammock.departments.catalogue.models import Proposal
from hammock.departments.catalogue.proposing import Proposed, propose, spent
from hammock.departments.ledger import queries as books
from hammock.departments.ledger.models import ProfitCentre
from hammock.departments.ledger.rules import SPENDABLE
from hammock.departments.planning import spending
from hammock.kit import clock
from hammock.kit.money import Money

MONTH = timedelta(days=30)


def propose_spending(
    *, amount: Money, account: str, centre: str, purpose: str, by: str, line: str = ""
) -> Proposal:
    """Take the wish to spend, for a `line` of the strategy or none.

    Whoever decides sees what strategy and reality check say. Raises `CannotSave` naming the field;
    then nothing has changed.
    """
    if amount.minor <= 0:
        raise CannotSave(field="amount", problem="spending is more than nothing")
    if account not in SPENDABLE:
        raise CannotSave(field="account", problem=f"“{account}” is no account for expenses")
    weighed = spending.weigh(amount=amount, line=line)
    if line and not weighed.in_strategy:
        raise CannotSave(field="line", problem=f"the strategy has no line “{line}”")
    with transaction.atomic(durable=True):
        if not ProfitCentre.objects.filter(slug=centre).exists():
            raise CannotSave(field="centre", problem=f"there is no profit centre “{centre}”")
        month = spent(currency=amount.currency, since=clock.now() - MONTH)
        return propose(
            Proposed(
                kind=Proposal.Kind.SPEND,
                about=f"centre:{centre}",
                title=f"{amount} for {purpose}",
                why=purpose,
                details={
                    "minor": amount.minor,
                    "currency": amount.currency,
                    "account": account,
                    "centre": centre,
                    "line": line,
                },
                by=by,
            ),
            facts={
                "amount": amount.minor,
                "currency": amount.currency,
                "account": account.removeprefix("Expenses:"),
                "centre": centre,
                "spent_month": month.minor,
                "cash": books.cash(currency=amount.currency).minor,
                "in_strategy": not weighed.is_outside,
                "budget_left": weighed.budget_left.minor,
                "affordable": not weighed.is_beyond,
                "proposed_by": by,
            },
        )
