"""Browsers that look at pages, as the server tells of them."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote

from hammock.departments.marketing.gathering import Gatherer

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
DAY = date(2026, 3, 10)
SECRET = b"0123456789abcdef"


def hit(
    path: str = "/",
    *,
    address: str = "192.0.2.1",
    agent: str = FIREFOX,
    referrer: str = "",
    query: str = "",
    **headers: str,
) -> dict[str, Any]:
    """Describe a request as WSGI does."""
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "REMOTE_ADDR": address,
        "HTTP_HOST": "shop.example",
        "HTTP_USER_AGENT": agent,
        **({"HTTP_REFERER": referrer} if referrer else {}),
        **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
    }


def search(words: str, *, address: str = "192.0.2.1", **rest: Any) -> dict[str, Any]:
    """Describe a search."""
    return hit("/products/", query=f"q={quote(words)}", address=address, **rest)


def counting(*, day: date = DAY, secret: bytes = SECRET, **given: Any) -> Gatherer:
    """Give a process's gatherer that has begun."""
    gatherer = Gatherer(**given)
    gatherer.begin(day, secret=secret)
    return gatherer
