"""Asking the console for pages, and reading them."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from django.test import Client


def page(client: Client, address: str, *, status: int = 200) -> str:
    """Get a page's text without its markup."""
    response = client.get(f"/console/{address}")
    assert response.status_code == status, (address, response.status_code)
    return plain(response.content.decode())


def press(client: Client, address: str, data: Mapping[str, object] | None = None) -> str:
    """Post a form and read the page that it leads to."""
    response = client.post(f"/console/{address}", dict(data or {}), follow=True)
    assert response.status_code == 200, (address, response.status_code)
    return plain(response.content.decode())


def plain(markup: str) -> str:
    """Read markup as a person would: no tags, no scripts, single spaces."""
    bare = re.sub(r"(?s)<(script|style|svg|template).*?</\1>", " ", markup)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).split())
