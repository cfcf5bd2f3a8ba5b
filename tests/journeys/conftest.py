"""One sample business, really served, and browsers that visit it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests import browsers
from tests.journeys import steps
from tests.journeys.running import Business, fill, free_port, served

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
PATIENCE_MS = 30_000  # a shared machine is slow at times, which is no fault of the pages


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's data, filled once for all journeys; copy it, do not change it."""
    data = tmp_path_factory.mktemp("sample")
    fill(data, days=1)
    return data


@pytest.fixture(scope="session")
def business(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Business]:
    """The sample business, served until the last journey is over."""
    data = tmp_path_factory.mktemp("business") / "data"
    shutil.copytree(sample, data)
    running = Business(data=data, port=free_port())
    with served(running):
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for one module: its loop must not outlive the module's tests."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=browsers.chromium(), args=browsers.ARGUMENTS
        )
        yield chromium
        chromium.close()


@pytest.fixture
def plain(browser: Browser, business: Business) -> Iterator[Page]:
    """A visitor at a desk whose browser runs no JavaScript."""
    yield from _visitor(browser, business, DESK, scripts=False)


@pytest.fixture
def desk(browser: Browser, business: Business) -> Iterator[Page]:
    """A visitor at a desk."""
    yield from _visitor(browser, business, DESK, scripts=True)


@pytest.fixture
def phone(browser: Browser, business: Business) -> Iterator[Page]:
    """A visitor with a telephone."""
    yield from _visitor(browser, business, PHONE, scripts=True)


@pytest.fixture
def owner(desk: Page, business: Business) -> Page:
    """The owner, signed in, at Today."""
    steps.enter_console(desk, business)
    return desk


def _visitor(
    browser: Browser, business: Business, size: dict[str, int], *, scripts: bool
) -> Iterator[Page]:
    context = browser.new_context(
        base_url=business.url,
        viewport={"width": size["width"], "height": size["height"]},
        java_script_enabled=scripts,
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()
