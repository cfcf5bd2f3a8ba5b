"""The forecast in the console: made, read, asked for the chance of a claim."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from hammock.departments.planning.models import Forecast
from hammock.doors.console.forecast import percent
from hammock.kit import clock
from hammock.kit.charts.models import DrawnChart
from tests.doors.console.asking import page, press
from tests.shops import paid
from tests.till import Till


def test_an_owner_makes_a_forecast_and_asks_a_claim(owner: Client, till: Till) -> None:
    assert "Not made yet" in page(owner, "forecast/")
    paid(till, "GUIDE")
    text = press(owner, "forecast/renew/")
    assert "The forecast was made anew" in text
    for heading in ("What moves it most", "What it is built on", "How right it has been", "Cash"):
        assert heading in text
    text = page(owner, "forecast/?amount=3000&days=30")
    assert "is the chance that you sell for €3,000.00 or more within 30 days" in text
    assert "Of sellers on Gumroad" in text
    assert Forecast.objects.count() == 1


def test_the_fans_are_drawn_anew_with_a_new_forecast(owner: Client, till: Till) -> None:
    press(owner, "forecast/renew/")
    first = DrawnChart.objects.get(key="forecast:income").fingerprint
    for _ in range(3):
        paid(till, "GUIDE")
    tomorrow = clock.now() + timedelta(days=1)
    with clock.at(tomorrow):
        press(owner, "forecast/renew/")
    assert DrawnChart.objects.get(key="forecast:income").fingerprint != first


def test_a_claim_that_is_none_is_refused_by_name(owner: Client) -> None:
    press(owner, "forecast/renew/")
    assert owner.get("/console/forecast/?amount=lots&days=30").status_code == 400
    text = page(owner, "forecast/?amount=10&days=0", status=400)
    assert "greater than or equal to 1" in text


def test_customers_and_sources_have_their_pages(owner: Client, till: Till) -> None:
    assert "Nobody to tell of yet" in page(owner, "forecast/customers/")
    press(owner, "forecast/renew/")
    assert "Nobody to tell of yet" in page(owner, "forecast/customers/")
    text = page(owner, "forecast/sources/")
    assert "Gumroad" in text
    assert "What is wrong with it" in text


def test_who_may_not_see_the_business_sees_no_forecast(writer: Client) -> None:
    for address in ("forecast/", "forecast/customers/", "forecast/sources/"):
        assert writer.get(f"/console/{address}").status_code == 302
    writer.post("/console/forecast/renew/")
    assert Forecast.objects.count() == 0


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "less than 0.1 %"), (0.0263, "2.6 %"), (0.5, "50 %"), (1.0, "more than 99.9 %")],
)
def test_chances_are_never_made_to_look_like_none_or_certain(share: float, text: str) -> None:
    assert percent(share) == text
