"""An order keeps the channel of its buyer's visit, for one statement more and no cookie more."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hammock.departments.catalogue.models import Shop
from hammock.departments.marketing import visits
from hammock.departments.marketing.gathering import Gatherer
from hammock.departments.sales.models import Order
from hammock.flows.count_visits import count_visits
from tests.doors.shop.test_buying import _add, _form
from tests.till import Till
from tests.visitors import FIREFOX, counting, hit


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Gatherer:
    """Count in this process."""
    gatherer = counting()
    monkeypatch.setattr(visits, "gatherer", gatherer)
    return gatherer


@pytest.fixture
def buyer() -> Client:
    return Client(
        headers={"sec-fetch-site": "same-origin", "user-agent": FIREFOX}, REMOTE_ADDR="192.0.2.1"
    )


def ordered(buyer: Client) -> tuple[Any, int]:
    """Send the checkout's form; tells the answer and how many statements it took."""
    _add(buyer, "GUIDE")
    form = {
        **_form(buyer.get("/checkout/")),
        "email": "ann@example.org",
        "name": "Ann Buyer",
        "country": "DE",
        "terms": "on",
        "website": "",
    }
    with CaptureQueriesContext(connection) as asked:
        answer = buyer.post("/checkout/", form)
    assert answer.status_code == 302
    return answer, len(asked)


def test_the_channel_of_todays_visit_is_kept_on_the_order(
    shop: Shop, till: Till, buyer: Client, here: Gatherer
) -> None:
    here.see(hit(referrer="https://duckduckgo.com/"))
    for one in here.gathered():
        count_visits(one)
    ordered(buyer)
    assert Order.objects.get().channel == "search: duckduckgo"
    assert set(buyer.cookies) == {"cart", "cart_count"}
    assert "duckduckgo" not in buyer.cookies.output()


def test_it_costs_one_statement_and_none_where_nothing_is_counted(
    shop: Shop, till: Till, buyer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordered(buyer)  # statements that are compiled or looked up once
    monkeypatch.setattr(visits, "gatherer", Gatherer())
    _answer, before = ordered(buyer)
    monkeypatch.setattr(visits, "gatherer", counting())
    _answer, after = ordered(buyer)
    assert after - before == 1
    assert set(Order.objects.values_list("channel", flat=True)) == {None}


def test_who_was_not_counted_has_no_channel(
    shop: Shop, till: Till, buyer: Client, here: Gatherer
) -> None:
    here.see(hit(address="192.0.2.77", referrer="https://duckduckgo.com/"))
    ordered(buyer)
    assert Order.objects.get().channel is None
