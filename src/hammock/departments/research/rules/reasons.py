"""What speaks for a niche and against it, in sentences made of its figures.

What its unmet share says is told apart: after tests it is said anew.
"""

from __future__ import annotations

from hammock.departments.research.rules.niche import SMALLEST_RANKED, Niche
from hammock.departments.research.rules.opportunity import LEAST_PRICES, Estimate, Prices
from hammock.departments.research.rules.satisfaction import Interval

UNMET_ABOVE = 0.5
BELOW_USUAL = 0.5  # stars, before a rating speaks


def unmet_speaks_for(unmet: Interval | Estimate) -> list[str]:
    """Say what is surely unmet, where it is most of what is asked."""
    if unmet.low < UNMET_ABOVE:
        return []
    return [f"At least {unmet.low:.0%} of what is asked here finds no fitting offer."]


def unmet_speaks_against(
    unmet: Interval | Estimate, offers: int, *, content: bool = True
) -> list[str]:
    """Say what is surely met, where it is most; else that the share is not sure.

    Where buyers are not `content` a fitting offer is no answer, and that is said.
    """
    if unmet.high < UNMET_ABOVE and offers and not content:
        return [
            f"Offers ({offers}) fit at least {1 - unmet.high:.0%} of it; it is their buyers "
            "who are not content."
        ]
    if unmet.high < UNMET_ABOVE and offers:
        return [f"Offers ({offers}) answer at least {1 - unmet.high:.0%} of it."]
    if unmet.high < UNMET_ABOVE:
        return [f"At least {1 - unmet.high:.0%} of it is answered today."]
    if unmet.low < UNMET_ABOVE:
        return [f"How much is unmet is not sure: {unmet.low:.0%} to {unmet.high:.0%}."]
    return []


def speaks_for(niche: Niche) -> tuple[str, ...]:
    """Say in sentences what speaks for a niche; nothing where supply is unknown."""
    unmet, left = niche.unmet, niche.opportunity
    if unmet is None or left is None:
        return ()
    said = unmet_speaks_for(unmet)
    trend = niche.course.trend if niche.course else None
    if trend is not None and trend.low > 0:
        said.append(f"Demand grows, by at least {trend.low:.0%} a year.")
    if left.willingness.own and left.willingness.source == "prices":
        pays = left.willingness
        said.append(f"People pay here: {pays.seen} {pays.source}, the middle {pays.middle:,.2f}.")
    if niche.bids is not None:
        said.append(_bid(niche.bids))
    if niche.offers == 0:
        said.append("None of the offers given is made for these askers.")
    if _discontent(niche):
        said.append(_rating(niche))
    return tuple(said)


def speaks_against(niche: Niche) -> tuple[str, ...]:
    """Say in sentences what speaks against a niche; nothing where supply is unknown."""
    unmet, left = niche.unmet, niche.opportunity
    if unmet is None or left is None:
        return ()
    said = unmet_speaks_against(unmet, niche.offers, content=not _discontent(niche))
    trend = niche.course.trend if niche.course else None
    if trend is not None and trend.high < 0:
        said.append(f"Demand shrinks, by at least {-trend.high:.0%} a year.")
    if not left.willingness.own:
        said.append(_no_price(niche))
    if niche.texts < SMALLEST_RANKED:
        said.append(f"Only {niche.texts} different texts ask for it.")
    return tuple(said)


def _bid(bids: Prices) -> str:
    if bids.low == bids.high:
        return f"Advertisers bid {bids.middle:,.2f} a click to be seen here ({bids.seen} bids)."
    return (
        f"Advertisers bid to be seen here: {bids.seen} bids a click, half of them between "
        f"{bids.low:,.2f} and {bids.high:,.2f}."
    )


def _no_price(niche: Niche) -> str:
    """Say what is not known of money, and what stands in for it."""
    left = niche.opportunity
    if left is None or not left.willingness.source:
        return "Nothing is known of what people would pay here."
    if left.willingness.source == "bids":
        return "Nobody bids here: the bids of the whole study stand in."
    return (
        f"Fewer than {LEAST_PRICES} prices are known here: those of all offers stand in, the "
        f"middle {left.willingness.middle:,.2f}."
    )


def _discontent(niche: Niche) -> bool:
    return niche.rated is not None and niche.rated.stars <= niche.rated.usual - BELOW_USUAL


def _rating(niche: Niche) -> str:
    if niche.rated is None:
        return ""
    one = niche.rated
    return (
        f"Who buys is not content: {one.stars:.1f} stars of 5 over {one.offers} rated offers, "
        f"where {one.usual:.1f} are usual."
    )
