"""What may stand in a description, and how a price is named: pure."""

from __future__ import annotations

import re

import nh3

_TAGS = {
    *("p", "br", "h2", "h3", "b", "strong", "i", "em", "ul", "ol", "li"),
    *("a", "hr", "blockquote"),
}


def clean_html(text: str) -> str:
    """Keep plain formatting and links of a description, and drop everything that could act."""
    return nh3.clean(
        text,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener",
    )


def sku_of(*, slug: str, label: str) -> str:
    """Name a price that its owner did not name: `PRICE-GUIDE-TEAM-LICENCE`, 60 letters at most."""
    words = re.sub(r"[^A-Z0-9]+", "-", f"{slug} {label}".upper()).strip("-")
    return words[:60].rstrip("-")
