"""What a study says of one niche."""

from __future__ import annotations

from dataclasses import dataclass

from hammock.departments.research.rules.foresight import Expected
from hammock.departments.research.rules.in_vain import InVain
from hammock.departments.research.rules.naming import Naming
from hammock.departments.research.rules.opportunity import Opportunity, Prices
from hammock.departments.research.rules.satisfaction import Interval
from hammock.departments.research.rules.season import Course

SMALLEST_RANKED = 10
"""Texts; a smaller niche is listed, not ranked."""


@dataclass(frozen=True)
class Product:
    """An offer that serves a niche, with how near it stands to the nearest of its askers."""

    text: str
    price: float | None
    rating: float | None
    nearness: float


@dataclass(frozen=True)
class Rated:
    """How buyers rate a niche's offers: their mean stars, how many are rated, and what is usual."""

    stars: float
    offers: int
    usual: float


@dataclass(frozen=True)
class Niche:
    """A market within the demand, with the evidence behind each figure.

    `in_vain` tells of searches that found nothing where they were asked: evidence beside the
    estimate, which does not use it; None where no results are known. `bids` are what advertisers
    bid here, whatever the study's yardstick is. `asked_for` counts what members say after "for";
    `expected` is how it is foreseen to grow; `rank` is None where it is not ranked; `why` and
    `why_not` are sentences made of its figures.
    """

    number: int
    naming: Naming
    texts: int
    volume: float
    course: Course | None
    expected: Expected | None
    unmet: Interval | None
    opportunity: Opportunity | None
    questions: tuple[str, ...]
    unmet_questions: tuple[str, ...]
    products: tuple[Product, ...]
    offers: int
    bids: Prices | None
    rated: Rated | None
    in_vain: InVain | None
    countries: tuple[tuple[str, int], ...]
    asked_for: tuple[tuple[str, int], ...]
    rank: int | None
    why: tuple[str, ...]
    why_not: tuple[str, ...]
