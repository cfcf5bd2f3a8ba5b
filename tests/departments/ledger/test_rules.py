"""Booking is balanced whatever the amounts, and the concentration is what the docs say."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.departments.ledger import rules
from hammock.kit.money import Money

EUR = "EUR"
YEARS = st.integers(date.min.year, date.max.year)
parts = st.lists(
    st.builds(
        lambda centre, net, tax: rules.Part(
            centre=centre, net=Money(net, EUR), tax=Money(tax, EUR)
        ),
        st.sampled_from("abc"),
        st.integers(min_value=0, max_value=10**9),
        st.integers(min_value=0, max_value=10**8),
    ),
    min_size=1,
    max_size=5,
)
fees = st.integers(min_value=0, max_value=10**6).map(lambda minor: Money(minor, EUR))


@given(parts=parts, fee=fees)
def test_every_movement_balances(parts: list[rules.Part], fee: Money) -> None:
    for legs in (
        rules.sale(parts=parts, fee=fee),
        rules.refund(parts=parts),
        rules.dispute_opened(parts=parts, fee=fee),
        rules.dispute_won(parts=parts),
        rules.dispute_lost(parts=parts),
        rules.surplus(amount=Money(10**6, EUR), fee=fee),
        rules.commission(centre="a", amount=fee),
        rules.payout(amount=fee),
    ):
        assert not rules.off_balance(legs)
        assert not rules.off_balance(rules.reversal(legs))


@given(parts=parts, fee=fees)
def test_a_dispute_that_is_lost_takes_the_sale_back(parts: list[rules.Part], fee: Money) -> None:
    sale = rules.sale(parts=parts, fee=Money.zero(EUR))
    opened = rules.dispute_opened(parts=parts, fee=fee)
    lost = rules.dispute_lost(parts=parts)
    left = {
        leg.account: leg.amount.minor for leg in rules.merged(_by_account([*sale, *opened, *lost]))
    }
    assert left.get(rules.Chart.TAX, 0) == 0
    assert left.get(rules.Chart.DISPUTED, 0) == 0
    assert left.get(rules.Chart.PROVIDER, 0) == -fee.minor


def _by_account(legs: list[rules.Leg]) -> list[rules.Leg]:
    return [rules.Leg(account=str(leg.account), centre="all", amount=leg.amount) for leg in legs]


@pytest.mark.parametrize(
    ("revenue", "index", "warns"),
    [
        ({"a": 100}, 1.0, True),
        ({"a": 50, "b": 50}, 0.5, False),
        ({"a": 60, "b": 40}, 0.52, False),
        ({"a": 200, "b": 100}, 5 / 9, True),
        ({"a": 1, "b": 1, "c": 1, "d": 1}, 0.25, False),
        ({"a": 70, "b": 20, "c": 10}, 0.54, True),
    ],
)
def test_concentration_is_the_sum_of_squared_shares(
    revenue: dict[str, int],
    index: float,
    warns: bool,  # noqa: FBT001 - a table's column
) -> None:
    found = rules.concentration({centre: Money(minor, EUR) for centre, minor in revenue.items()})
    assert found is not None
    assert found.herfindahl == pytest.approx(index)
    assert found.hangs_on_one_leg is warns


def test_nothing_earned_has_no_concentration() -> None:
    assert rules.concentration({}) is None
    assert rules.concentration({"a": Money(-5, EUR)}) is None


@given(today=st.dates(date(1972, 1, 1), date(9998, 12, 31)), years=st.lists(YEARS, max_size=5))
def test_periods_begin_with_the_last_twelve_months_and_name_every_year(
    today: date, years: list[int]
) -> None:
    recent, this, last, everything, *named = rules.periods(today=today, years=years)
    assert recent.key == rules.RECENT
    assert recent.since is not None
    months = (today.year - recent.since.year) * 12 + today.month - recent.since.month
    assert (months, recent.since.day, recent.until) == (11, 1, None)
    assert (this.since, last.until) == (date(today.year, 1, 1), this.since)
    assert (everything.since, everything.until) == (None, None)
    assert [one.key for one in named] == [str(year) for year in sorted(set(years), reverse=True)]
    keys = [one.key for one in (recent, this, last, everything, *named)]
    assert len(set(keys)) == len(keys)


@given(year=YEARS)
def test_a_year_holds_its_days_and_no_other(year: int) -> None:
    period = rules.year_of(year)
    assert (period.since or date.min) == date(year, 1, 1)
    assert ((period.until or date.max) - date(year, 12, 31)).days in {0, 1}
