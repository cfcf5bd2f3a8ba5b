"""What buyers do, step by step."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page, expect

GOOD = "4242 4242 4242 4242"
DECLINED = "4000 0000 0000 0002"
ASKS_BANK = "4000 0025 0000 3155"


@dataclass(frozen=True, kw_only=True)
class Bought:
    """An order that is paid and its goods on the page."""

    reference: str
    email: str


def to_checkout(page: Page, slug: str) -> None:
    """Open a product and press its first button."""
    page.goto(f"/products/{slug}/")
    page.locator("button[value=checkout]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Checkout")


def fill_in(page: Page, *, email: str) -> None:
    """Fill in the checkout and send it."""
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Name").fill("Ada Buyer")
    page.locator("#id_terms").check()
    page.locator("form[data-hints] button[type=submit]").click()


def pay(page: Page, *, card: str) -> None:
    """Type a card on the payment page and press Pay."""
    page.get_by_label("Card number").fill(card)
    page.get_by_role("button", name="Pay").click()


def thanked(page: Page, *, email: str) -> Bought:
    """See the thank-you page and read the order's reference from it."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. It is yours.")
    lead = page.locator("p.lead").inner_text()
    assert email in lead
    return Bought(reference=lead.split("Order ")[1].split(".")[0], email=email)


def buy(page: Page, slug: str, *, email: str, card: str = GOOD) -> Bought:
    """Buy one product from its page to the thanks."""
    to_checkout(page, slug)
    fill_in(page, email=email)
    pay(page, card=card)
    return thanked(page, email=email)
