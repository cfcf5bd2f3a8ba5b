"""Where within a niche demand is under-served: by country, language, price step and format.

The table work is written once with Ibis and runs on the engine that is configured (`tables`):
DuckDB in this process by default, or an existing distributed one (a test runs it on Spark and
compares).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING, Any

import numpy as np

from hammock.departments.research.rules.neighbours import NOBODY
from hammock.departments.research.rules.rows import Demand, Supply
from hammock.departments.research.rules.study import Study
from hammock.departments.research.tables import engine

if TYPE_CHECKING:
    from ibis.backends import BaseBackend
    from ibis.expr.types import Table

PARTS = ("country", "language")
SIDES = ("price_step", "format", "country", "language")
NAMED = {
    "price_step": "of the price",
    "format": "of the format",
    "country": "for the country",
    "language": "in the language",
}
LEAST_TEXTS = 5
LEAST_OFFERS = 8  # in a niche, before an empty price step or format says something
WORSE = 0.2  # more unmet than the niche as a whole
USUAL = 0.2  # of all offers, so that a format is expected


@dataclass(frozen=True, kw_only=True)
class Slice:
    """A part of a niche's demand or supply."""

    niche: int
    part: str
    value: str
    count: int
    unmet: float | None = None


def asked_by(texts: Table, part: str) -> Table:
    """Add up demand by niche and `part`: texts, volume, and the unmet share weighed by volume.

    `texts` has the columns niche, volume, unmet and the part; rows without the part are left out.
    """
    known = texts.filter(texts[part] != "")
    return known.group_by("niche", part).agg(
        texts=known.count(),
        volume=known.volume.sum(),
        unmet=(known.volume * known.unmet).sum() / known.volume.sum(),
    )


def offered_by(offers: Table, part: str) -> Table:
    """Count offers by niche and `part`; `offers` has the columns niche and the part."""
    known = offers.filter(offers[part] != "")
    return known.group_by("niche", part).agg(offers=known.count())


def underserved(study: Study, demand: Demand, supply: Supply | None) -> dict[int, tuple[str, ...]]:
    """Say for each niche in which parts it is served worse, as sentences with their counts."""
    if supply is None or study.refusal:
        return {}
    import ibis

    texts = ibis.memtable(_texts(study, demand))
    offers = ibis.memtable(_offers(study, supply))
    on = engine()
    said: defaultdict[int, list[str]] = defaultdict(list)
    whole = {niche.number: niche.unmet.value for niche in study.niches if niche.unmet is not None}
    for part in PARTS:
        for one in _rows(on, asked_by(texts, part), part):
            worse = one.unmet is not None and one.unmet >= whole.get(one.niche, 1.0) + WORSE
            if worse and one.count >= LEAST_TEXTS:
                said[one.niche].append(
                    f"{part.capitalize()} {one.value}: {one.unmet:.0%} of {one.count} texts find "
                    "no fitting offer."
                )
    for part in SIDES:
        for niche, sentence in _missing(list(_rows(on, offered_by(offers, part), part)), part):
            said[niche].append(sentence)
    return {niche: tuple(sentences) for niche, sentences in said.items()}


def _missing(rows: list[Slice], part: str) -> list[tuple[int, str]]:
    """Find price steps and formats that are usual elsewhere and that a niche has none of.

    Usual is what many offers are, and most niches have: a kind of goods is no format of others.
    """
    total = sum(one.count for one in rows)
    everywhere: defaultdict[str, int] = defaultdict(int)
    here: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for one in rows:
        everywhere[one.value] += one.count
        here[one.niche][one.value] = one.count
    spread = Counter(value for counts in here.values() for value in counts)
    usual = [
        value
        for value, count in everywhere.items()
        if count >= USUAL * total and spread[value] * 2 >= len(here)
    ]
    return [
        (niche, f"No offer {NAMED[part]} {value} among {sum(counts.values())} offers.")
        for niche, counts in sorted(here.items())
        if sum(counts.values()) >= LEAST_OFFERS
        for value in sorted(usual)
        if value not in counts
    ]


def _rows(on: BaseBackend, table: Table, part: str) -> list[Slice]:
    found = on.to_pyarrow(table.order_by("niche", part)).to_pylist()
    return [
        Slice(
            niche=int(row["niche"]),
            part=part,
            value=str(row[part]),
            count=int(row.get("texts", row.get("offers", 0))),
            unmet=row.get("unmet"),
        )
        for row in found
    ]


def _texts(study: Study, demand: Demand) -> Any:
    """Lay out the texts, once for each country in which they are asked."""
    import polars as pl

    places = [
        (at, country, volume)
        for at, (named, whole) in enumerate(zip(demand.by_country, demand.value, strict=True))
        for country, volume in (named or {"": whole}).items()
    ]
    at = np.array([one for one, _, _ in places], dtype=np.int64)
    return pl.DataFrame(
        {
            "niche": study.niche_of[at].astype(np.int64),
            "volume": np.maximum([volume for _, _, volume in places], 1e-9),
            "unmet": study.chance[at],
            "country": [country for _, country, _ in places],
            "language": [demand.languages[one] for one in at],
        }
    )


def _offers(study: Study, supply: Supply) -> Any:
    import polars as pl

    near = study.niche_of_offer != NOBODY
    return pl.DataFrame(
        {
            "niche": study.niche_of_offer[near].astype(np.int64),
            "price_step": price_steps(supply.price[near]),
            "format": list(compress(supply.formats, near)),
            "country": list(compress(supply.countries, near)),
            "language": list(compress(supply.languages, near)),
        },
        schema_overrides=dict.fromkeys(("price_step", "format", "country", "language"), pl.String),
    )


def price_steps(price: Any) -> list[str]:
    """Name each price's quarter of all prices by its own lowest and highest, as "5.00 to 9.50".

    Unknown prices get nothing; where many cost the same, there are fewer steps than four.
    """
    known = price[~np.isnan(price)]
    if len(known) < LEAST_OFFERS:
        return [""] * len(price)
    edges = np.unique(np.quantile(known, (0.25, 0.5, 0.75)))
    place = np.searchsorted(edges, price, side="right")
    names = {step: _step(price[place == step]) for step in np.unique(place[~np.isnan(price)])}
    return ["" if np.isnan(one) else names[at] for one, at in zip(price, place, strict=True)]


def _step(prices: Any) -> str:
    low, high = np.nanmin(prices), np.nanmax(prices)
    return f"{low:,.2f}" if low == high else f"{low:,.2f} to {high:,.2f}"
