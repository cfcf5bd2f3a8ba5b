"""The cards that test payments know, with Stripe's well-known numbers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What happens when the card is used."""

    SUCCEEDS = "succeeds"
    DECLINED = "is declined"
    NEEDS_ACTION = "asks the buyer's bank first"


@dataclass(frozen=True, kw_only=True)
class TestCard:
    """A number and what it does."""

    number: str
    outcome: Outcome


CARDS = (
    TestCard(number="4242 4242 4242 4242", outcome=Outcome.SUCCEEDS),
    TestCard(number="4000 0000 0000 0002", outcome=Outcome.DECLINED),
    TestCard(number="4000 0025 0000 3155", outcome=Outcome.NEEDS_ACTION),
)


def outcome_of(number: str) -> Outcome | None:
    """Tell what a typed card number does; None for a number that is none of ours."""
    digits = "".join(number.split())
    for card in CARDS:
        if digits == card.number.replace(" ", ""):
            return card.outcome
    return None
