"""What makes two addresses one customer."""

from __future__ import annotations

from datetime import timedelta

LINK_LASTS = timedelta(minutes=60)


def normalised(email: str) -> str:
    """Write an e-mail address as it is kept: trimmed, in lower case.

    The part before the @ could differ by case (RFC 5321, 2.4), but no mail provider of note lets
    it, and a buyer who types a capital must find their purchases.
    """
    return email.strip().lower()
