"""What buyers do, step by step."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import EmailMessage

from playwright.sync_api import Page, expect

from tests.journeys.running import Business, until

GOOD = "4242 4242 4242 4242"
DECLINED = "4000 0000 0000 0002"
ASKS_BANK = "4000 0025 0000 3155"
OWNER = "owner@example.com"
PASSWORD = "four calm words anchored"


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


def link_to_purchases(page: Page, business: Business, *, email: str) -> str:
    """Ask for the link to the buyer's own page and read it from the mail."""
    known = len(business.mails(to=email))
    page.goto("/purchases/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    links = until(lambda: _links(business.mails(to=email)[known:]), what=f"a link to {email}")
    return links[-1]


def _links(mails: list[EmailMessage]) -> list[str]:
    texts = [text(mail) for mail in mails]
    return re.findall(r"http://\S+/purchases/enter/\S+", "\n".join(texts))


def text(mail: EmailMessage) -> str:
    """Give a mail's plain text."""
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body else ""


def enter_console(page: Page, business: Business) -> None:
    """Let the owner in as in an earlier journey, by the first-login link, or by the password."""
    page.context.add_cookies(business.signed_in)
    page.goto("/console/")
    if "/login/" in page.url:
        _sign_in(page, business)
        business.signed_in[:] = page.context.cookies()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Today")


def _sign_in(page: Page, business: Business) -> None:
    if link := business.first_login():
        page.goto(link)
        page.get_by_role("link", name="Look around first").click()
    else:
        page.locator("[name=login]").fill(OWNER)
        page.locator("[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Today")
