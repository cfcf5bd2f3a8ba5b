"""What makes two addresses one customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

LINK_LASTS = timedelta(minutes=60)


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
