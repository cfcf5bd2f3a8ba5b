"""Somebody comes from a search engine, looks in vain, buys; the owner reads what was counted."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import steps
from tests.journeys.conftest import DESK, PATIENCE_MS
from tests.journeys.running import Business, fetch, until
from tests.visitors import FIREFOX

WORDS = "unicorn saddle"


@pytest.fixture
def person(browser: Browser, business: Business) -> Iterator[Page]:
    """A visitor whose browser does not say that it is driven by a program."""
    context = browser.new_context(
        base_url=business.url,
        viewport={"width": DESK["width"], "height": DESK["height"]},
        java_script_enabled=False,
        user_agent=FIREFOX,
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def test_a_visit_its_search_and_its_purchase_stand_in_the_console(
    person: Page, owner: Page, business: Business
) -> None:
    before = _counted(business).get("direct", 0)
    fetch(f"{business.url}/", headers={"User-Agent": "Googlebot/2.1"})
    person.goto("/", referer="https://www.startpage.com/do/search?q=private")
    person.get_by_role("link", name="Shop", exact=True).click()
    person.get_by_label("Search the shop").fill(WORDS)
    person.get_by_role("button", name="Search").click()
    expect(person.get_by_role("status")).to_contain_text("0 results")
    until(lambda: "search: startpage" in _counted(business), what="the visit in the database")
    until(lambda: WORDS in _searched(business), what="the search in the database")
    assert _counted(business).get("direct", 0) == before  # the crawler came first
    bought = steps.buy(person, "market-stall-kit", email="came.by@example.org")
    assert {cookie["name"] for cookie in person.context.cookies()} <= {
        *("cart", "cart_count", "buyer")
    }

    owner.goto("/console/visits/?days=7")
    channels = owner.locator("section", has=owner.get_by_role("heading", name="By which channel"))
    startpage = channels.get_by_role("row", name=re.compile("Search: startpage"))
    expect(startpage.get_by_role("cell").nth(1)).to_have_text("1")
    expect(startpage.get_by_role("cell").nth(2)).to_have_text("1")
    missed = owner.locator("section", has=owner.get_by_role("heading", name="did not find"))
    expect(missed.get_by_role("row", name=re.compile(WORDS))).to_contain_text("1 of 1")
    owner.goto(f"/console/orders/{bought.reference}/")
    expect(owner.get_by_text("Search: startpage")).to_be_visible()


def _counted(business: Business) -> dict[str, int]:
    """Read the visits by channel from the business's database."""
    return dict(
        _rows(
            business,
            "SELECT name, sum(visits) FROM marketing_visitcount WHERE about = 'channel' GROUP BY 1",
        )
    )


def _searched(business: Business) -> set[str]:
    return {words for (words,) in _rows(business, "SELECT words FROM marketing_searchcount")}


def _rows(business: Business, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(business.data / "hammock.sqlite3")) as database:
        return database.execute(query).fetchall()
