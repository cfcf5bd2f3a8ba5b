"""Buyers ask from their own page: money back, more for less, and to be forgotten."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.running import Business, until


def test_a_buyer_asks_for_money_back_and_a_policy_gives_it(plain: Page, business: Business) -> None:
    email = "asks-back@buyer.example"
    bought = steps.buy(plain, "honest-price-calculator", email=email)
    plain.goto(steps.link_to_purchases(plain, business, email=email))

    plain.get_by_role("link", name=f"Money back for {bought.reference}").click()
    expect(plain.get_by_label("Amount in EUR")).to_have_value("19.00")
    plain.get_by_label("What was wrong?").fill("My spreadsheet cannot open it")
    plain.get_by_role("button", name="Ask for it").click()

    expect(plain.get_by_role("status")).to_contain_text("We have your request")
    mail = business.mail(to=email, about="on its way back to you")
    assert "€19.00" in steps.text(mail)

    def granted() -> bool:
        plain.reload()
        return plain.locator("li.order", has_text="Granted").count() == 1

    until(granted, what="the answer on the page")
    expect(plain.locator("li.order", has_text="Granted")).to_contain_text("goes back")
    expect(plain.locator(".badge", has_text="Refunded")).to_be_visible()


def test_more_than_was_paid_is_not_asked_for(plain: Page, business: Business) -> None:
    email = "asks-much@buyer.example"
    bought = steps.buy(plain, "honest-price-calculator", email=email)
    plain.goto(steps.link_to_purchases(plain, business, email=email))
    plain.get_by_role("link", name=f"Money back for {bought.reference}").click()
    plain.get_by_label("Amount in EUR").fill("19.01")
    plain.get_by_label("What was wrong?").fill("Everything")
    plain.get_by_role("button", name="Ask for it").click()
    expect(plain.get_by_role("alert")).to_contain_text("Write an amount up to €19.00")


def test_a_buyer_asks_to_be_erased_and_is(plain: Page, business: Business) -> None:
    email = "forget-me@buyer.example"
    steps.buy(plain, "honest-price-calculator", email=email)
    plain.goto(steps.link_to_purchases(plain, business, email=email))

    plain.get_by_role("link", name="Erase my data").click()
    expect(plain.get_by_label("Erase my data, and end my access")).not_to_be_checked()
    plain.get_by_label("Erase my data, and end my access").check()
    plain.get_by_role("button", name="Erase me").click()

    expect(plain.get_by_role("heading", level=1)).to_have_text("You asked to be erased")
    business.mail(to=email, about="Your data is erased")
    known = len(business.mails(to=email))
    plain.goto("/purchases/")
    plain.get_by_label("E-mail address").fill(email)
    plain.get_by_role("button", name="Send me the link").click()
    steps.buy(plain, "honest-price-calculator", email="after@buyer.example")
    business.mail(to="after@buyer.example", about="")
    assert len(business.mails(to=email)) == known
