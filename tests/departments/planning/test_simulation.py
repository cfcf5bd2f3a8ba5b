"""Futures of the business: from nothing known to a shop that speaks for itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.departments.planning.outside_view import outside_view
from hammock.departments.planning.rules.assumptions import assumptions_from
from hammock.departments.planning.rules.means import Means
from hammock.departments.planning.rules.simulation import Outlook, simulate
from hammock.departments.planning.rules.updating import (
    Evidence,
    Learned,
    Visited,
    conversion,
    heard_of,
    levelled,
    order_value,
    refunds,
    scatter_of,
)
from hammock.kit.money import Money

VIEW = outside_view()
PATHS = 20_000


def means(
    *, savings: int = 10_000, living: int = 1_800, target: int = 2_500, currency: str = "EUR"
) -> Means:
    def of(amount: int) -> Money:
        return Money(amount * 100, currency)

    return Means(
        savings=of(savings),
        living_costs_a_month=of(living),
        other_income_a_month=of(600),
        target_income_a_month=of(target),
        hours_a_week=Decimal(20),
        old_wage=of(25),
    )


def shop(days: int, *, a_day: float = 1.5, seed: int = 2, price: float = 2500.0) -> Evidence:
    orders = np.random.default_rng(seed).poisson(a_day, days)
    return Evidence(
        currency="EUR",
        days=tuple((orders * price).tolist()),
        orders=tuple(orders.tolist()),
        first_orders=int(orders.sum()),
        order_values=(price,) * int(orders.sum()),
        sold=float(orders.sum() * price),
    )


def told(evidence: Evidence, brought: Means | None = None, *, seed: int = 1) -> Outlook:
    return simulate(assumptions_from(brought, evidence, VIEW), paths=PATHS, seed=seed)


def level(evidence: Evidence) -> Learned:
    return assumptions_from(None, evidence, VIEW).learned[0]


def test_the_same_seed_gives_the_same_answer_and_another_a_near_one() -> None:
    first, second, other = (
        told(shop(120), means(), seed=1),
        told(shop(120), means(), seed=1),
        told(shop(120), means(), seed=2),
    )
    assert first == second
    assert first != other
    assert other.income.middle[11] == pytest.approx(first.income.middle[11], rel=0.05)


def test_without_any_figure_of_its_own_the_forecast_is_what_happened_to_others() -> None:
    found = told(Evidence(currency="EUR"), means())
    assert found.first_sale is not None
    assert 0.05 < found.first_sale[0] < found.first_sale[1] < found.first_sale[2] < 0.5
    assert found.chance_of(300_000, days=30) < 0.01  # “thousands in 30 days”
    assert found.chance_of(300_000, days=365) < 0.10
    assert found.reaching is not None
    assert found.reaching[-1] < 0.05
    wide = found.income.at(35, 0.975) - found.income.at(35, 0.025)
    assert wide > 50_000
    assert found.movers[0].name == "visits"


def test_every_month_has_quantiles_in_order_for_cash_income_and_hours() -> None:
    found = told(shop(60), means())
    assert found.hours is not None
    for fan in (found.cash, found.income, found.hours):
        assert len(fan.rows) == 36
        assert all(list(row) == sorted(row) for row in fan.rows)
    assert found.wage is not None
    assert len(found.movers) == 3


def test_by_month_three_it_is_mostly_the_shop_that_speaks() -> None:
    weights = [level(shop(days)).weight for days in (0, 7, 30, 91, 182)]
    assert weights[0] == 0
    assert weights == sorted(weights[:1]) + weights[1:]
    assert weights[3] > 0.9
    assert weights[1] < weights[2]


def test_what_the_shop_sells_now_is_its_level_and_growth_is_not_promised() -> None:
    found = told(shop(180))
    a_month = 1.5 * 30.4 * 2500
    assert found.revenue.middle[0] == pytest.approx(a_month, rel=0.25)
    assert found.income.middle[35] < 1.3 * found.income.middle[0]


def test_an_empty_purse_runs_out_in_the_first_month_that_does_not_pay_for_life() -> None:
    found = told(Evidence(currency="EUR"), means(savings=0))
    assert found.month_run_out == 1
    assert found.running_out is not None
    assert found.running_out[0] > 0.9


def test_more_savings_last_longer() -> None:
    poor, rich = (told(Evidence(currency="EUR"), means(savings=one)) for one in (3_000, 24_000))
    assert poor.month_run_out is not None
    assert poor.month_run_out < 4
    assert rich.month_run_out is not None
    assert 19 <= rich.month_run_out <= 21


def test_one_sale_moves_the_view_and_leaves_it_wide() -> None:
    one = Evidence(
        currency="EUR",
        days=(0.0,) * 20 + (2900.0,) + (0.0,) * 9,
        orders=(0,) * 20 + (1,) + (0,) * 9,
        first_orders=1,
        order_values=(2900.0,),
        sold=2900.0,
    )
    found = told(one)
    assert found.first_sale is None  # it has been
    assert 0 <= found.income.middle[11] < 3_000
    assert found.income.at(11, 0.9) > 5_000


def test_no_sale_in_three_months_lowers_the_chances() -> None:
    silent = Evidence(currency="EUR", days=(0.0,) * 91, orders=(0,) * 91)
    new, waited = told(Evidence(currency="EUR")), told(silent)
    assert level(silent).now.first < level(Evidence(currency="EUR")).now.first
    assert waited.income.at(11, 0.9) < new.income.at(11, 0.9)


def test_a_viral_spike_counts_as_few_events_and_widens_the_view() -> None:
    calm, spiked = shop(56, a_day=0.3), shop(56, a_day=0.3)
    orders = list(spiked.orders)
    orders[30] += 400
    viral = Evidence(
        currency="EUR",
        days=tuple(count * 2500.0 for count in orders),
        orders=tuple(orders),
        first_orders=sum(orders),
        order_values=(2500.0,) * 400,
        sold=sum(orders) * 2500.0,
    )
    assert level(viral).now.second > 2 * level(calm).now.second
    assert level(viral).now.quantile(0.5) < 3 * level(calm).now.quantile(0.5)
    assert level(viral).now.quantile(0.9) > 2 * level(calm).now.quantile(0.9)
    assert "came in a burst that is not taken for the level" in level(viral).says
    assert scatter_of(orders) > 50


@given(weekly=st.lists(st.integers(0, 60), min_size=3, max_size=13), weekday=st.integers(0, 6))
def test_levelling_adds_nothing_and_leaves_even_weeks_alone(
    weekly: list[int], weekday: int
) -> None:
    """However the orders lie within the week: a shop that sells on Tuesdays has no bursts."""
    counts = [0.0] * (7 * len(weekly))
    for week, count in enumerate(weekly):
        counts[7 * week + weekday] = float(count)
    even = [float(weekly[0]) if day == weekday else 0.0 for day in range(7)] * 8

    assert (levelled(counts) <= np.array(counts)).all()
    assert levelled(even).tolist() == even


def test_negative_costs_and_amounts_count_as_none_and_are_said() -> None:
    brought = means(living=-500)
    odd = Evidence(currency="EUR", costs_a_month=-9_000.0)
    found = assumptions_from(brought, odd, VIEW)
    assert found.costs == 0.0
    assert found.draw == 0.0
    assert any("negative" in note for note in found.notes)


def test_means_of_another_currency_are_left_out_and_said() -> None:
    found = assumptions_from(means(currency="USD"), Evidence(currency="EUR"), VIEW)
    assert found.draw is None
    assert found.target is None
    assert any("USD" in note for note in found.notes)
    assert simulate(found, paths=PATHS).running_out is None


def test_a_currency_without_a_rate_still_gets_an_answer_that_is_wider() -> None:
    found = assumptions_from(None, Evidence(currency="XPF", digits=0), VIEW)
    assert any("no rate for XPF" in note for note in found.notes)
    usual = assumptions_from(None, Evidence(currency="EUR"), VIEW)
    assert found.orders.second > usual.orders.second
    assert np.isfinite(simulate(found, paths=PATHS).cash.rows[-1]).all()


def test_counted_visits_teach_the_conversion() -> None:
    evidence = Evidence(currency="EUR", visited=visited([70] * 30, [2, 2, 2, 3, 2, 2] * 5))
    found = conversion(evidence, VIEW)
    assert found.now.mean == pytest.approx(0.031, abs=0.001)
    assert found.weight > 0.95
    assert found.says == (
        "65 of 2,100 visits bought for the first time, counted since 3 March 2026 on 30 days"
    )
    assert assumptions_from(None, evidence, VIEW).counts_visits
    assert conversion(Evidence(currency="EUR"), VIEW).weight == 0


def visited(visits: list[int], buyers: list[int]) -> Visited:
    return Visited(since=date(2026, 3, 3), visits=tuple(visits), buyers=tuple(buyers))


def test_visits_without_buyers_say_that_few_buy_but_not_that_none_does() -> None:
    found = conversion(Evidence(currency="EUR", visited=visited([40] * 10, [0] * 10)), VIEW)
    assert 0 < found.now.quantile(0.5) < found.before.quantile(0.5)
    assert conversion(Evidence(currency="EUR", visited=visited([0] * 9, [0] * 9)), VIEW).weight == 0


def test_days_on_which_more_bought_than_came_are_no_certainty() -> None:
    found = conversion(Evidence(currency="EUR", visited=visited([1, 5], [4, 9])), VIEW)
    assert 0 < found.now.mean < 0.2


def test_a_viral_day_of_visits_neither_becomes_the_conversion_nor_makes_it_sure() -> None:
    chance = np.random.default_rng(3)
    usual = [int(one) for one in chance.poisson(100, 91)]
    buyers = [int(chance.binomial(visits, 0.02)) for visits in usual]
    calm = conversion(Evidence(currency="EUR", visited=visited(usual, buyers)), VIEW)
    usual[40] += 50_000
    buyers[40] += 20
    viral = conversion(Evidence(currency="EUR", visited=visited(usual, buyers)), VIEW)
    assert calm.now.mean == pytest.approx(0.02, abs=0.004)
    assert viral.now.mean > 0.01  # all visits together: 0.3 %
    assert viral.now.second < calm.now.second  # it is less sure than before the spike
    assert heard_of(visited(usual, buyers)).of < 10_000


@given(
    st.lists(st.tuples(st.integers(0, 2_000_000), st.integers(0, 5_000)), min_size=1, max_size=120)
)
def test_whatever_was_counted_no_more_is_heard_than_there_was(days: list[tuple[int, int]]) -> None:
    found = visited([one for one, _ in days], [one for _, one in days])
    heard = heard_of(found)
    assert 0 <= heard.hits <= heard.of + 1e-6
    assert heard.of <= sum(found.visits) + 1e-6
    now = conversion(Evidence(currency="EUR", visited=found), VIEW).now
    assert 0 < now.mean < 1


def test_more_money_refunded_than_sold_is_all_of_it() -> None:
    odd = Evidence(currency="EUR", orders=(1,) * 10, sold=1000.0, refunded=5000.0)
    found = refunds(odd, VIEW)
    assert found.now.mean < 1
    assert found.now.mean > 0.6


def test_list_prices_stand_in_until_orders_were_paid() -> None:
    priced = order_value(Evidence(currency="EUR", prices=(4900.0, 4900.0)), VIEW)
    assert priced.before.quantile(0.5) == pytest.approx(4900, rel=0.01)
    assert priced.weight == 0
    paid = order_value(
        Evidence(currency="EUR", prices=(4900.0,), order_values=(1000.0, 1100.0) * 20), VIEW
    )
    assert paid.now.quantile(0.5) == pytest.approx(1050, rel=0.03)
    assert paid.weight > 0.99


def test_a_claim_is_likelier_the_smaller_it_is_and_the_longer_it_may_take() -> None:
    found = told(shop(180))
    chances = [found.chance_of(amount, days=30) for amount in (0, 10_000, 110_000, 10_000_000)]
    assert chances[0] == 1
    assert chances == sorted(chances, reverse=True)
    assert chances[-1] < 0.001
    assert found.chance_of(500_000, days=300) > found.chance_of(500_000, days=30)


def test_poisson_counts_of_any_size_have_their_mean_and_variance() -> None:
    from hammock.departments.planning.rules.simulation import _counted

    chance = np.random.default_rng(1)
    for expected in (0.01, 0.7, 5.9, 6.1, 40.0, 3_000.0):
        drawn = _counted(np.full(200_000, expected, dtype=np.float32), chance)
        assert (drawn >= 0).all()
        assert float(drawn.mean(dtype=np.float64)) == pytest.approx(expected, rel=0.05)
        assert float(drawn.var(dtype=np.float64)) == pytest.approx(expected, rel=0.06)
