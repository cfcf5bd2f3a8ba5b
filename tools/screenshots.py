"""Takes the pictures of docs/pictures anew: `make screenshots` (needs a Chromium).

Fills a sample business in a throw-away folder, serves it, buys something, and looks at the shop
and the console, light and dark, on a desktop and on a phone.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from benchmarks.peers import running
from tests.browsers import chromium

PORT = 8941
ORIGIN = f"http://127.0.0.1:{PORT}"
PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
HAMMOCK = Path(sys.executable).parent / "hammock"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
DESKTOP, PHONE = (1280, 900), (390, 844)


@contextmanager
def sample(folder: Path) -> Iterator[str]:
    """Serve a sample business; gives the owner's first-login link."""
    variables = {"HAMMOCK_DATA": str(folder), "PORT": str(PORT), "HAMMOCK_URL": ORIGIN}
    told = subprocess.run(
        [HAMMOCK, "demo", "--noinput"],
        env={**os.environ, **variables},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    link = re.search(r"First login: (\S+)", told)
    if link is None:
        raise RuntimeError("no first-login link was printed")
    with running([HAMMOCK, "serve"], variables=variables, until=f"{ORIGIN}/products/"):
        yield link.group(1)


def keep(page: Page, name: str, *, whole: bool = False) -> None:
    """Save what the page shows, small."""
    picture = Image.open(io.BytesIO(page.screenshot(full_page=whole)))
    picture.convert("RGB").save(PICTURES / f"{name}.webp", quality=80, method=6)
    print(f"{name}.webp")


def context(browser: Browser, size: tuple[int, int], *, dark: bool) -> BrowserContext:
    """Open a browser's window of that size."""
    width, height = size
    return browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
    )


def shop(browser: Browser) -> None:
    """Look at the shop and buy something."""
    page = context(browser, DESKTOP, dark=False).new_page()
    page.goto(f"{ORIGIN}/")
    keep(page, "shop-home")
    page.goto(f"{ORIGIN}/products/market-stall-kit/")
    keep(page, "shop-product")
    page.get_by_role("button", name="Buy now").click()
    page.fill("[name=email]", "ann@example.org")
    page.fill("[name=name]", "Ann Buyer")
    page.check("[name=terms]")
    keep(page, "shop-checkout")
    page.locator("form[data-hints] button[type=submit]").click()
    page.get_by_role("button", name="Pay").click()
    page.wait_for_selector("text=Thank you")
    keep(page, "shop-thank-you")
    phone = context(browser, PHONE, dark=True).new_page()
    phone.goto(f"{ORIGIN}/products/market-stall-kit/")
    keep(phone, "shop-product-phone-dark")


def console(browser: Browser, link: str) -> None:
    """Come in as the owner and look at the console."""
    window = context(browser, DESKTOP, dark=False)
    page = window.new_page()
    page.goto(link)
    for field in page.locator("input[type=password]").all():
        field.fill("a-password-for-pictures-1")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{ORIGIN}/console/")
    page.reload()  # without the word that the password is set
    keep(page, "console-today")
    page.goto(f"{ORIGIN}/console/centres/")
    keep(page, "console-profit-centres")
    page.goto(f"{ORIGIN}/console/orders/")
    page.locator("main a[href*='/console/orders/H-']").first.click()
    page.wait_for_load_state()
    keep(page, "console-order")
    dark = browser.new_context(
        viewport={"width": PHONE[0], "height": PHONE[1]},
        color_scheme="dark",
        storage_state=window.storage_state(),
    ).new_page()
    dark.goto(f"{ORIGIN}/console/")
    keep(dark, "console-today-phone-dark")


def main() -> None:
    """Take all pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = chromium()
    with (
        tempfile.TemporaryDirectory() as folder,
        sample(Path(folder) / "data") as link,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        shop(browser)
        console(browser, link)
        browser.close()


if __name__ == "__main__":
    main()
