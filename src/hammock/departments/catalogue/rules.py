"""What may stand in a description, how a price is named, what a search looks for: pure."""

from __future__ import annotations

import re

import nh3

_TAGS = {
    *("p", "br", "h2", "h3", "b", "strong", "i", "em", "ul", "ol", "li"),
    *("a", "hr", "blockquote"),
}

_LITTLE_WORDS = frozenset(
    {
        *("a", "an", "and", "any", "are", "at", "be", "buy", "by", "can", "do", "for", "from"),
        *("get", "have", "how", "i", "if", "in", "is", "it", "me", "my", "need", "of", "on", "or"),
        *("should", "that", "the", "this", "to", "want", "what", "when", "where", "which", "who"),
        *("will", "with", "you", "your"),
    }
)
_ENDINGS = ("ies", "ing", "ers", "ly", "es", "er", "en", "s", "y", "e")
_SHORTEST_STEM = 4
MOST_STEMS = 8


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


def stems(words: str) -> list[str]:
    """Give the beginnings by which a search's words are looked for: `weekly planners`: week, plann.

    Little words are left out unless there are no others, and a common ending of a word that stays
    long enough without it. That finds the plural by the singular and back; it is no grammar.
    """
    said = re.findall(r"\w+", words.lower())
    telling = [word for word in said if word not in _LITTLE_WORDS] or said
    return list(dict.fromkeys(_stem(word) for word in telling))[:MOST_STEMS]


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word.removesuffix(ending)
    return word
