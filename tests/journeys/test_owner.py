"""The owner's first evening: in by the link, then prices, a refund and a post."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.running import Business, until

BODY = "It holds because it gives way a little."


def test_the_first_login_link_lets_the_owner_choose_a_password_and_works_once(
    desk: Page, plain: Page, business: Business
) -> None:
    link = business.first_login()
    desk.goto(link)
    desk.get_by_label("Password").fill(steps.PASSWORD)
    desk.get_by_label("The same again").fill(steps.PASSWORD)
    desk.get_by_role("button", name="Set the password").click()

    expect(desk.get_by_role("heading", level=1)).to_contain_text("Today")
    assert business.first_login() == ""
    answer = plain.goto(link)
    assert answer is not None
    assert answer.status == 403


def test_a_price_changed_in_the_console_is_asked_in_the_shop(owner: Page, plain: Page) -> None:
    plain.goto("/products/twelve-harbour-patterns/")
    expect(plain.locator(".big-price")).to_contain_text("€39.00")

    owner.get_by_role("link", name="change a price").click()
    product = owner.locator(".c-shelf li", has_text="Twelve Harbour Patterns")
    product.get_by_label("One of forty licences").fill("41.50")
    product.get_by_role("button", name="Change").click()

    expect(owner.get_by_text("Twelve Harbour Patterns costs €41.50 now")).to_be_visible()
    # The other process may show the page as it was for a third of a second (decision 0003).
    until(lambda: _reloaded_with(plain, "€41.50"), what="the new price in the shop", seconds=5)
    expect(plain.locator(".big-price")).to_contain_text("€41.50")


def test_a_refund_gives_back_money_and_takes_back_access(
    owner: Page, plain: Page, business: Business
) -> None:
    order = steps.buy(plain, "first-hundred-days", email="sorry@buyer.example")
    thanks = plain.url
    file_link = plain.locator(".file a").first.get_attribute("href") or ""

    owner.goto(f"/console/orders/{order.reference}/")
    owner.get_by_role("link", name="Refund …").click()
    effect = owner.locator(".c-effect")
    expect(effect).to_contain_text("Taken back: The First Hundred Days")
    effect.get_by_role("button", name="Refund €24.00").click()

    expect(owner.get_by_role("heading", level=1)).to_contain_text(order.reference)
    expect(owner.get_by_role("row", name=re.compile("Refund by"))).to_contain_text("24.00")
    expect(owner.locator(".c-entry", has_text="efund")).not_to_have_count(0)
    assert plain.request.get(file_link).status >= 400
    plain.goto(thanks)
    expect(plain.locator(".file a")).to_have_count(0)
    mail = business.mail(to="sorry@buyer.example", about="way back")
    assert "24.00" in steps.text(mail)


def test_a_saved_product_opens_with_its_description_in_the_editor(owner: Page) -> None:
    owner.goto("/console/products/")
    owner.get_by_role("link", name="Twelve Harbour Patterns").first.click()
    editor = owner.locator(".c-rich [contenteditable=true]")
    expect(editor).to_be_visible()
    expect(editor).not_to_have_text("")


def test_a_post_written_and_published_is_read_in_the_shop(owner: Page, plain: Page) -> None:
    owner.get_by_role("link", name="write and publish a page").click()
    blog = re.compile("Explore child pages of 'From the workbench'")
    owner.get_by_role("link", name=blog).click()
    owner.get_by_role("link", name="Add child page").first.click()
    owner.locator("#id_title").fill("Rope, and what it teaches")
    owner.locator("#id_published_on").fill(datetime.now(tz=UTC).date().isoformat())
    owner.keyboard.press("Escape")
    owner.locator(".Draftail-Editor [contenteditable=true]").press_sequentially(BODY)
    # The editor writes into its form a moment after the last key.
    expect(owner.locator("[name=body]")).to_have_value(re.compile("little"))
    owner.get_by_role("button", name="More actions").last.click()
    owner.get_by_role("button", name="Publish").click()
    expect(owner.locator(".messages")).to_contain_text("created and published")

    plain.goto("/blog/")
    plain.get_by_role("link", name="Rope, and what it teaches").click()
    expect(plain.locator("main")).to_contain_text(BODY)


def _reloaded_with(page: Page, price: str) -> str | None:
    """Reload; give what the page asks now, if it is this price."""
    page.reload()
    shown = page.locator(".big-price").inner_text()
    return shown if price in shown else None
