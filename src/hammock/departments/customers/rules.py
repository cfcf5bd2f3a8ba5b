"""What makes two addresses one customer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

LINK_LASTS = timedelta(minutes=60)
MASK = "…"
_ADDRESS = re.compile(r"\S+@\S+|\bhttps?://\S+|\bwww\.\S+", re.IGNORECASE)
_NUMBER = re.compile(r"\d(?:[\s().,/+-]*\d){4,}")
_REFERENCE = re.compile(r"\b[A-Z]-[2-9A-Z]{8}\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """Somebody known from elsewhere, by `external_id`, `email` or both; empty texts are unknown."""

    external_id: str
    email: str
    name: str
    country: str
    since: datetime

    @property
    def key(self) -> str:
        """What they are called by: their number elsewhere, or else their address."""
        return self.external_id or normalised(self.email)


def normalised(email: str) -> str:
    """Write an e-mail address as it is kept: trimmed, in lower case.

    The part before the @ could differ by case (RFC 5321, 2.4), but no mail provider of note lets
    it, and a buyer who types a capital must find their purchases.
    """
    return email.strip().lower()


def without_persons(words: str, *, names: Iterable[str]) -> str:
    """Take out of what somebody wrote what leads to them: addresses, long numbers, these names.

    Other people's names stay: nobody can tell them from other words.
    """
    for pattern in (_ADDRESS, _NUMBER, _REFERENCE):
        words = pattern.sub(MASK, words)
    for name in names:
        for part in name.split():
            if len(part) > 1:
                words = re.sub(rf"\b{re.escape(part)}\b", MASK, words, flags=re.IGNORECASE)
    return " ".join(words.split())
