"""What of orders and books becomes evidence, and which months are foreseen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from hammock.departments.planning import forecasting
from hammock.departments.planning.rules.evidence import (
    Books,
    Bought,
    evidence_from,
    purchases_from,
)
from hammock.departments.planning.rules.updating import Visited

TODAY = date(2026, 11, 24)


def books(**changes: object) -> Books:
    given: dict[str, object] = {
        "currency": "EUR",
        "digits": 2,
        "revenue": {},
        "fees": 0,
        "costs": None,
        "cash": 0,
        "prices": (2900,),
        "opened": None,
        "notes": (),
        **changes,
    }
    return Books(**given)  # type: ignore[arg-type]


def bought(days_ago: int, *, customer: int | None = 1, kept: int = 2500) -> Bought:
    return Bought(
        customer=customer,
        on=TODAY - timedelta(days=days_ago),
        minor=2500,
        tax_minor=475,
        kept=kept,
        first="Guide",
    )


def test_days_begin_when_something_was_for_sale_and_end_yesterday() -> None:
    rows = [bought(9), bought(3, customer=2), bought(0)]
    found = evidence_from(
        rows,
        books(
            opened=TODAY - timedelta(days=20),
            revenue={one.on: one.minor for one in rows},
        ),
        today=TODAY,
        lost_a_month=0.07,
    )
    assert len(found.days) == len(found.orders) == 20
    assert sum(found.days) == 5000  # today's is not over
    assert sum(found.orders) == 2
    assert found.first_orders == 2
    assert found.further_orders == 0
    assert found.tax_share == pytest.approx(475 / 2975)


def at_shop(days_ago: int, customer: int, *, is_here: bool = True) -> Bought:
    return replace(bought(days_ago, customer=customer), is_here=is_here, channel="search: bing")


def test_visits_and_first_buyers_of_the_same_whole_days_are_put_together() -> None:
    counted = {TODAY - timedelta(days=ago): 10 * ago for ago in (9, 8, 7, 5, 0)}  # 6 was left out
    rows = [
        at_shop(30, 1),
        at_shop(9, 2),  # counting began within that day
        at_shop(8, 3),
        at_shop(8, 4, is_here=False),  # imported
        at_shop(7, 1),  # bought before
        at_shop(7, 3),
        at_shop(6, 5),  # no day of counting
        at_shop(5, 6),
        at_shop(5, 7),
        at_shop(0, 8),  # today is not over
    ]
    found = evidence_from(rows, books(), today=TODAY, lost_a_month=0.07, visits=counted).visited
    assert found == Visited(since=TODAY - timedelta(days=8), visits=(80, 70, 50), buyers=(1, 0, 2))


def test_before_a_whole_day_was_counted_there_is_no_evidence_of_visits() -> None:
    for counted in ({}, {TODAY: 9}, {TODAY - timedelta(days=1): 50, TODAY: 9}):
        found = evidence_from([], books(), today=TODAY, lost_a_month=0.07, visits=counted)
        assert found.visited is None


def test_customers_are_labelled_by_the_channel_of_their_first_purchase() -> None:
    later = replace(bought(2, customer=1), channel="direct")
    rows = [at_shop(30, 1), bought(20, customer=2), later]
    _purchases, labels, _until = purchases_from(rows, today=TODAY)
    assert labels.channel == ("search: bing", "not counted")


def test_no_data_at_all_is_evidence_of_nothing() -> None:
    found = evidence_from([], books(), today=TODAY, lost_a_month=0.07)
    assert found.days == ()
    assert not found.has_sold
    assert found.costs_a_month is None


def test_what_went_back_wholly_is_no_purchase_of_a_customer() -> None:
    rows = [bought(30), bought(20, kept=0), bought(10, kept=1000)]
    purchases, labels, until = purchases_from(rows, today=TODAY)
    assert purchases.amount.tolist() == [2500.0, 1000.0]
    assert labels.cohort == ("2026-10",)
    assert labels.product == ("Guide",)
    assert until == pytest.approx(29 / 7)


def test_months_that_have_begun_are_not_foreseen() -> None:
    made = forecasting.make([], books(), means=None, today=TODAY, paths=2000)
    assert [one.month for one in made.months] == [
        date(2026, 12, 1),
        date(2027, 1, 1),
        date(2027, 2, 1),
    ]
    assert not any(one.is_own for one in made.months)
    first = forecasting.make([], books(), means=None, today=date(2026, 12, 1), paths=2000)
    assert first.months[0].month == date(2026, 12, 1)


def test_a_long_past_says_its_months_itself_with_both_baselines() -> None:
    rows = [bought(days, customer=days) for days in range(500, 0, -1)]
    revenue = {one.on: one.minor for one in rows}
    made = forecasting.make(rows, books(revenue=revenue), means=None, today=TODAY, paths=2000)
    december = made.months[0]
    assert december.is_own
    assert december.last_month == 31 * 2500
    assert december.last_year == 31 * 2500
    amounts = [minor for _, minor in december.quantiles]
    assert amounts == sorted(amounts)
    assert amounts[0] <= 31 * 2500 <= amounts[-1]
    assert made.rehearsed is not None
    assert made.rehearsed.count > 40
