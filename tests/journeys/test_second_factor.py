"""The owner adds a passkey in a real browser, and the next sign-in asks for it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import steps
from tests.journeys.running import Business, free_port, served

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def guarded(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Business]:
    """A business of its own: what these tests set up would lock the others out."""
    data = tmp_path_factory.mktemp("guarded") / "data"
    shutil.copytree(sample, data)
    running = Business(data=data, port=free_port())
    with served(running):
        yield running


@pytest.fixture
def tab(browser: Browser, guarded: Business) -> Iterator[Page]:
    """A browser with a virtual authenticator; passkeys want a name, not a number."""
    context = browser.new_context(base_url=f"http://localhost:{guarded.port}")
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    yield page
    context.close()


def test_a_passkey_is_added_and_asked_for(tab: Page, guarded: Business) -> None:
    tab.goto(guarded.first_login().replace("127.0.0.1", "localhost"))
    tab.get_by_label("Password").fill(steps.PASSWORD)
    tab.get_by_label("The same again").fill(steps.PASSWORD)
    tab.get_by_role("button", name="Set the password").click()

    tab.goto("/console/access/")
    tab.get_by_role("link", name="Add a passkey").click()
    tab.get_by_label("Password").fill(steps.PASSWORD)
    tab.get_by_role("button", name="Go on").click()
    tab.get_by_label("Name").fill("Kitchen laptop")
    tab.get_by_label("Let it sign me in without my password").check()
    tab.get_by_role("button", name="Create the passkey").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    expect(tab.locator(".c-codes li")).to_have_count(10)
    tab.get_by_role("link", name="I have kept them").click()
    expect(tab.locator(".console")).to_contain_text("Kitchen laptop")

    tab.get_by_role("button", name="Sign out everywhere").click()
    tab.get_by_label("E-mail address").fill(steps.OWNER)
    tab.get_by_label("Password").fill(steps.PASSWORD)
    tab.get_by_role("button", name="Sign in", exact=True).click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("One more step")
    tab.goto("/console/orders/")
    expect(tab.get_by_role("heading", level=1)).to_have_text("One more step")
    tab.get_by_role("button", name="Use a passkey instead").click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("Today")

    tab.goto("/console/access/")
    tab.get_by_role("button", name="Sign out everywhere").click()
    tab.get_by_role("button", name="Use a passkey instead").click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("Today")
