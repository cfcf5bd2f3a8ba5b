"""From the first question to a written strategy with a forecast."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.running import until

ANSWERS = {
    "sells": "Patterns for people who sew at home",
    "target_income": "1800",
    "target_months": "12",
    "savings": "14000",
    "living_costs": "2100",
    "other_income": "1900",
    "hours_week": "15",
    "lose": "1500",
    "stop_when": "If twenty strangers have not bought by next autumn",
}
PROMISE = "Patterns that others have sewn before you buy them"
BERRY = "#8a2f5b"


def test_an_owner_comes_from_the_first_question_to_a_strategy_with_a_forecast(
    owner: Page, plain: Page
) -> None:
    owner.get_by_role("button", name="Plan", exact=True).click()
    owner.get_by_role("link", name="Strategy", exact=True).click()
    owner.get_by_role("link", name="Reality check").click()
    owner.get_by_role("link", name="Begin").click()
    for name, answer in ANSWERS.items():
        owner.locator(f"#id_{name}").fill(answer)
    owner.get_by_label("I keep it").check()
    owner.get_by_role("button", name="See what it comes to").click()

    expect(owner.locator(".c-verdict .c-number")).to_have_text(re.compile("Go|Wait"))
    expect(owner.get_by_text("you keep a job at first", exact=False).first).to_be_visible()
    expect(owner.get_by_text("of the imagined courses").first).to_be_visible()

    tabs = owner.get_by_role("navigation", name="The plan")
    tabs.get_by_role("link", name="Forecast").click()
    expect(owner.get_by_role("heading", name="Your income", exact=True)).to_be_visible()

    owner.get_by_role("navigation", name="The plan").get_by_role("link", name="Playbooks").click()
    owner.get_by_role("link", name="Digital downloads from a craft").click()
    expect(owner.get_by_role("heading", name="It does not fit if")).to_be_visible()
    owner.get_by_role("button", name="Begin from this").click()
    owner.get_by_role("link", name="Change the draft").click()
    owner.locator("#id_promise").fill(PROMISE)
    owner.locator("#id_accent").fill(BERRY)
    owner.get_by_role("button", name="Save as a new version").click()
    owner.get_by_role("button", name="Put it into force").click()

    expect(owner.get_by_text("It is in force.")).to_be_visible()
    stops = owner.locator("section", has=owner.get_by_role("heading", name="would make us stop"))
    expect(stops).to_contain_text(ANSWERS["stop_when"])
    # The other process may show the page as it was for a third of a second (decision 0003).
    until(lambda: _wears(plain, BERRY), what="the strategy's look in the shop", seconds=5)
    expect(plain.get_by_text(PROMISE)).to_be_visible()

    owner.get_by_role("navigation", name="The plan").get_by_role("link", name="Plan").click()
    expect(owner.get_by_role("heading", name="Your path within")).to_be_visible()
    owner.get_by_role("button", name="Done: Publish one small pattern").click()
    expect(owner.get_by_text("Ended lately")).to_be_visible()


def _wears(page: Page, colour: str) -> bool:
    page.goto("/")
    return f"--accent:{colour}" in page.content()
