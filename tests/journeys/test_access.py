"""Nothing serious stands in the way of anyone who reads with a screen reader or a keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys import steps
from tests.journeys.conftest import PHONE
from tests.journeys.running import Business

GRAVE = {"serious", "critical"}
Scheme = Literal["light", "dark"]
CONSOLE = ".console"
PLAN = (
    *("strategy/reality/answer/", "strategy/write/", "strategy/plan/", "strategy/brand/"),
    "strategy/playbooks/paid-newsletter/",
)


@pytest.fixture(params=["light", "dark"])
def visitor(request: pytest.FixtureRequest, browser: Browser, business: Business) -> Iterator[Page]:
    """A visitor who likes it light, then one who likes it dark."""
    scheme: Scheme = request.param
    context = browser.new_context(
        base_url=business.url, color_scheme=scheme, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("address", ["/", "/products/market-stall-kit/", "/cart/", "/purchases/"])
def test_public_pages_are_open_to_everybody(visitor: Page, address: str) -> None:
    visitor.goto(address)

    assert _grave(visitor) == []


def test_buying_is_open_to_everybody(visitor: Page) -> None:
    found = []
    visitor.goto("/products/price-without-flinching/")
    visitor.get_by_role("button", name="Add to cart").click()
    found += _grave(visitor)
    visitor.get_by_role("link", name="Go to checkout").click()
    found += _grave(visitor)
    steps.fill_in(visitor, email="everybody@buyer.example")
    found += _grave(visitor)
    steps.pay(visitor, card=steps.GOOD)
    steps.thanked(visitor, email="everybody@buyer.example")
    found += _grave(visitor)

    assert found == []


def test_the_console_is_open_to_everybody(visitor: Page, business: Business) -> None:
    order = steps.buy(visitor, "shop-review", email="console@buyer.example")
    steps.enter_console(visitor, business)
    found = _grave(visitor, within=CONSOLE)
    visitor.goto(f"/console/orders/{order.reference}/")
    found += _grave(visitor, within=CONSOLE)
    for address in ("centres/", "forecast/customers/", "forecast/sources/", *PLAN):
        visitor.goto(f"/console/{address}")
        found += _grave(visitor, within=CONSOLE)

    assert found == []


LONG = "a-studio-with-a-remarkably-long-name-for-such-a-small-harbour@buyer.example"


def test_a_telephone_shows_the_shops_whole_menu(phone: Page) -> None:
    phone.goto("/")
    links = phone.locator(".site-nav a")
    expect(links.last).to_be_visible()
    assert [link.inner_text() for link in links.all() if not _is_within(link, "body")] == []


def test_a_telephone_shows_what_each_order_came_to(owner: Page) -> None:
    owner.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    owner.goto("/console/orders/")
    totals = owner.locator(".c-table td.c-num")
    expect(totals.first).to_be_visible()
    assert all(_is_within(total, ".c-card") for total in totals.all())


def test_a_telephone_never_scrolls_sideways(phone: Page, business: Business) -> None:
    steps.buy(phone, "market-stall-kit", email=LONG)
    wide = [phone.url] if _is_too_wide(phone) else []
    own = steps.link_to_purchases(phone, business, email=LONG)
    for address in (own, "/", "/products/market-stall-kit/", "/cart/", "/help/", "/blog/"):
        phone.goto(address)
        wide += [phone.url] if _is_too_wide(phone) else []

    assert wide == []


def _is_too_wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def _grave(page: Page, *, within: str | None = None) -> list[str]:
    """List what axe finds serious: the rule and the elements."""
    results = Axe().run(page, context=within)
    return [
        f"{page.url} {found['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for found in results.response["violations"]
        if found["impact"] in GRAVE
        for node in found["nodes"]
    ]


def _is_within(found: Locator, frame: str) -> bool:
    """Tell whether the whole width of something lies within that of what it stands in."""
    return bool(
        found.evaluate(
            """(one, frame) => {
                const inner = one.getBoundingClientRect();
                const outer = one.closest(frame).getBoundingClientRect();
                return inner.left >= outer.left && inner.right <= outer.right;
            }""",
            frame,
        )
    )
