"""A buyer's own page: no password, a link by e-mail."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.running import Business

EMAIL = "comes-back@buyer.example"


def test_a_buyer_opens_all_purchases_by_a_link_in_the_mail(plain: Page, business: Business) -> None:
    first = steps.buy(plain, "honest-price-calculator", email=EMAIL)
    second = steps.buy(plain, "shop-review", email=EMAIL)

    plain.goto(steps.link_to_purchases(plain, business, email=EMAIL))

    expect(plain.get_by_role("heading", level=1)).to_have_text("My purchases")
    for order in (first, second):
        expect(plain.get_by_role("heading", name=order.reference)).to_be_visible()
    expect(plain.locator(".file", has_text="price-calculator.xlsx")).not_to_have_count(0)

    plain.get_by_role("link", name=f"Receipt of {first.reference}").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Receipt")
    expect(plain.locator("article.receipt")).to_contain_text("€19.00")


def test_an_address_that_bought_nothing_gets_no_mail(plain: Page, business: Business) -> None:
    plain.goto("/purchases/")
    plain.get_by_label("E-mail address").fill("nobody@buyer.example")
    plain.get_by_role("button", name="Send me the link").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Look into your mail")

    # A mail that was asked for later has arrived: had there been one for nobody, it were here too.
    steps.buy(plain, "honest-price-calculator", email="later@buyer.example")
    business.mail(to="later@buyer.example", about="")
    assert business.mails(to="nobody@buyer.example") == []


def test_a_bent_link_opens_nothing(plain: Page) -> None:
    answer = plain.goto("/purchases/enter/not-a-token/")

    assert answer is not None
    assert answer.status >= 400
    expect(plain.get_by_role("heading", name="Yours to use")).to_have_count(0)
