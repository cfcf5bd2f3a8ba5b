"""One study: demand and supply in, niches with their evidence out, or why there are none.

Pure: vectors come from an encoder that the caller gives, chance from a seed, progress goes to a
heartbeat (which may raise to stop). The same tables, model and seed give the same study.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import compress, pairwise
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from hammock.departments.research.errors import TooLittleData
from hammock.departments.research.rules.askers import asked_for
from hammock.departments.research.rules.chance import Verdict, told_from_chance
from hammock.departments.research.rules.foresight import (
    Checked,
    outlook,
    past_of,
)
from hammock.departments.research.rules.grouping import (
    Grouping,
    centre,
    common_of,
    group,
    ties,
)
from hammock.departments.research.rules.in_vain import in_vain
from hammock.departments.research.rules.naming import Naming, named
from hammock.departments.research.rules.neighbours import (
    NOBODY,
    Neighbours,
    Vectors,
    nearest_others,
    neighbours_once,
)
from hammock.departments.research.rules.niche import SMALLEST_RANKED, Niche, Product, Rated
from hammock.departments.research.rules.opportunity import (
    Evidence,
    Prices,
    contentment,
    described_bids,
    mean_rating,
    opportunity,
    prices_everywhere,
    prices_of,
    surely_left,
)
from hammock.departments.research.rules.reasons import UNMET_ABOVE, speaks_against, speaks_for
from hammock.departments.research.rules.rows import Demand, Supply
from hammock.departments.research.rules.satisfaction import (
    ALIKE,
    ASKERS_SEEN,
    REHEARSED_SAMPLE,
    REHEARSED_TEXTS,
    Market,
    Rehearsal,
    Unmet,
    estimate,
    rehearse,
)
from hammock.departments.research.rules.season import course_of
from hammock.departments.research.rules.steps import Arrays, Once, done_anew

LEAST_TEXTS = 60
LEAST_OFFERS = 10
ENCODED_AT_ONCE = 8_192  # texts, a step of its own
SHOWN_QUESTIONS = 8
SHOWN_PRODUCTS = 8


class Encoder(Protocol):
    """Turns texts into vectors of length one."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a row for each text."""


@dataclass(frozen=True)
class Study:
    """What a study found; `niches` stand in rank order, the unranked after them by volume.

    `refusal` says why nothing is ranked (empty when something is); `chance` is the chance that each
    text is unmet (NaN without supply), `niche_of` each text's niche number and `niche_of_offer`
    that of the niche which each offer serves (-1 where it serves nobody); `near` tells which offers
    stand near anything that is asked; `foresight` how what is expected did on the study's own past.
    `demand` and `supply` are the vectors, for drawing.
    """

    niches: tuple[Niche, ...]
    niche_of: NDArray[np.int32]
    niche_of_offer: NDArray[np.int32]
    near: NDArray[np.bool_]
    chance: NDArray[np.float64]
    verdict: Verdict | None
    refusal: str
    rehearsed: int
    demand: Vectors
    supply: Vectors
    foresight: Checked | None = None


@dataclass(frozen=True)
class _Answered:
    """What is known once demand has met supply; `supply` is the part that stands near demand."""

    supply: Supply
    market: Market
    unmet: Unmet
    verdict: Verdict
    served: tuple[NDArray[np.intp], ...]
    usual_rating: float | None
    prices: Prices


@dataclass(frozen=True)
class _Compared:
    """What came of comparing demand with supply; `refusal` says why nothing is ranked."""

    refusal: str
    near: NDArray[np.bool_]
    answered: _Answered | None = None


def study(
    demand: Demand,
    supply: Supply | None,
    *,
    encoder: Encoder,
    seed: int = 1,
    heartbeat: Callable[[str, float], None] = lambda stage, share: None,
    once: Once = done_anew,
) -> Study:
    """Study a market. Raises `TooLittleData` below 60 distinct texts of demand.

    With no supply, or fewer than ten offers, niches are found but nothing is ranked. `heartbeat`
    hears the stage and the share of it that is done, and may raise to stop; `once` does each
    costly step, or knows it from before.
    """
    _refuse_too_little(demand)
    asked, offered = _meanings(
        demand, supply, encoder, beat=partial(heartbeat, "reading meanings"), once=once
    )
    askers = _askers(asked, seed, beat=partial(heartbeat, "finding neighbours"), once=once)
    graph = ties(askers)
    heartbeat("grouping", 0.0)
    grouping = Grouping(**once("niches", lambda: vars(group(graph, seed=seed))))
    names = named(demand.texts, grouping.niche, len(grouping.sizes))
    refusal = _refusal(supply)
    compared = _Compared(refusal=refusal, near=np.ones(len(offered), dtype=bool))
    if supply is not None and not refusal:
        market = Market(
            demand=asked,
            supply=offered,
            graph=graph,
            grouping=grouping,
            askers=askers,
            seed=seed,
            beat=partial(heartbeat, "comparing with supply"),
            once=once,
        )
        beat = partial(heartbeat, "rehearsing gaps")
        compared = _compared(demand, supply, market, asked, offered, seed, beat=beat, once=once)
    answered = compared.answered
    niches = _niches(demand, asked, grouping, names, answered, seed)
    found = Study(
        niches=_ranked(niches, ranked=not compared.refusal),
        niche_of=grouping.niche,
        niche_of_offer=_niches_of_offers(answered, compared.near),
        near=compared.near,
        chance=answered.unmet.chance if answered else np.full(len(asked), np.nan),
        verdict=answered.verdict if answered else None,
        refusal=compared.refusal,
        rehearsed=answered.unmet.rehearsed if answered else 0,
        demand=asked,
        supply=offered,
    )
    return _foreseen(found, demand)


