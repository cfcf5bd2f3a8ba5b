"""What an unmet share says for a niche and against it, from a study or after its tests."""

from __future__ import annotations

from hammock.departments.research.rules.opportunity import Estimate
from hammock.departments.research.rules.satisfaction import Interval

UNMET_ABOVE = 0.5


def unmet_speaks_for(unmet: Interval | Estimate) -> list[str]:
    """Say what is surely unmet, where it is most of what is asked."""
    if unmet.low < UNMET_ABOVE:
        return []
    return [f"At least {unmet.low:.0%} of what is asked here finds no fitting offer."]


def unmet_speaks_against(
    unmet: Interval | Estimate, offers: int, *, is_content: bool = True
) -> list[str]:
    """Say what is surely met, where it is most; else that the share is not sure.

    Where the offers' buyers are not content, offers fit what is asked and do not answer it.
    """
    if unmet.high < UNMET_ABOVE and offers and not is_content:
        return [
            f"Offers ({offers}) fit at least {1 - unmet.high:.0%} of it; it is their buyers who "
            "are not content."
        ]
    if unmet.high < UNMET_ABOVE and offers:
        return [f"Offers ({offers}) answer at least {1 - unmet.high:.0%} of it."]
    if unmet.high < UNMET_ABOVE:
        return [f"At least {1 - unmet.high:.0%} of it is answered today."]
    if unmet.low < UNMET_ABOVE:
        return [f"How much is unmet is not sure: {unmet.low:.0%} to {unmet.high:.0%}."]
    return []
