"""What no policy answers waits for the owner: one click, the keyboard alone, or for always."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.journeys import steps
from tests.journeys.running import Business

MOST_QUESTIONS = 20


def ask_less(page: Page, business: Business, *, email: str, product: str, percent: str) -> None:
    """Ask for a lower price, as a buyer whom no policy answers and who is told to wait."""
    send_wish(page, business, email=email, product=product, percent=percent)
    business.mail(to=email, about="We have your request")


def send_wish(page: Page, business: Business, *, email: str, product: str, percent: str) -> None:
    """Buy something as somebody new, then ask for something else at a lower price."""
    page.context.clear_cookies()
    steps.buy(page, "honest-price-calculator", email=email)
    page.goto(steps.link_to_purchases(page, business, email=email))
    page.get_by_role("link", name="Ask for a lower price").click()
    choice = page.get_by_label("What would you like?")
    choice.select_option(choice.locator("option", has_text=product).first.get_attribute("value"))
    page.get_by_label("How much less?").select_option(percent)
    page.get_by_label("Why?").fill("I bought the small one")
    page.get_by_role("button", name="Ask", exact=True).click()


def question(page: Page, product: str) -> Locator:
    return page.locator("[data-question]", has_text=product)


def walk_to(page: Page, card: Locator) -> None:
    """Press `j` until the question has the focus."""
    for _ in range(MOST_QUESTIONS):
        page.keyboard.press("j")
        if card.evaluate("card => card === document.activeElement"):
            return
    raise AssertionError("the question was not reached by keyboard")


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if target.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError("it was not reached by keyboard")


def test_one_click_on_today_answers_and_the_buyer_is_told(
    owner: Page, plain: Page, business: Business
) -> None:
    email = "click@buyer.example"
    ask_less(plain, business, email=email, product="Harbour", percent="30")
    owner.goto("/console/")
    card = question(owner, "Harbour")
    expect(card).to_contain_text("per cent off")
    card.get_by_role("button", name="Grant it").click()

    expect(owner.get_by_role("heading", level=1)).to_contain_text("Today")
    expect(owner.get_by_text("Sell once at this lower price? Grant it.")).to_be_visible()
    expect(card).to_have_count(0)
    business.mail(to=email, about="Our answer")


def test_the_keyboard_alone_answers_on_today_and_takes_it_back(
    owner: Page, plain: Page, business: Business
) -> None:
    email = "keys@buyer.example"
    ask_less(plain, business, email=email, product="Hundred", percent="20")
    owner.goto("/console/")
    card = question(owner, "Hundred")
    expect(card).to_be_visible()
    walk_to(owner, card)
    owner.keyboard.press("2")

    expect(owner.get_by_text("Sell once at this lower price? Refuse.")).to_be_visible()
    expect(card).to_have_count(0)
    owner.goto("/console/decisions/")
    latest = owner.locator("section", has_text="Your latest answers")
    tab_to(owner, latest.get_by_role("link", name="Sell once").first)
    owner.keyboard.press("Enter")
    undo = owner.get_by_role("button", name="Undo this answer")
    expect(undo).to_be_visible()
    tab_to(owner, undo)
    owner.keyboard.press("Enter")
    expect(owner.get_by_text("Undone. The question is open again.")).to_be_visible()
    business.mail(to=email, about="We look again")

    walk_to(owner, question(owner, "Hundred"))
    owner.keyboard.press("1")
    expect(owner.get_by_text("Sell once at this lower price? Grant it.")).to_be_visible()
    business.mail(to=email, about="Our answer")


def test_always_do_this_drafts_the_policy_shows_the_past_and_answers_from_then_on(
    owner: Page, plain: Page, business: Business
) -> None:
    first, second, third = (f"always{number}@buyer.example" for number in (1, 2, 3))
    for email in (first, second):
        ask_less(plain, business, email=email, product="Harbour", percent="10")
    owner.goto("/console/decisions/")
    question(owner, "Harbour").first.get_by_role("button", name="Grant it").click()
    business.mail(to=first, about="Our answer")

    waits = question(owner, "Harbour")
    walk_to(owner, waits)
    tab_to(owner, waits.get_by_role("link", name=re.compile("Always do this.*Grant it")))
    owner.keyboard.press("Enter")
    does = owner.locator("section", has_text="What it does").first
    expect(does.locator("blockquote")).to_contain_text("Grant it when")
    expect(does).to_contain_text(re.compile(r"Of \d+ questions? that people answered"))
    expect(does).to_contain_text("as they did")
    expect(does).to_contain_text("1 open question would be answered at once")
    tab_to(owner, owner.get_by_role("button", name="Save", exact=True))
    owner.keyboard.press("Enter")

    expect(owner.get_by_text("1 open question is answered.")).to_be_visible()
    business.mail(to=second, about="Our answer")
    owner.goto("/console/decisions/")
    expect(question(owner, "Harbour")).to_have_count(0)

    send_wish(plain, business, email=third, product="Harbour", percent="10")
    business.mail(to=third, about="Our answer")
    assert not [mail for mail in business.mails(to=third) if "We have your" in mail["Subject"]]