def _compared(
    demand: Demand,
    supply: Supply,
    market: Market,
    asked: Vectors,
    offered: Vectors,
    seed: int,
    *,
    beat: Callable[[float], None],
    once: Once,
) -> _Compared:
    refusal = _refusal_of_strangers(market)
    if refusal:
        return _Compared(refusal=refusal, near=market.near)
    answered = _answered(
        demand=demand,
        supply=_only(supply, market.near),
        market=market,
        asked=asked,
        offered=offered[market.near],
        seed=seed,
        beat=beat,
        once=once,
    )
    return _Compared(refusal=_unconvinced(answered), near=market.near, answered=answered)


def _refuse_too_little(demand: Demand) -> None:
    found = len(demand.texts)
    if found < LEAST_TEXTS:
        raise TooLittleData(what="distinct texts of demand", found=found, needed=LEAST_TEXTS)


def _askers(asked: Vectors, seed: int, *, beat: Callable[[float], None], once: Once) -> Neighbours:
    seen = min(ASKERS_SEEN, len(asked) - 1)
    return neighbours_once(
        once, "neighbours", lambda: nearest_others(asked, seen, seed=seed, beat=beat)
    )


def _meanings(
    demand: Demand,
    supply: Supply | None,
    encoder: Encoder,
    *,
    beat: Callable[[float], None],
    once: Once,
) -> tuple[Vectors, Vectors]:
    """Give the centred meanings of demand and supply; a million of each fill two gigabytes."""
    offers = supply.texts if supply is not None else ()
    whole = len(demand.texts) + len(offers)
    asked = _encoded(
        demand.texts,
        encoder,
        beat=lambda done: beat(done / whole),
        once=lambda part, do: once(f"demand-{part}", do),
    )
    common = common_of(asked)
    centre(asked, common)
    if not offers:
        return asked, np.zeros((0, asked.shape[1]), dtype=np.float32)
    offered = _encoded(
        offers,
        encoder,
        beat=lambda done: beat((len(demand.texts) + done) / whole),
        once=lambda part, do: once(f"supply-{part}", do),
    )
    centre(offered, common)
    return asked, offered


def _encoded(
    texts: Sequence[str], encoder: Encoder, *, beat: Callable[[int], None], once: Once
) -> Vectors:
    """Encode part by part, so that a slow model is heard of, and can be stopped."""
    parts = []
    for start in range(0, len(texts), ENCODED_AT_ONCE):
        beat(start)
        part = texts[start : start + ENCODED_AT_ONCE]
        parts.append(once(str(start), partial(_vectors, encoder, part))["vectors"])
    return np.concatenate(parts)


def _vectors(encoder: Encoder, texts: Sequence[str]) -> Arrays:
    return {"vectors": encoder.encode(texts)}


def _refusal(supply: Supply | None) -> str:
    if supply is None or not supply.texts:
        return "No supply was given, so nobody can tell what is unmet: niches are not ranked."
    if len(supply.texts) < LEAST_OFFERS:
        return (
            f"Only {len(supply.texts)} offers were given; below {LEAST_OFFERS} nobody can tell a "
            "gap from a short list: niches are not ranked."
        )
    return ""


def _refusal_of_strangers(market: Market) -> str:
    if market.offers < LEAST_OFFERS:
        return (
            f"Only {market.offers} of {len(market.near)} offers stand near anything that is asked; "
            f"below {LEAST_OFFERS} nobody can tell a gap from a short list: niches are not ranked."
        )
    return ""


def _only(supply: Supply, kept: NDArray[np.bool_]) -> Supply:
    """Give the part of supply that is `kept`; each of its columns has a value for each offer."""
    columns: dict[str, Any] = {
        name: column[kept] if isinstance(column, np.ndarray) else tuple(compress(column, kept))
        for name, column in vars(supply).items()
        if isinstance(column, np.ndarray | tuple) and name != "notes"
    }
    return replace(supply, **columns)


