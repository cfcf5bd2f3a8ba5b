"""The forecast in the console: made, read, asked for the chance of a claim."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from hammock.departments.planning import forecasts
from hammock.departments.planning.models import Forecast
from hammock.doors.console.forecast import percent
from hammock.flows import make_forecast
from hammock.flows.make_forecast import begin_forecast, run_forecast
from hammock.kit import clock
from hammock.kit.charts.models import DrawnChart
from hammock.kit.errors import FieldError
from hammock.kit.jobs.models import Job
from hammock.kit.jobs.worker import run_until_empty
from tests.doors.console.asking import page, press
from tests.shops import paid
from tests.till import Till


def made_anew(owner: Client) -> str:
    """Ask for a forecast, let the worker make it, and come back."""
    press(owner, "forecast/renew/")
    run_until_empty()
    return page(owner, "forecast/")


def test_an_owner_makes_a_forecast_and_asks_a_claim(owner: Client, till: Till) -> None:
    assert "Not made yet" in page(owner, "forecast/")
    paid(till, "GUIDE")
    text = made_anew(owner)
    assert "Made on" in text
    for heading in ("What moves it most", "What it is built on", "How right it has been", "Cash"):
        assert heading in text
    text = page(owner, "forecast/?amount=3000&days=30")
    assert "is the chance that you sell for €3,000.00 or more within 30 days" in text
    assert "Of sellers on Gumroad" in text
    assert Forecast.objects.count() == 1


def test_a_forecast_is_made_in_the_background_and_can_be_left(owner: Client, till: Till) -> None:
    text = press(owner, "forecast/renew/")
    assert "Waiting for the worker" in text
    assert "You can leave this page" in text
    assert 'http-equiv="refresh"' in owner.get("/console/forecast/").content.decode()
    press(owner, "forecast/renew/")  # pressed twice: one is under way already
    assert Job.objects.filter(name="make_forecast").count() == 1
    assert not Forecast.objects.exists()
    run_until_empty()
    text = page(owner, "forecast/")
    assert "You can leave this page" not in text
    assert "Your income" in text
    made = forecasts.making()
    assert made is not None
    assert (made.state, made.share, made.run) == ("done", 1.0, 1)


def test_a_forecast_whose_job_was_lost_may_be_asked_for_again(owner: Client) -> None:
    first = begin_forecast()
    with clock.at(clock.now() + timedelta(hours=1)):
        second = begin_forecast()
        run_forecast(run=first.run)
        assert not Forecast.objects.exists()
        run_forecast(run=second.run)
    assert Forecast.objects.count() == 1


def test_what_could_not_be_made_says_why_and_keeps_the_last(
    owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_anew(owner)

    def refuses(**_given: object) -> None:
        raise FieldError(field="books", problem="they are being restored")

    monkeypatch.setattr(make_forecast, "make_forecast", refuses)
    text = made_anew(owner)
    assert "It could not be made anew" in text
    assert "they are being restored" in text
    assert Forecast.objects.count() == 1


def test_the_fans_are_drawn_anew_with_a_new_forecast(owner: Client, till: Till) -> None:
    made_anew(owner)
    first = DrawnChart.objects.get(key="forecast:income").fingerprint
    for _ in range(3):
        paid(till, "GUIDE")
    tomorrow = clock.now() + timedelta(days=1)
    with clock.at(tomorrow):
        made_anew(owner)
    assert DrawnChart.objects.get(key="forecast:income").fingerprint != first


def test_a_claim_that_is_none_is_refused_by_name(owner: Client) -> None:
    made_anew(owner)
    assert owner.get("/console/forecast/?amount=lots&days=30").status_code == 400
    text = page(owner, "forecast/?amount=10&days=0", status=400)
    assert "greater than or equal to 1" in text


def test_customers_and_sources_have_their_pages(owner: Client, till: Till) -> None:
    assert "Nobody to tell of yet" in page(owner, "forecast/customers/")
    made_anew(owner)
    assert "Nobody to tell of yet" in page(owner, "forecast/customers/")
    text = page(owner, "forecast/sources/")
    assert "Gumroad" in text
    assert "What is wrong with it" in text
    assert "Read in StorePilot, not in the original." in text
    assert "Read in CalcMastery, not in the original." in text


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
