"""Money was spent: an expense entered by hand is booked, and taken back by reversal."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from hammock.departments.ledger import actions as ledger
from hammock.departments.ledger import rules as books
from hammock.departments.ledger.models import Entry, ProfitCentre
from hammock.departments.planning import actions as planning
from hammock.departments.planning import queries as plans
from hammock.kit import clock
from hammock.kit.errors import FieldError
from hammock.kit.money import Money


@dataclass(frozen=True, kw_only=True)
class Expense:
    """What was spent on what, for which profit centre, when; `line` is the strategy's, if any."""

    amount: Money
    account: str
    centre: str
    description: str
    spent_at: datetime
    line: str = ""


def record_expense(expense: Expense) -> Entry:
    """Book the expense as paid from the bank, and point it at its line of the strategy.

    Raises `FieldError` naming what cannot be booked, `NoSuchLine`; then nothing is.
    """
    _refuse(expense)
    document = plans.document()
    with transaction.atomic(durable=True):
        entry = ledger.post(
            ledger.Draft(
                kind=Entry.Kind.EXPENSE,
                description=expense.description,
                source=f"expense:{secrets.token_urlsafe(12)}",
                legs=books.expense(
                    account=expense.account, centre=expense.centre, amount=expense.amount
                ),
                at=expense.spent_at,
            )
        )
        if document is not None and expense.line:
            thing = f"expense:{entry.pk}"
            planning.point(thing=thing, line=expense.line, by="", document=document)
    return entry


def take_back_expense(*, entry_id: int) -> Entry:
    """Book the mirror image of an expense. Raises `AlreadyReversed`, or `FieldError` for others.

    Only what was entered by hand is taken back by hand; sales and refunds have their own ways.
    """
    with transaction.atomic(durable=True):
        entry = Entry.objects.get(id=entry_id)
        if entry.kind != Entry.Kind.EXPENSE:
            raise FieldError(field="entry", problem="only expenses are taken back by hand")
        return ledger.reverse(entry, reason="Taken back")


def _refuse(expense: Expense) -> None:
    if expense.amount.minor <= 0:
        raise FieldError(field="amount", problem="an expense is more than nothing")
    if expense.account not in books.SPENDABLE:
        raise FieldError(field="account", problem=f"“{expense.account}” is no account for expenses")
    if not ProfitCentre.objects.filter(slug=expense.centre).exists():
        raise FieldError(field="centre", problem=f"there is no profit centre “{expense.centre}”")
    if expense.spent_at > clock.now():
        raise FieldError(field="spent_on", problem="lies in the future")
    if timezone.localdate(expense.spent_at) < books.FIRST_DAY:
        raise FieldError(field="spent_on", problem=f"lies before {books.FIRST_DAY.year}")