def _unconvinced(answered: _Answered) -> str:
    if not answered.verdict.convincing:
        return (
            "The niches differ in supply no more than offers spread evenly would make them "
            f"(p = {answered.verdict.p:.2f}): they are not ranked."
        )
    if answered.unmet.rehearsed < ALIKE[0]:
        return (
            "Too little of this demand is served for gaps to be rehearsed, so nobody can say how "
            "sure the unmet shares are: niches are not ranked."
        )
    if not any(niche.value > 0 for niche in answered.unmet.niches):
        return (
            "No niche stands as far from supply as niches do whose offers are hidden, so nothing "
            "unmet can be told apart: niches are not ranked."
        )
    return ""


def _answered(
    *,
    demand: Demand,
    supply: Supply,
    market: Market,
    asked: Vectors,
    offered: Vectors,
    seed: int,
    beat: Callable[[float], None],
    once: Once,
) -> _Answered:
    verdict = told_from_chance(
        nearest_offer=market.nearest_offer,
        queue=market.queue,
        queued=market.queued,
        grouping=market.grouping,
        offers=market.offers,
        seed=seed,
    )
    rehearsal = once(
        "rehearsed", lambda: vars(_rehearsed(market, asked, offered, seed=seed, beat=beat))
    )
    known = supply.rating[~np.isnan(supply.rating)]
    unmet = estimate(market, Rehearsal(**rehearsal))
    return _Answered(
        supply=supply,
        market=market,
        unmet=unmet,
        verdict=verdict,
        served=_served(market, unmet.chance),
        usual_rating=float(known.mean()) if len(known) else None,
        prices=prices_everywhere(_numbers(supply.price), _numbers(demand.bid)),
    )


def _rehearsed(
    market: Market, asked: Vectors, offered: Vectors, *, seed: int, beat: Callable[[float], None]
) -> Rehearsal:
    scene, texts = market, asked
    if len(asked) > REHEARSED_TEXTS:
        scene, texts = _smaller(asked, offered, seed)
    return rehearse(scene, texts, seed=seed, beat=beat)


def _smaller(asked: Vectors, offered: Vectors, seed: int) -> tuple[Market, Vectors]:
    """Build a market of the same kind from a sample of both tables, for rehearsing."""
    chance = np.random.default_rng((seed, 4))
    share = REHEARSED_SAMPLE / len(asked)
    texts = asked[np.sort(chance.choice(len(asked), REHEARSED_SAMPLE, replace=False))]
    offers = min(max(round(share * len(offered)), 50), len(offered))
    askers = nearest_others(texts, ASKERS_SEEN, seed=seed)
    graph = ties(askers)
    market = Market(
        demand=texts,
        supply=offered[np.sort(chance.choice(len(offered), offers, replace=False))],
        graph=graph,
        grouping=group(graph, seed=seed),
        askers=askers,
        seed=seed,
    )
    return market, texts


def _served(market: Market, chance: NDArray[np.float64]) -> tuple[NDArray[np.intp], ...]:
    """List the offers that serve each niche: those who ask near them are rather served than not."""
    labels = market.labels_of_offers(market.grouping.niche)
    serving = np.flatnonzero(market.mean_for_offers(chance) < UNMET_ABOVE)
    order = serving[np.argsort(labels[serving], kind="stable")]
    starts = np.searchsorted(labels[order], np.arange(len(market.grouping.sizes) + 1))
    return tuple(order[start:end] for start, end in pairwise(starts))


def _niches_of_offers(answered: _Answered | None, near: NDArray[np.bool_]) -> NDArray[np.int32]:
    found = np.full(len(near), NOBODY, dtype=np.int32)
    if answered is None:
        return found
    rows = np.flatnonzero(near)
    for number, offers in enumerate(answered.served):
        found[rows[offers]] = number
    return found


def _niches(
    demand: Demand,
    asked: Vectors,
    grouping: Grouping,
    names: Sequence[Naming],
    answered: _Answered | None,
    seed: int,
) -> list[Niche]:
    order = np.argsort(grouping.niche, kind="stable")
    starts = np.searchsorted(grouping.niche[order], np.arange(len(grouping.sizes) + 1))
    found = []
    for number in range(len(grouping.sizes)):
        members = order[starts[number] : starts[number + 1]]
        niche = _plain(demand, asked, members, number, names[number])
        if answered is not None:
            niche = _with_supply(niche, demand, members, answered, seed)
        found.append(niche)
    return found


