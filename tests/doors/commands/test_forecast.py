"""`hammock forecast`: what it prints, and how it refuses."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from hammock.departments.catalogue.models import Shop
from hammock.departments.ledger.rules import Chart
from hammock.departments.planning.models import Forecast
from hammock.departments.sales.models import Order
from hammock.flows.place_order import Buyer
from hammock.flows.record_expense import Expense, record_expense, take_back_expense
from hammock.kit import clock
from hammock.kit.money import Money
from tests.shops import paid
from tests.till import Till


def printed(*options: str) -> str:
    out = io.StringIO()
    call_command("forecast", "--paths", "2000", *options, stdout=out)
    return out.getvalue()


def test_the_json_is_the_same_for_the_same_seed(shop: Shop) -> None:
    first, second = (json.loads(printed("--json", "--claim", "3000")) for _ in range(2))
    assert first == second
    assert len(first["cash"]) == len(first["income"]) == 36
    assert first["claim"]["chance"] < 0.05
    assert first["claim"]["chance_among_sellers"] == pytest.approx(0.029, abs=0.002)
    assert Forecast.objects.count() == 1


def test_people_read_sentences(shop: Shop) -> None:
    text = printed("--claim", "3000")
    assert "income in month 12" in text
    assert "first sale by day 30" in text
    assert "€3,000.00 or more within 30 days" in text


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--days", "0"), "--days: give 1 to 366"),
        (("--paths", "10"), "--paths"),
        (("--claim", "much"), "--claim: “much” is no amount"),
    ],
)
def test_what_makes_no_sense_is_refused(shop: Shop, options: tuple[str, ...], problem: str) -> None:
    with pytest.raises(CommandError, match=problem):
        printed(*options)


@pytest.mark.django_db(transaction=True)
def test_before_the_setup_it_says_what_is_missing() -> None:
    with pytest.raises(CommandError):
        printed()


def told() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(printed("--json"))  # NaN and infinity are no JSON here
    for rows in (found["cash"], found["income"]):
        assert len(rows) == 36
        assert all(row == sorted(row) for row in rows)
    return found


def wide(found: Mapping[str, Any]) -> float:
    """Tell how many times the low tenth of next month's revenue the high tenth is."""
    pairs = {round(share, 3): minor for share, minor in found["months_ahead"][0]["quantiles"]}
    return float((pairs[0.9] + 1) / (pairs[0.1] + 1))


def buyer(number: int) -> Buyer:
    return Buyer(email=f"buyer{number}@example.org", name="A Buyer", country="DE")


BEGUN = datetime(2027, 1, 10, 9, tzinfo=UTC)


def test_no_data_at_all_is_answered_with_what_happened_to_others(shop: Shop) -> None:
    found = told()
    assert found["own_weight"] < 0.5
    assert found["customers"]["missing"] == "Nobody has bought yet."
    low, middle, high = (found["income"][35][at] for at in (1, 3, 5))
    assert high - low > 100 * (abs(middle) + 100)  # minor units: a euro against hundreds
    assert any("No costs are in the books yet" in note for note in found["notes"])


def test_one_sale_is_no_trend(shop: Shop, till: Till) -> None:
    with clock.at(BEGUN):
        paid(till, "GUIDE")
    with clock.at(BEGUN + timedelta(days=20)):
        found = told()
    assert found["first_sale"] is None  # it has been
    assert found["customers"]["everybody"]["to_come"] is None
    assert wide(found) > 5
    a_year_on = found["income"][11]
    assert a_year_on[3] < 10 * 2900


def test_a_viral_day_is_no_level_and_widens_the_view(shop: Shop, till: Till) -> None:
    for day in range(0, 56, 4):
        with clock.at(BEGUN + timedelta(days=day)):
            paid(till, "GUIDE", buyer=buyer(day))
    with clock.at(BEGUN + timedelta(days=56)):
        calm = told()
    with clock.at(BEGUN + timedelta(days=40, hours=5)):
        for number in range(100, 180):
            paid(till, "GUIDE", buyer=buyer(number))
    with clock.at(BEGUN + timedelta(days=56)):
        viral = told()
    calmly, virally = (
        {round(share, 3): minor for share, minor in one["months_ahead"][0]["quantiles"]}
        for one in (calm, viral)
    )
    assert wide(viral) > wide(calm)
    assert calmly[0.5] / 2 < virally[0.5] < 3 * calmly[0.5]
    assert virally[0.9] < 2 * 80 * 2900  # it may come again; twice its size is not told


def test_costs_below_nothing_count_as_none_and_are_said(shop: Shop) -> None:
    with clock.at(BEGUN - timedelta(days=200)):
        entry = record_expense(
            Expense(
                amount=Money(90_000, "EUR"),
                account=Chart.TOOLS,
                centre="guides",
                description="A machine",
                spent_at=clock.now(),
            )
        )
    with clock.at(BEGUN):
        take_back_expense(entry_id=entry.pk)
        found = told()
        text = printed()
    assert any("negative" in note for note in found["notes"])
    assert "note: " in text
    assert "negative" in text


def test_orders_of_other_currencies_are_left_out_and_said(shop: Shop, till: Till) -> None:
    with clock.at(BEGUN):
        order = paid(till, "GUIDE")
        Order.objects.filter(pk=order.pk).update(currency="USD")
    with clock.at(BEGUN + timedelta(days=20)):
        assert "1 order in USD is left out" in printed()
        assert told()["customers"]["customers"] == 0
