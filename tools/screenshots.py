"""`python -m tools.screenshots [--days N] [NAME …]`: photograph the sample business.

Fills a sample in a temporary folder, serves it, visits shop and console light and dark, at a desk
and on a telephone, and writes small WebP pictures into docs/pictures. NAME takes only the pages
that are named so. Drives the system's Chromium through the same steps as the journeys.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests import browsers
from tests.journeys import steps
from tests.journeys.running import Business, free_port, served

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
MOST_BYTES = 200_000
SIZES = {"desk": (1280, 900), "phone": (390, 844)}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
EMAIL = "visitor@example.com"


def main(arguments: Sequence[str]) -> int:
    """Take the pictures; answers with 0 when all were written."""
    parser = argparse.ArgumentParser(prog="tools.screenshots", description=__doc__)
    parser.add_argument("--days", help="days of history (default: half a year)")
    parser.add_argument("--data", type=Path, help="a filled sample to use; it is changed")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args(arguments)
    if (path := browsers.chromium()) is None:
        sys.stderr.write("tools.screenshots: no Chromium found\n")
        return 1
    with (
        tempfile.TemporaryDirectory(prefix="hammock-pictures-") as folder,
        sync_playwright() as playwright,
    ):
        business = Business(data=(options.data or Path(folder)).resolve(), port=free_port())
        business.command("demo", "--noinput", *(["--days", options.days] if options.days else []))
        with served(business):
            chromium = playwright.chromium.launch(executable_path=path, args=browsers.ARGUMENTS)
            _take_all(chromium, business, set(options.names))
            chromium.close()
    return 0


def _take_all(browser: Browser, business: Business, names: set[str]) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for scheme in SCHEMES:
        for size in SIZES:
            with _visitor(browser, business, scheme, size) as page:
                for name in _walk(page, business):
                    if not names or name in names:
                        _keep(page.screenshot(), PICTURES / f"{name}-{size}-{scheme}.webp")


@contextmanager
def _visitor(browser: Browser, business: Business, scheme: Scheme, size: str) -> Iterator[Page]:
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=business.url,
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    yield context.new_page()
    context.close()


def _walk(page: Page, business: Business) -> Iterator[str]:
    """Go from the shop's door to the console, stopping with a name where a picture is wanted."""
    page.goto("/", wait_until="networkidle")
    yield "shop-home"
    page.goto("/products/market-stall-kit/", wait_until="networkidle")
    yield "shop-product"
    steps.to_checkout(page, "market-stall-kit")
    yield "shop-checkout"
    steps.fill_in(page, email=EMAIL)
    steps.pay(page, card=steps.GOOD)
    order = steps.thanked(page, email=EMAIL)
    yield "shop-thanks"
    page.goto(steps.link_to_purchases(page, business, email=EMAIL))
    yield "shop-purchases"
    steps.enter_console(page, business)
    for name, address in (
        ("console-today", "/console/"),
        ("console-order", f"/console/orders/{order.reference}/"),
        ("console-centres", "/console/centres/"),
    ):
        page.goto(address, wait_until="networkidle")
        yield name


def _keep(png: bytes, path: Path) -> None:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for quality in (82, 70, 55, 40):
        picture.save(path, "WEBP", quality=quality, method=6)
        if path.stat().st_size <= MOST_BYTES:
            break
    sys.stdout.write(f"{path.name}: {path.stat().st_size // 1024} KB\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
