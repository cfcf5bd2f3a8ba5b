"""The figures of a niche: whose offers and prices count, how sure its unmet share is, and why."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.research import study as planted_gaps
from hammock.departments.research.rules.niche import Niche
from hammock.departments.research.rules.opportunity import (
    Evidence,
    opportunity,
    prices_everywhere,
)
from hammock.departments.research.rules.rows import Asked, Offered, demand_of, supply_of
from hammock.departments.research.rules.satisfaction import Interval, Rehearsal, interval
from hammock.departments.research.rules.study import Study, study
from hammock.departments.research.slices import price_steps, underserved
from hammock.kit.text import shipped
from tests.departments.research.markets import MARKETS, asked_about

pytestmark = pytest.mark.long

SERVED = tuple(name for name in MARKETS if name not in {"piano", "bread"})
STRANGE = [
    f"{thing} {kind}"
    for thing in ("printer toner", "office chair", "usb cable", "wall calendar", "shower curtain")
    for kind in ("red", "blue", "10 m", "large", "pack of 2", "pro", "eco", "xl")
]


def asked(bid: float | None = None) -> list[Asked]:
    return [
        Asked(text=text, bid_low=bid, bid_high=bid)
        for name in MARKETS
        for text in asked_about(name, 60)
    ]


def offered(price: float | None = 20.0, **stars: float) -> list[Offered]:
    return [
        Offered(text=text, price=price, rating=stars.get(name), reviews=200 if stars else None)
        for name in SERVED
        for text in asked_about(name, 12, seed=2)
    ]


def studied(offers: Sequence[Offered], bid: float | None = None) -> Study:
    demand = demand_of([(asked(bid), ())])
    return study(demand, supply_of([offers]), encoder=shipped(), seed=1)


def about(found: Study, name: str) -> list[Niche]:
    """Give the niches most of whose words are of one market."""
    words = set(MARKETS[name].split())
    return [
        one
        for one in found.niches
        if 2 * len(words & set(one.naming.words)) > len(one.naming.words)
    ]


def test_offers_that_stand_near_nothing_serve_nobody_and_set_no_price() -> None:
    plain = studied(offered())
    strange = [Offered(text=text, price=900.0) for text in STRANGE]
    found = studied([*offered(), *strange])
    assert [niche.naming.name for niche in found.niches[:4]] == [
        niche.naming.name for niche in plain.niches[:4]
    ]
    assert not found.near[-len(strange) :].any()
    assert (found.niche_of_offer[-len(strange) :] == -1).all()
    shown = {product.text for niche in found.niches for product in niche.products}
    assert shown
    assert not shown & set(STRANGE)
    pays = [niche.opportunity.willingness.high for niche in found.niches if niche.opportunity]
    assert set(pays) == {20.0}
    assert found.refusal == ""


def test_where_fewer_than_ten_offers_stand_near_anything_nothing_is_ranked() -> None:
    few = offered()[:9]
    found = studied([*few, *(Offered(text=text, price=900.0) for text in STRANGE)])
    assert found.refusal.startswith("Only 9 of 49 offers stand near anything that is asked")
    assert all(niche.rank is None and niche.opportunity is None for niche in found.niches)
    assert (found.niche_of_offer == -1).all()


def test_a_niche_that_nobody_serves_has_no_offers_and_no_prices_of_its_own() -> None:
    found = studied(offered())
    bread, *_ = about(found, "bread")
    assert bread.rank in {1, 2, 3}
    assert bread.unmet is not None
    assert bread.unmet.low > 0.5
    assert bread.opportunity is not None
    assert not bread.opportunity.willingness.own
    assert (bread.offers, bread.products) == (0, ())
    assert any("those of all offers stand in, the middle 20.00" in one for one in bread.why_not)


def rehearsed(truths: Sequence[float], *, looked: float = 1.0, size: float = 1.0) -> Rehearsal:
    values = np.array(truths, dtype=np.float64)
    return Rehearsal(
        looked=np.full(len(values), looked),
        size=np.full(len(values), size),
        least=values,
        most=values,
    )


def test_an_interval_leaves_out_one_in_twenty_truths_at_either_end() -> None:
    told = rehearsed([at / 59 for at in range(60)] * 8)
    found = interval(0.5, told, looks=1.0, size=1.0, half=0.0)
    assert found.low == pytest.approx(0.05, abs=0.02)
    assert found.high == pytest.approx(0.95, abs=0.02)


def test_a_small_niche_that_scores_as_high_as_a_large_one_is_less_sure() -> None:
    small, large = rehearsed([0.0, 1.0] * 60, size=0.2), rehearsed([0.9, 1.0] * 60, size=3.0)
    told = Rehearsal(
        looked=np.concatenate((small.looked, large.looked)),
        size=np.concatenate((small.size, large.size)),
        least=np.concatenate((small.least, large.least)),
        most=np.concatenate((small.most, large.most)),
    )
    assert interval(1.0, told, looks=1.0, size=3.0, half=0.0).low == pytest.approx(0.9)
    assert interval(1.0, told, looks=1.0, size=0.2, half=0.0).low == 0.0


@given(
    st.lists(
        st.tuples(st.floats(-5, 5), st.floats(0.05, 20), st.floats(0, 1), st.floats(0, 1)),
        max_size=60,
    ),
    st.floats(0, 1),
    st.floats(-5, 5),
    st.floats(0.05, 20),
)
def test_an_unmet_share_lies_within_its_interval_and_both_within_nothing_and_all(
    told: list[tuple[float, float, float, float]], value: float, looks: float, size: float
) -> None:
    columns = np.array(told, dtype=np.float64).reshape(-1, 4).T
    rehearsal = Rehearsal(
        looked=columns[0],
        size=columns[1],
        least=np.minimum(columns[2], columns[3]),
        most=np.maximum(columns[2], columns[3]),
    )
    found = interval(value, rehearsal, looks=looks, size=size, half=0.01)
    assert 0 <= found.low <= found.value <= found.high <= 1


@given(
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0, 1),
    st.lists(st.floats(0.01, 1e4), min_size=3, max_size=9),
)
def test_the_figure_is_always_what_the_formula_gives(
    one: float, two: float, three: float, content: float, prices: list[float]
) -> None:
    low, value, high = sorted((one, two, three))
    volumes = np.array([1000.0, 20.0])
    evidence = Evidence(
        low=volumes / 3,
        value=volumes,
        high=volumes * 3,
        unmet=Interval(value=value, low=low, high=high),
        contentment=content,
        prices=prices_everywhere(prices, []),
    )
    found = opportunity(evidence, chance=np.random.default_rng(1))
    satisfied = found.satisfaction
    product = found.demand.value * (1 - satisfied.value) * found.willingness.middle
    assert found.opportunity.value == pytest.approx(product)
    assert found.opportunity.low <= found.opportunity.value <= found.opportunity.high
    assert satisfied.low == pytest.approx((1 - high) * content)
    assert satisfied.high == pytest.approx((1 - low) * content)


def test_what_advertisers_bid_is_said_where_prices_are_the_yardstick() -> None:
    bread, *_ = about(studied(offered(), bid=2.5), "bread")
    assert f"Advertisers bid 2.50 a click to be seen here ({bread.texts} bids)." in bread.why
    assert not any(one.startswith("Nothing is known") for one in bread.why_not)
    silent, *_ = about(studied(offered(price=None)), "bread")
    assert "Nothing is known of what people would pay here." in silent.why_not
    assert not any("bid" in one for one in silent.why)


def test_bad_ratings_are_said_and_no_offer_is_praised_that_has_them() -> None:
    stars = dict.fromkeys(SERVED, 4.5) | {"knitting": 1.2}
    found = studied(offered(**stars))
    niches = [niche for niche in about(found, "knitting") if niche.rated is not None]
    assert niches
    for niche in niches:
        assert any(one.startswith("Who buys is not content: 1.2 stars of 5") for one in niche.why)
        assert not any("answer at least" in one for one in niche.why_not)
    content = [niche for niche in about(found, "camera") if niche.rated is not None]
    assert content
    assert not any("not content" in one for niche in content for one in niche.why)


def test_a_price_step_is_named_by_prices_that_are_in_it() -> None:
    prices = np.array([12.0, 20, 25, 30, 38, 44.84, 50, 56, 900, 900, 900])
    steps = price_steps(prices)
    for price, step in zip(prices, steps, strict=True):
        low, high = (float(one) for one in (step.split(" to ") * 2)[:2])
        assert low <= price <= high
    assert steps[-1] == "900.00"
    assert "44.84 to 900.00" not in steps


def test_a_niche_whose_offers_all_cost_the_same_does_not_lack_their_step() -> None:
    offers = [
        Offered(text=text, price=900.0 if name == "dog" else 5.0 + at)
        for name in SERVED
        for at, text in enumerate(asked_about(name, 40, seed=2))
    ]
    demand, supply = demand_of([(asked(), ())]), supply_of([offers])
    found = study(demand, supply, encoder=shipped(), seed=1)
    dogs = {niche.number for niche in about(found, "dog")}
    said = [
        one
        for number, sentences in underserved(found, demand, supply).items()
        for one in sentences
        if number in dogs
    ]
    assert any(one.startswith("No offer of the price") for one in said)
    assert not any("900" in one for one in said)


def test_the_benchmark_tells_coverage_by_band_and_beside_shuffled_truths() -> None:
    texts = {text: name for name in MARKETS for text in asked_about(name, 60)}
    vectors = shipped().encode(list(texts))
    found = planted_gaps(vectors, np.array(list(texts.values())), count=1, seed=1, everything=True)
    covered = [name for name in found.found if name.startswith("interval_coverage_unmet_")]
    assert covered
    assert len(found.found["interval_coverage_first_five"]) == 5
    assert sum(len(found.found[name]) for name in covered) >= 8
    assert len(found.found["null_interval_coverage"]) == 1
