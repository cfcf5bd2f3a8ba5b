"""Unbalanced or changed books are impossible, whoever writes and however."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from hammock.departments.ledger import actions, queries, rules
from hammock.departments.ledger.errors import AlreadyReversed, LedgerError
from hammock.departments.ledger.models import Entry, Line
from hammock.kit import clock, ids
from hammock.kit.money import Money

pytestmark = pytest.mark.django_db(transaction=True)


def _post(source: str = "payout:1", minor: int = 500) -> Entry:
    with transaction.atomic():
        return actions.post(
            actions.Draft(
                kind=Entry.Kind.PAYOUT,
                description="Payout",
                source=source,
                legs=rules.payout(amount=Money(minor, "EUR")),
            )
        )


def _line(entry_id: int, minor: int) -> Line:
    return Line(
        entry_id=entry_id,
        account_id="Assets:Bank",
        profit_centre_id="general",
        minor=minor,
        currency="EUR",
    )


def _entry(entry_id: int) -> Entry:
    return Entry(
        id=entry_id, at=clock.now(), kind="expense", description="x", source=f"x:{entry_id}"
    )


def test_an_unbalanced_entry_is_refused_by_the_rules_and_by_the_database() -> None:
    legs = rules.payout(amount=Money(5, "EUR"))[:1]
    draft = actions.Draft(kind=Entry.Kind.PAYOUT, description="x", source="x", legs=legs)
    with pytest.raises(LedgerError), transaction.atomic():
        actions.post(draft)
    entry_id = ids.time_ordered()
    with pytest.raises(IntegrityError), transaction.atomic():
        _line(entry_id, 5).save()
        _entry(entry_id).save(force_insert=True)
    assert not Entry.objects.exists()
    assert not Line.objects.exists()


def test_an_entry_without_lines_and_lines_without_an_entry_are_refused() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        _entry(ids.time_ordered()).save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Line.objects.bulk_create([_line(7, 5), _line(7, -5)])
    assert not Line.objects.exists()


def test_lines_cannot_join_an_entry_that_is_written() -> None:
    entry = _post()
    with pytest.raises(IntegrityError), transaction.atomic():
        Line.objects.bulk_create([_line(entry.id, 5), _line(entry.id, -5)])
    assert Line.objects.count() == 2


@pytest.mark.parametrize("table", ["ledger_line", "ledger_entry"])
@pytest.mark.parametrize("statement", ["UPDATE {table} SET id = id", "DELETE FROM {table}"])
def test_nothing_in_the_books_can_be_changed(table: str, statement: str) -> None:
    _post()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table=table))
    assert (Entry.objects.count(), Line.objects.count()) == (1, 2)


def test_a_reason_is_booked_once() -> None:
    _post()
    with pytest.raises(IntegrityError):
        _post()
    assert Entry.objects.count() == 1


def test_a_mistake_is_corrected_by_its_reversal_once() -> None:
    entry = _post()
    with transaction.atomic():
        actions.reverse(entry, reason="Wrong bank")
    assert not [balance for balance in queries.balances() if balance.amount]
    with pytest.raises(AlreadyReversed), transaction.atomic():
        actions.reverse(entry, reason="Again")
