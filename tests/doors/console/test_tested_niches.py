"""A niche's page and the study's table say one thing: the study's figures, or those with tests."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from hammock.departments.research.models import Study, Trial
from tests.departments.research.standing_niches import a_result, a_study, niche_facts
from tests.doors.console.asking import page

WAITING = Trial.Kind.WAITING_LIST


def market(**changes: object) -> Study:
    return a_study(
        niche_facts("left handed mouse", unmet=(0.7, 0.9, 1.0), demand=1000),
        niche_facts("espresso machine", unmet=(0.6, 0.7, 0.8), demand=1100),
        **changes,  # type: ignore[arg-type]
    )


def test_an_untested_niche_has_one_set_of_figures(owner: Client) -> None:
    study = market()
    niche = study.niches.get(rank=1)
    text = page(owner, f"research/niches/{niche.pk}/")
    assert "Unmet 90 % 70 to 100 %" in text
    assert "People pay, EUR 20.00" in text
    assert "Opportunity 18,000 11,200 to 24,000" in text
    assert "Here: 1,000 × (1 − 10.0 %) × 20.00 ≈ 18,000" in text
    assert "No test has brought a result yet" in text
    table = page(owner, f"research/{study.pk}/")
    assert "90 % 70–100 % 18,000 11,200–24,000" in table


def test_after_a_test_page_and_table_say_the_moved_figures_and_that_they_do(owner: Client) -> None:
    study = market()
    niche = study.niches.get(rank=1)
    a_result(niche, WAITING, reached=2000, acted=0)
    text = page(owner, f"research/niches/{niche.pk}/")
    assert "Number 2 of 2 niches with its tests (number 1 without)" in text
    found = re.search(r"Unmet (\d+) % (\d+) to (\d+) % with the tests; the study alone said", text)
    left = re.search(r"Opportunity ([\d,]+) ([\d,]+) to ([\d,]+) with the tests", text)
    assert found is not None
    assert left is not None
    assert int(found[1]) < 70
    assert f"≈ {left[1]};" in text
    assert "0 of 2,000 who saw the waiting list joined it; 100 would, were nobody served." in text
    table = page(owner, f"research/{study.pk}/")
    assert f"{found[1]} % {found[2]}–{found[3]} % {left[1]} {left[2]}–{left[3]}" in table
    assert "tested; number 1 before" in table
    assert table.index("espresso machine") < table.index("left handed mouse")
    other = study.niches.get(rank=2)
    assert "Number 1 of 2 niches with the tests of others (number 2 without)" in page(
        owner, f"research/niches/{other.pk}/"
    )


def test_a_product_of_the_figures_shown_is_the_opportunity_with_payments_too(owner: Client) -> None:
    study = market()
    niche = study.niches.get(rank=1)
    paid = {"reached": 100, "acted": 10, "paid_minor": 10 * 9900, "currency": "EUR"}
    a_result(niche, Trial.Kind.PRE_ORDER, **paid)
    text = page(owner, f"research/niches/{niche.pk}/")
    found = re.search(r"1,000 × \(1 − ([\d.]+) %\) × ([\d.]+) ≈ ([\d,]+);", text)
    assert found is not None
    assert float(found[2]) > 20
    product = 1000 * (1 - float(found[1]) / 100) * float(found[2])
    assert float(found[3].replace(",", "")) == pytest.approx(product, rel=0.002)


def test_two_studies_of_different_money_are_not_compared_and_what_is_gone_is_named(
    owner: Client,
) -> None:
    before = market()
    now = a_study(
        niche_facts("left handed mouse", unmet=(0.7, 0.9, 1.0), demand=100_000), currency="JPY"
    )
    Study.objects.filter(pk=now.pk).update(previous=before)
    text = page(owner, f"research/{now.pk}/")
    assert "the earlier study counts in EUR, this one counts in JPY" in text
    assert "espresso machine No longer asked for" in text
    assert "Grew" not in text
