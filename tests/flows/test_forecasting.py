"""A forecast is made from orders and books, kept as it was, and scored when its month is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hammock.departments.catalogue.models import Shop
from hammock.departments.ledger.rules import Chart
from hammock.departments.marketing.gathering import Came, Gathered
from hammock.departments.planning import forecasts
from hammock.departments.planning.models import Forecast, ForecastMonth
from hammock.departments.sales.models import Order
from hammock.flows.count_visits import count_visits
from hammock.flows.make_forecast import make_forecast, renew_forecast, score_forecasts
from hammock.flows.place_order import Buyer
from hammock.flows.record_expense import Expense, record_expense
from hammock.flows.refund_order import refund_order, whole
from hammock.kit import clock
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.money import Money
from tests.shops import paid
from tests.till import Till

BEGUN = datetime(2027, 1, 10, 9, 0, tzinfo=UTC)
LATER = datetime(2027, 3, 2, 9, 0, tzinfo=UTC)


def buyer(number: int) -> Buyer:
    return Buyer(email=f"buyer{number}@example.org", name="A Buyer", country="DE")


def test_an_empty_shop_gets_the_outside_view_and_says_what_it_does_not_know(shop: Shop) -> None:
    with clock.at(BEGUN):
        found = make_forecast(paths=2000)
    told = found.told
    assert told["own_weight"] == 0 or told["own_weight"] < 0.5
    assert told["first_sale"]["90"] < 0.6
    assert told["reaching"] is None
    notes = " ".join(told["notes"])
    assert "reality check" in notes
    assert "No costs are in the books yet" in notes
    assert told["customers"]["missing"] == "Nobody has bought yet."
    assert found.months.count() == 3


def test_sales_costs_and_refunds_of_the_shop_reach_the_forecast(shop: Shop, till: Till) -> None:
    with clock.at(BEGUN):
        orders = [paid(till, "GUIDE", buyer=buyer(at % 4)) for at in range(8)]
        run_until_empty()
        refund_order(order_id=orders[0].id, wish=whole(orders[0], reason="", requested_by="Olga"))
        run_until_empty()
        record_expense(
            Expense(
                amount=Money(12_000, "EUR"),
                account=Chart.TOOLS,
                centre="guides",
                description="Server",
                spent_at=clock.now(),
            )
        )
    with clock.at(datetime(2027, 1, 20, 9, 0, tzinfo=UTC)):
        told = make_forecast(paths=2000).told
    said = {one["name"]: one["says"] for one in told["learned"]}
    assert said["sales"].startswith("8 orders in the last")
    assert said["refunds"] == "12.5% of the money of 8 orders went back"
    assert said["repeat"].startswith("4 further orders")
    assert told["customers"]["customers"] == 4
    guide = told["customers"]["by_product"][0]
    assert guide["label"] == "Guide"
    kept = round(2900 / 1.19)
    assert guide["so_far"] == pytest.approx(7 * kept / 4, abs=3)
    assert not any("No costs" in note for note in told["notes"])


def test_own_visits_and_channels_reach_the_forecast(shop: Shop, till: Till) -> None:
    first = BEGUN.date()
    for ago in range(10):
        count_visits(
            Gathered(
                day=first + timedelta(days=ago),
                visits={
                    100 * ago + at: Came(channel="social: reddit", landing="/") for at in range(50)
                },
            )
        )
    for ago in (3, 4, 4):
        with clock.at(BEGUN + timedelta(days=ago)):
            number = Order.objects.count()
            paid(till, "GUIDE", buyer=replace(buyer(number), channel="social: reddit"))
    Order.objects.filter(pk=Order.objects.order_by("id")[0].pk).update(origin="shopify")
    with clock.at(BEGUN + timedelta(days=9)):
        told = make_forecast(paths=2000).told
    said = {one["name"]: one for one in told["learned"]}["conversion"]
    assert said["says"] == (
        "2 of 400 visits bought for the first time, counted since 11 January 2027 on 8 days"
    )
    assert said["weight"] > 0.8
    assert [(one["label"], one["customers"]) for one in told["customers"]["by_channel"]] == [
        ("social: reddit", 3)
    ]


def test_orders_of_another_currency_are_left_out_and_counted(shop: Shop, till: Till) -> None:
    with clock.at(BEGUN):
        order = paid(till, "GUIDE")
        Order.objects.filter(pk=order.pk).update(currency="USD")
    with clock.at(LATER):
        told = make_forecast(paths=2000).told
    assert any("1 order in USD is left out" in note for note in told["notes"])
    assert told["customers"]["customers"] == 0


def test_a_month_is_scored_once_when_it_is_over_and_never_before(shop: Shop, till: Till) -> None:
    with clock.at(BEGUN):
        forecast = make_forecast(paths=2000)
        assert score_forecasts() == 0
    with clock.at(datetime(2027, 2, 11, 9, 0, tzinfo=UTC)):
        paid(till, "GUIDE")
        run_until_empty()
        assert score_forecasts() == 0  # February is not over
    with clock.at(LATER):
        assert score_forecasts() == 1
        assert score_forecasts() == 0
    february = forecast.months.get(month="2027-02-01")
    assert february.actual == Money(round(2900 / 1.19), "EUR")
    assert february.crps_minor is not None
    assert february.crps_minor > 0
    card = forecasts.score_card(currency="EUR")
    assert len(card.scores) == 1
    assert card.scores[0].inside is february.in_80
    waiting = ForecastMonth.objects.filter(scored_at=None)
    assert sorted(one.month.month for one in waiting) == [3, 4]


def test_the_last_forecast_before_a_month_is_the_one_that_counts(shop: Shop) -> None:
    for day in (3, 20):
        with clock.at(datetime(2027, 1, day, 9, 0, tzinfo=UTC)):
            make_forecast(paths=2000)
    with clock.at(LATER):
        assert score_forecasts() == 2
    (score,) = forecasts.score_card(currency="EUR").scores
    assert score.made_on.day == 20


def test_making_it_again_on_a_day_keeps_one_and_leaves_other_days_alone(shop: Shop) -> None:
    with clock.at(BEGUN):
        make_forecast(paths=2000)
    with clock.at(LATER):
        first = make_forecast(paths=2000, seed=1)
        second = make_forecast(paths=2000, seed=1)
    assert Forecast.objects.count() == 2
    assert first.told == second.told


def test_it_is_renewed_each_week_and_when_a_month_begins(shop: Shop) -> None:
    def on(day: int, month: int = 1) -> bool:
        with clock.at(datetime(2027, month, day, 9, 0, tzinfo=UTC)):
            return renew_forecast() is not None

    assert on(20)
    assert not on(22)
    assert on(27)
    assert on(1, month=2)
    assert not on(2, month=2)


@pytest.mark.django_db(transaction=True)
def test_before_the_setup_nothing_is_forecast() -> None:
    assert renew_forecast() is None
    assert score_forecasts() == 0
