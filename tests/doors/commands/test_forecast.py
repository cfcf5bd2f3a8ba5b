"""`hammock forecast`: what it prints, and how it refuses."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from hammock.departments.catalogue.models import Shop
from hammock.departments.planning.models import Forecast


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
