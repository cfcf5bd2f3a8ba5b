"""Statements that are compiled once say what the ORM says, and refuse what they cannot keep."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone

import pytest
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from hammock.departments.ledger.models import Account
from hammock.departments.marketing.models import CountedDay, SearchCount
from hammock.kit.facts.models import Fact
from hammock.kit.inbox.models import InboxMessage
from hammock.kit.locks import LockOutsideTransaction, locking
from hammock.kit.prepared import add, add_once, change, prepared

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2026, 11, 2)


@prepared
def searches_for(*, words: Sequence[str]) -> QuerySet[SearchCount]:
    return SearchCount.objects.filter(words__in=words).select_related("day").order_by("id")


@prepared
def called(*, names: Sequence[str], about: str) -> QuerySet[Fact]:
    return Fact.objects.filter(name__in=names, about=about).order_by("name")


@prepared
def between(*, name: str, after: datetime, until: datetime) -> QuerySet[Fact]:
    return Fact.objects.filter(name=name, at__gt=after, at__lte=until).order_by("id")


@prepared
def locked(*, fact_id: int) -> QuerySet[Fact]:
    return locking(Fact.objects.filter(id=fact_id))


@prepared
def with_searches(*, words: str) -> QuerySet[CountedDay]:
    return CountedDay.objects.filter(searches__words=words).prefetch_related("searches")


@prepared
def page_numbered(*, page_id: int) -> QuerySet[Page]:
    return Page.objects.filter(id=page_id)  # type: ignore[no-any-return]  # Wagtail has no types


@prepared
def reckoned(*, fact_id: int) -> QuerySet[Fact]:
    return Fact.objects.annotate(twice=F("id") + 0)


def fact(name: str, **data: object) -> Fact:
    made = Fact(name=name, about="order:1", data=data)
    add(made)
    return made


def message(external_id: str) -> InboxMessage:
    return InboxMessage(source="test", external_id=external_id, kind="paid", content={"a": [1]})


def test_rows_come_back_as_the_orm_reads_them_with_what_was_joined() -> None:
    day = CountedDay(day=DAY)
    add(day)
    add(*(SearchCount(day=day, words=words, times=1) for words in ("card", "mäp")))
    found = searches_for(words=["card", "mäp"])
    assert found == list(SearchCount.objects.order_by("id"))
    with CaptureQueriesContext(connection) as asked:
        assert [(one.words, one.day.day) for one in found] == [("card", DAY), ("mäp", DAY)]
        assert found[0].day.began_at == day.began_at
    assert not asked.captured_queries


def test_one_statement_serves_other_values_and_lists_of_other_lengths() -> None:
    fact("Paid"), fact("Placed"), fact("Refunded")
    assert [one.name for one in called(names=["Paid", "Placed"], about="order:1")] == [
        "Paid",
        "Placed",
    ]
    assert [one.name for one in called(names=["Refunded"], about="order:1")] == ["Refunded"]
    assert called(names=["Paid", "Refunded"], about="order:2") == []
    assert called(names=[], about="order:1") == []
    assert called(names=[], about="order:1") == []  # found kept, not built again


def test_moments_are_compared_as_moments_wherever_they_were_written() -> None:
    first, second = fact("Paid"), fact("Paid")
    second.refresh_from_db()
    before = first.at - timedelta(microseconds=1)
    elsewhere = timezone(timedelta(hours=-7))
    assert between(name="Paid", after=before, until=second.at) == [first, second]
    assert between(name="Paid", after=before.astimezone(elsewhere), until=first.at) == [first]
    assert between(name="Paid", after=second.at, until=second.at + timedelta(days=1)) == []


def test_new_rows_get_the_keys_that_the_database_makes() -> None:
    first, second = message("1"), message("2")
    add(first, second)
    assert list(InboxMessage.objects.order_by("id")) == [first, second]
    first.kind = "changed"
    change(first, "kind")
    assert InboxMessage.objects.get(pk=first.pk).kind == "changed"
    assert InboxMessage.objects.get(pk=second.pk).kind == "paid"


def test_a_row_whose_unique_key_is_taken_is_not_written() -> None:
    assert add_once(message("1"))
    assert not add_once(message("1"))
    assert add_once(Account(code="Assets:New"))
    assert not add_once(Account(code="Assets:New"))
    assert InboxMessage.objects.count() == 1


def test_a_statement_that_locks_is_refused_outside_a_transaction() -> None:
    paid = fact("Paid")
    with transaction.atomic():
        assert locked(fact_id=paid.id) == [paid]
    with pytest.raises(LockOutsideTransaction):
        locked(fact_id=paid.id)


def test_a_prefetch_and_an_argument_without_a_place_are_refused() -> None:
    with pytest.raises(TypeError, match="with_searches"):
        with_searches(words="card")
    with pytest.raises(TypeError, match="reckoned"):
        reckoned(fact_id=1)


def test_a_plain_value_and_one_that_must_be_prepared_are_written_alike() -> None:
    made = fact("Written", text="ü", number=1)
    found = Fact.objects.get(pk=made.pk)
    assert (found.name, found.data, found.at) == ("Written", {"text": "ü", "number": 1}, made.at)
    message = InboxMessage(source="test", external_id="100 %s", kind="a%%b", content=["x"])
    assert add_once(message)
    message.kind = "changed"
    change(message, "kind")
    again = InboxMessage.objects.get(pk=message.pk)
    assert (again.external_id, again.kind, again.content) == ("100 %s", "changed", ["x"])


def test_rows_are_as_the_orm_makes_them() -> None:
    made = fact("Same")
    (read,) = called(names=["Same"], about="order:1")
    from_orm = Fact.objects.get(pk=made.pk)
    assert read == from_orm
    assert read._state.db == from_orm._state.db
    assert not read._state.adding
    kept = {name: value for name, value in vars(read).items() if name != "_state"}
    assert kept == {name: value for name, value in vars(from_orm).items() if name != "_state"}
    read.refresh_from_db()


def test_who_watches_statements_sees_the_prepared_ones_too() -> None:
    with CaptureQueriesContext(connection) as watched:
        fact("Seen")
        called(names=["Seen"], about="order:1")
    assert len(watched) == 2


def test_a_model_that_is_made_in_its_own_way_is_refused() -> None:
    with pytest.raises(TypeError, match="Page has its own way to be made"):
        page_numbered(page_id=1)
