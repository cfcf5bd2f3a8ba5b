"""The plan of a business that has one: each page is open to everybody, light and dark, on any size.

The sample has lived a fortnight: its owner answered the reality check, a strategy is in force, a
forecast is kept and a letter written.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests import databases
from tests.journeys import steps
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.running import Business, fill, free_port, served, until

DAYS = 14
PAGES = (
    *("", "strategy/", "strategy/plan/", "strategy/versions/2/", "strategy/brand/"),
    *("strategy/reality/", "strategy/reality/1/", "forecast/", "forecast/customers/"),
    *("forecast/sources/", "strategy/playbooks/", "strategy/playbooks/coaching-to-course/"),
    *("journal/", "journal/1/", "journal/new/", "time/", "letters/", "letters/next/"),
)


@dataclass(frozen=True, kw_only=True)
class Looked:
    """One way to look at a page."""

    scheme: Literal["light", "dark"]
    size: dict[str, int]


@pytest.fixture(scope="module")
def planned(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Business]:
    data = tmp_path_factory.mktemp("planned")
    shutil.copyfile(databases.migrated_file(), data / "hammock.sqlite3")  # migrating takes longest
    fill(data, days=DAYS)
    running = Business(data=data, port=free_port())
    with served(running):
        yield running


@pytest.fixture(
    scope="module",
    params=[Looked(scheme="light", size=DESK), Looked(scheme="dark", size=PHONE)],
    ids=["light desk", "dark phone"],
)
def owner_s(request: pytest.FixtureRequest, browser: Browser, planned: Business) -> Iterator[Page]:
    looked: Looked = request.param
    context = browser.new_context(
        base_url=planned.url,
        color_scheme=looked.scheme,
        reduced_motion="reduce",
        viewport={"width": looked.size["width"], "height": looked.size["height"]},
    )
    context.set_default_timeout(30_000)
    page = context.new_page()
    steps.enter_console(page, planned)
    yield page
    context.close()


def test_every_page_of_a_filled_plan_is_open_to_everybody(owner_s: Page) -> None:
    found, wide = [], []
    owner_s.goto("/console/letters/")
    letter = owner_s.locator(".c-story a").first.get_attribute("href") or ""
    for address in (*(f"/console/{one}" for one in PAGES), letter):
        answer = owner_s.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        results = Axe().run(owner_s, context=".console").response["violations"]
        found += [f"{address} {one['id']}: {one['nodes'][0]['html'][:160]}" for one in results]
        if owner_s.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(address)

    assert found == []
    assert wide == []


def test_the_own_path_is_drawn_on_its_spread_and_a_forecast_made_anew_in_the_background(
    owner_s: Page,
) -> None:
    owner_s.goto("/console/strategy/")
    path = owner_s.get_by_role("img", name="Your revenue a month on the path of")
    expect(path).to_be_visible()
    expect(path.locator("svg:visible")).to_have_count(1)

    owner_s.goto("/console/forecast/")
    owner_s.get_by_role("button", name="Make it anew").click()
    expect(owner_s.get_by_text("You can leave this page")).to_be_visible()
    owner_s.goto("/console/strategy/reality/")
    until(lambda: _is_made(owner_s), what="the forecast that was asked for")
    expect(owner_s.get_by_role("heading", name="Your income", exact=True)).to_be_visible()


def _is_made(page: Page) -> bool:
    page.goto("/console/forecast/")
    return page.get_by_text("You can leave this page").count() == 0
