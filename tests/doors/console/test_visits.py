"""The console's page of visits: what came, from where, what it bought and looked for."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from hammock.departments.marketing.gathering import Came, Gathered, Searched
from hammock.departments.sales.models import Order
from hammock.departments.team.roles import Role
from hammock.flows.count_visits import count_visits
from hammock.flows.place_order import Buyer
from hammock.kit import clock
from tests.clocks import NOON, frozen
from tests.doors.console.asking import page
from tests.doors.console.conftest import member_as, signed_in
from tests.shops import paid
from tests.till import Till


def count(
    moment: datetime, *, visits: dict[str, int], searches: dict[str, int] | None = None
) -> None:
    """Let a day have these visits by channel, and searches by words that found 0 or 1."""
    day = moment.date()
    base = day.toordinal() * 10_000
    channels = [name for name, times in visits.items() for _ in range(times)]
    with clock.at(moment):
        count_visits(
            Gathered(
                day=day,
                visits={
                    base + at: Came(channel=name, landing=f"/{at % 2}/")
                    for at, name in enumerate(channels)
                },
                searches={
                    -base - at: Searched(words=words, found=found)
                    for at, (words, found) in enumerate((searches or {}).items())
                },
            )
        )


def buy(till: Till, moment: datetime, name: str, channel: str | None) -> None:
    with clock.at(moment):
        paid(
            till,
            "GUIDE",
            buyer=Buyer(email=f"{name}@example.org", name=name, country="DE", channel=channel),
        )


def test_before_anything_was_counted_it_says_so(owner: Client) -> None:
    assert "Nothing was counted yet" in page(owner, "visits/")


def test_visits_buyers_and_searches_of_the_last_days_stand_there(owner: Client, till: Till) -> None:
    with frozen():
        count(NOON - timedelta(days=3), visits={"direct": 30, "search: google": 70})
        count(
            NOON - timedelta(days=1),
            visits={"direct": 10, "social: reddit": 90},
            searches={"wool": 0, "guide": 2, "": 0},
        )
        buy(till, NOON - timedelta(days=3, hours=1), "early", "direct")  # before counting began
        buy(till, NOON - timedelta(days=3, hours=-1), "ann", "search: google")
        buy(till, NOON - timedelta(days=2), "bob", "direct")  # a day that was not counted
        buy(till, NOON - timedelta(days=1), "cid", "direct")
        buy(till, NOON - timedelta(days=1), "cid", "direct")  # once a day
        buy(till, NOON - timedelta(days=1), "dee", None)
        buy(till, NOON - timedelta(days=1), "eve", "direct")
        Order.objects.filter(name="eve").update(origin="shopify")
        text = page(owner, "visits/")
    assert "Visits 200 on the 2 of 30 days that were counted" in text
    assert "Buyers 3 " in text
    assert "Visits that buy 1.5 % nine of ten: 0.60 % to 3.7 %" in text
    assert "Social: reddit 90 0 0 % 0 % to 2.9 %" in text
    assert "Search: google 70 1 1.4 %" in text
    assert "Direct 40 1 2.5 %" in text
    assert "Not counted 1" in text
    assert "wool 1 of 1" in text
    assert "guide 1 2" in text
    assert "Searches 3 the words of 1 are not kept" in text
    assert "/0/ 100" in text
    assert "Counted since 7 March 2026, 12:00" in text


def test_a_span_is_compared_with_one_that_was_counted_as_well(owner: Client) -> None:
    with frozen():
        for ago in range(14):
            count(NOON - timedelta(days=ago), visits={"direct": 1 if ago < 7 else 3})
        assert "Visits 7 21 in the 7 days before" in page(owner, "visits/?days=7")
        assert "Visits 28 on the 14 of 30 days" in page(owner, "visits/?days=nonsense")


def test_what_people_wrote_into_a_link_or_a_search_is_shown_as_text(owner: Client) -> None:
    with frozen():
        count(NOON, visits={"campaign: <script>": 2}, searches={"<b>bold</b>": 0})
        markup = owner.get("/console/visits/").content.decode()
    assert "&lt;script&gt;" in markup
    assert "<b>bold" not in markup


@pytest.mark.parametrize("role", [Role.MARKETING, Role.BUSINESS, Role.MENTOR])
def test_who_markets_and_who_advises_sees_it_and_no_link_that_is_closed_to_them(
    owner: Client, role: Role
) -> None:
    client = signed_in(member_as(role))
    count(clock.now(), visits={"direct": 2}, searches={"wool": 0})
    text = page(client, "visits/")
    assert "Direct 2" in text
    assert "what customers are worth" not in text
    assert ("Study what people ask for" in text) is (role is not Role.MENTOR)
