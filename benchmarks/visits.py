"""What counting a visit costs a ready page: microseconds of processor time, page by page.

The same front answers the same kept page with and without counting, in turns; printed is the middle
of the rounds. `seen_again` is a browser that was met before, `new_visitor` one that was not (its
name known), `search_again` a kept search result.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hammock.config.settings")

import django

django.setup()

from hammock.config.front import Front  # noqa: E402 - after setup
from hammock.departments.marketing.gathering import Gatherer  # noqa: E402
from hammock.kit import snapshots  # noqa: E402

ROUNDS = int(os.environ.get("BENCHMARK_ROUNDS", "41"))
PAGES = 2_000  # of one round
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def behind(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer one public page of a usual size, with a search's results where it is one."""
    headers = [("Content-Type", "text/html; charset=utf-8")]
    headers.append((snapshots.HEADER, str(snapshots.current())))
    if environ["QUERY_STRING"]:
        headers.append((snapshots.FOUND, "3"))
    start_response("200 OK", headers)
    return [b"<p>a page</p>" * 1000]


def request(address: str, *, query: str = "") -> dict[str, Any]:
    """Describe a browser's request for it."""
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/products/",
        "QUERY_STRING": query,
        "REMOTE_ADDR": address,
        "HTTP_HOST": "shop.example",
        "HTTP_USER_AGENT": AGENT,
        "HTTP_ACCEPT_ENCODING": "gzip, br",
        "HTTP_REFERER": "https://www.google.com/",
        "HTTP_SEC_FETCH_DEST": "document",
    }


def microseconds(front: Front, requests: list[dict[str, Any]]) -> float:
    """Answer them all; tells the processor time of one."""
    begun = time.process_time()
    for one in requests:
        front(one, _ignore)
    return (time.process_time() - begun) / len(requests) * 1e6


def _ignore(_status: str, _headers: list[tuple[str, str]]) -> None:
    return None


def _nothing(environ: dict[str, Any], *, found: int | None) -> None:
    del environ, found


def _addresses() -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def main() -> None:
    """Measure and print."""
    gatherer = Gatherer()
    gatherer.begin(date(2026, 3, 10), secret=b"measured")
    plain, counted = Front(behind, count=_nothing), Front(behind, count=gatherer.see)
    fresh = _addresses()
    asks: dict[str, Callable[[], list[dict[str, Any]]]] = {
        "seen_again": lambda: [request("192.0.2.1")] * PAGES,
        "new_visitor": lambda: [request(next(fresh)) for _ in range(PAGES)],
        "search_again": lambda: [request("192.0.2.1", query="q=wool")] * PAGES,
    }
    for name, make in asks.items():
        without, more = [], []
        for _ in range(ROUNDS):
            requests = make()
            base = microseconds(plain, requests)
            without.append(base)
            more.append(microseconds(counted, requests) - base)
            gatherer.gathered()
        print(f"page_us_{name}: {statistics.median(without):.2f}")
        print(f"counting_us_{name}: {statistics.median(more):.2f}")


if __name__ == "__main__":
    main()