def _plain(
    demand: Demand, asked: Vectors, members: NDArray[np.intp], number: int, naming: Naming
) -> Niche:
    centre = asked[members].mean(axis=0)
    typical = members[np.argsort(-(asked[members] @ centre), kind="stable")]
    countries = Counter(country for member in members for country in demand.by_country[member])
    return Niche(
        number=number,
        naming=naming,
        texts=len(members),
        volume=float(demand.value[members].sum()),
        course=course_of(demand.months, demand.history[members]),
        expected=None,
        unmet=None,
        opportunity=None,
        questions=tuple(demand.texts[one] for one in typical[:SHOWN_QUESTIONS]),
        unmet_questions=(),
        products=(),
        offers=0,
        bids=described_bids(_numbers(demand.bid[members])),
        rated=None,
        in_vain=in_vain(demand, members, shown=SHOWN_QUESTIONS),
        countries=tuple(countries.most_common(5)),
        asked_for=asked_for(demand.texts[member] for member in members),
        rank=None,
        why=(),
        why_not=(),
    )


def _with_supply(
    niche: Niche, demand: Demand, members: NDArray[np.intp], answered: _Answered, seed: int
) -> Niche:
    served, supply = answered.served[niche.number], answered.supply
    rated = served[~np.isnan(supply.rating[served])]
    ratings = supply.rating[rated].tolist()
    reviews = np.nan_to_num(supply.reviews[rated], nan=1.0).tolist()
    evidence = Evidence(
        low=demand.low[members],
        value=demand.value[members],
        high=demand.high[members],
        unmet=answered.unmet.niches[niche.number],
        contentment=contentment(ratings, reviews, usual=answered.usual_rating),
        prices=prices_of(
            _numbers(
                supply.price[served] if answered.prices.source == "prices" else demand.bid[members]
            ),
            answered.prices,
        ),
    )
    chances = answered.unmet.chance[members]
    worst = members[np.argsort(-chances, kind="stable")][:SHOWN_QUESTIONS]
    niche = replace(
        niche,
        unmet=evidence.unmet,
        opportunity=opportunity(evidence, chance=np.random.default_rng((seed, 5, niche.number))),
        unmet_questions=tuple(
            demand.texts[one] for one in worst if answered.unmet.chance[one] >= UNMET_ABOVE
        ),
        products=_shown(served, members, answered),
        offers=len(served),
        rated=(
            Rated(mean_rating(ratings, reviews), len(rated), answered.usual_rating)
            if ratings and answered.usual_rating is not None
            else None
        ),
    )
    said = (*speaks_against(niche), *_only_askings(demand, members))
    return replace(niche, why=speaks_for(niche), why_not=said)


def _shown(
    served: NDArray[np.intp], members: NDArray[np.intp], answered: _Answered
) -> tuple[Product, ...]:
    """Choose the niche's offers that are the nearest one to most of its askers."""
    near = answered.market.nearest_offers[members, 0]
    nearness = answered.market.nearest_offer[members]
    belonging = set(served.tolist())
    counts = Counter(near[near != NOBODY].tolist())
    kept = [offer for offer, _ in counts.most_common() if offer in belonging][:SHOWN_PRODUCTS]
    supply = answered.supply
    return tuple(
        Product(
            text=supply.texts[offer],
            price=_or_none(supply.price[offer]),
            rating=_or_none(supply.rating[offer]),
            nearness=float(nearness[near == offer].max()),
        )
        for offer in kept
    )


def _ranked(niches: Sequence[Niche], *, ranked: bool) -> tuple[Niche, ...]:
    """Put niches in order of what is surely left over: the low end of opportunity."""

    def surely(niche: Niche) -> float:
        if niche.opportunity is None or niche.texts < SMALLEST_RANKED or not ranked:
            return -1.0
        return surely_left(niche.opportunity.opportunity)

    order = sorted(niches, key=lambda niche: (-surely(niche), -niche.volume, niche.number))
    return tuple(
        replace(niche, rank=place) if surely(niche) >= 0 else niche
        for place, niche in enumerate(order, start=1)
    )


def _only_askings(demand: Demand, members: NDArray[np.intp]) -> tuple[str, ...]:
    """Say where a niche's volume is no volume of searches, as that of others is."""
    counted = members[demand.askings[members]]
    if not len(counted):
        return ()
    times = demand.value[counted].sum()
    return (
        f"{len(counted)} of its {len(members)} texts have no search volume: they count as asked "
        f"{times:,.0f} times, and may be searched for much more.",
    )


def _foreseen(study: Study, demand: Demand) -> Study:
    """Foresee each niche, where the demand has months."""
    if not demand.months:
        return study
    found = outlook(
        [
            past_of(demand.months, demand.history[study.niche_of == niche.number])
            for niche in study.niches
        ]
    )
    niches = tuple(
        replace(niche, expected=expected)
        for niche, expected in zip(study.niches, found.expected, strict=True)
    )
    return replace(study, niches=niches, foresight=found.checked)


def _numbers(values: NDArray[np.float64]) -> list[float]:
    return [float(one) for one in values[~np.isnan(values)]]


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
