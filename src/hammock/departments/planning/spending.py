"""Spending as the plan sees it: by line, beside all lines, and what reality leaves for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from hammock.departments.ledger.models import Entry
from hammock.departments.planning import overview, queries
from hammock.departments.planning.rules import progress
from hammock.kit import clock
from hammock.kit.money import Money

MONTH = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Spent:
    """An expense that stands, and the line it points at; empty for none."""

    entry_id: int
    description: str
    amount: Money
    line: str


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """A wish to spend beside the plan.

    `in_strategy` says whether it points at a line of the strategy in force, `budget_left` what that
    line's month may still cost, `reality_left` what the latest answers still allow (None before
    there are any).
    """

    amount: Money
    has_strategy: bool
    in_strategy: bool
    budget_left: Money
    reality_left: Money | None

    @property
    def is_outside(self) -> bool:
        """Whether there is a strategy and it serves no line of it."""
        return self.has_strategy and not self.in_strategy

    @property
    def is_beyond(self) -> bool:
        """Whether there are answers and they do not allow it."""
        return self.reality_left is not None and self.reality_left < self.amount


def expenses(*, since: datetime, until: datetime | None = None) -> Iterator[Spent]:
    """Give the expenses since then, newest first; those that were taken back are left out."""
    pointed = queries.pointers()
    rows = Entry.objects.filter(
        kind=Entry.Kind.EXPENSE, at__gte=since, reversed_by=None
    ).prefetch_related("lines")
    if until is not None:
        rows = rows.filter(at__lt=until)
    for entry in rows.order_by("-at"):
        cost = next((line for line in entry.lines.all() if line.minor > 0), None)
        if cost is not None:
            yield Spent(
                entry_id=entry.pk,
                description=entry.description,
                amount=cost.amount,
                line=pointed.get(f"expense:{entry.pk}", ""),
            )


def by_line(*, currency: str, since: datetime, until: datetime | None = None) -> dict[str, Money]:
    """Add up what was spent by the line it points at; under "" what points at none."""
    found: defaultdict[str, Money] = defaultdict(lambda: Money.zero(currency))
    for one in expenses(since=since, until=until):
        if one.amount.currency == currency:
            found[one.line] += one.amount
    return dict(found)


def weigh(*, amount: Money, line: str) -> Weighed:
    """Weigh a wish to spend against the strategy in force and the latest answers.

    What the answers allow is used up by what was spent since they were given.
    """
    document = queries.document()
    nothing = Money.zero(amount.currency)
    known = document is not None and document.line(line) is not None
    left = nothing
    if document is not None and document.currency == amount.currency:
        spent = by_line(currency=amount.currency, since=clock.now() - MONTH)
        left = progress.budget_left(document, spent, key=line)
    return Weighed(
        amount=amount,
        has_strategy=document is not None,
        in_strategy=known,
        budget_left=left,
        reality_left=_reality_left(amount),
    )


def _reality_left(amount: Money) -> Money | None:
    check, allowed = queries.latest_check(), overview.spendable()
    if check is None or allowed is None or allowed.currency != amount.currency:
        return None
    for spent in by_line(currency=amount.currency, since=check.answered_at).values():
        allowed = allowed - spent
    return allowed if allowed.minor > 0 else Money.zero(amount.currency)
