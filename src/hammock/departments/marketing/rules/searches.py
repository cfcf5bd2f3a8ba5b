"""Which words of a search are kept, and how: nothing that looks like a person's own."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 80  # characters
_LONG_NUMBER = re.compile(r"\d(?:[\s().,/+-]*\d){6,}")  # telephone, card, customer or order number
_REFERENCE = re.compile(r"\b[a-z]-[2-9a-hj-km-np-z]{8}\b")  # our own, as `kit.ids` makes them
_LONGEST_WORD = 40  # beyond it, it is a key or an address, and no word


def kept_words(text: str) -> str:
    """Write a search as it is counted: lower case, single spaces, `LONGEST` characters.

    Empty where nothing of it may be kept: an e-mail or web address, a number of seven digits or
    more, an order's reference, a key, or no letter and no digit at all.
    """
    plain = "".join(one if one.isprintable() else " " for one in text[:1000])
    plain = " ".join(unicodedata.normalize("NFKC", plain).lower().split())
    if not any(one.isalnum() for one in plain) or is_personal(plain):
        return ""
    return plain[:LONGEST].rstrip()


def is_personal(plain: str) -> bool:
    """Tell whether a text in lower case looks like what names somebody, or leads to them."""
    return (
        "@" in plain
        or "://" in plain
        or _LONG_NUMBER.search(plain) is not None
        or _REFERENCE.search(plain) is not None
        or any(len(word) > _LONGEST_WORD for word in plain.split())
    )
