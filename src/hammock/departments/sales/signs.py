"""Signs of fraud in a paid order: pure, from what the shop knows anyway.

Each sign weighs 1 or 2, and an order whose signs weigh 2 or more is held until somebody (or a
policy) decides. The weights are set by hand and say so: 2 for what an honest buyer hardly ever
does, 1 for what many honest buyers do (a card from another country, a first big order).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from hammock.kit.money import Money

HOLDS_AT = 2
SHORT_TIME = timedelta(hours=1)
MANY_ORDERS = 6
MANY_DECLINED = 4
USUAL_DAYS = 90
USUAL_ORDERS = 20
FAR_OVER = 8

# The best known services that lend an address for minutes (their own sites, looked up in 2026).
DISPOSABLE = frozenset(
    {
        *("10minutemail.com", "dispostable.com", "fakeinbox.com", "getnada.com", "grr.la"),
        *(
            "guerrillamail.com",
            "guerrillamail.net",
            "maildrop.cc",
            "mailinator.com",
            "mailnesia.com",
        ),
        *("mintemail.com", "mohmal.com", "sharklasers.com", "spamgourmet.com", "temp-mail.org"),
        *("tempmail.com", "tempr.email", "throwawaymail.com", "trashmail.com", "yopmail.com"),
    }
)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What is known of a paid order when its goods are due.

    `orders_lately` are the orders of this address within `SHORT_TIME`, this one included;
    `declined_lately` its payment attempts of a day that came to nothing; `usual` is the median of
    the shop's paid orders of `USUAL_DAYS`, None while there are fewer than `USUAL_ORDERS`.
    """

    email: str
    country: str
    card_country: str
    total: Money
    orders_lately: int
    declined_lately: int
    usual: Money | None


@dataclass(frozen=True, kw_only=True)
class Sign:
    """One sign: its name, a sentence that says what was seen, and its weight."""

    name: str
    sentence: str
    weight: int


def signs(seen: Seen) -> list[Sign]:
    """List the signs of fraud, heaviest first."""
    found = (
        _many_orders(seen),
        _many_declined(seen),
        _other_country(seen),
        _disposable(seen),
        _far_over(seen),
    )
    return sorted((sign for sign in found if sign), key=lambda sign: -sign.weight)


def weight(found: Sequence[Sign]) -> int:
    """Add the signs up."""
    return sum(sign.weight for sign in found)


def is_held(found: Sequence[Sign]) -> bool:
    """Tell whether an order with these signs waits for a decision."""
    return weight(found) >= HOLDS_AT


def _many_orders(seen: Seen) -> Sign | None:
    if seen.orders_lately < MANY_ORDERS:
        return None
    sentence = f"{seen.orders_lately} orders of one address within an hour"
    return Sign(name="many_orders", sentence=sentence, weight=2)


def _many_declined(seen: Seen) -> Sign | None:
    if seen.declined_lately < MANY_DECLINED:
        return None
    sentence = f"{seen.declined_lately} payment attempts came to nothing before this one"
    return Sign(name="many_declined", sentence=sentence, weight=2)


def _other_country(seen: Seen) -> Sign | None:
    if not seen.card_country or seen.card_country == seen.country:
        return None
    sentence = f"the card is from {seen.card_country}, the buyer says {seen.country}"
    return Sign(name="other_country", sentence=sentence, weight=1)


def _disposable(seen: Seen) -> Sign | None:
    domain = seen.email.rpartition("@")[2].lower()
    if not any(domain == known or domain.endswith(f".{known}") for known in DISPOSABLE):
        return None
    sentence = f"the address is of {domain}, which lends addresses for minutes"
    return Sign(name="disposable", sentence=sentence, weight=1)


def _far_over(seen: Seen) -> Sign | None:
    if seen.usual is None or seen.total.minor < FAR_OVER * max(seen.usual.minor, 1):
        return None
    sentence = f"{seen.total} is {FAR_OVER} times the usual order ({seen.usual}) or more"
    return Sign(name="far_over", sentence=sentence, weight=1)
