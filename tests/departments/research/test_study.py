"""A study finds what was planted, refuses what it cannot tell, and says the same again."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.departments.research.errors import StudyCancelled, TooLittleData
from hammock.departments.research.rules.askers import asked_for
from hammock.departments.research.rules.numbers import Amount
from hammock.departments.research.rules.opportunity import (
    Estimate,
    Evidence,
    Prices,
    contentment,
    opportunity,
    prices_everywhere,
    prices_of,
)
from hammock.departments.research.rules.rows import (
    Asked,
    Demand,
    Offered,
    Supply,
    demand_of,
    supply_of,
)
from hammock.departments.research.rules.satisfaction import Interval
from hammock.departments.research.rules.study import Study, study
from hammock.kit.text import shipped
from tests.departments.research.markets import MARKETS, asked_about

pytestmark = pytest.mark.long


def demand() -> Demand:
    rows = [Asked(text=text) for name in MARKETS for text in asked_about(name, 60)]
    return demand_of([(rows, ())])


def supply(*names: str) -> Supply:
    rows = [Offered(text=text) for name in names for text in asked_about(name, 12, seed=2)]
    return supply_of([rows])


def run(offers: Supply | None, seed: int = 1) -> Study:
    return study(demand(), offers, encoder=shipped(), seed=seed)


SERVED = tuple(name for name in MARKETS if name not in {"piano", "bread"})


def test_the_markets_that_nobody_serves_stand_first() -> None:
    found = run(supply(*SERVED))
    assert found.refusal == ""
    first = {word for niche in found.niches[:2] for word in niche.naming.words}
    untapped = set(MARKETS["piano"].split()) | set(MARKETS["bread"].split())
    served = {word for name in SERVED for word in MARKETS[name].split()}
    assert first & untapped
    assert not first & served
    ranks = [niche.rank for niche in found.niches if niche.rank is not None]
    assert ranks == list(range(1, len(ranks) + 1))


def test_a_niche_is_named_from_words_that_its_members_share() -> None:
    for niche in run(None).niches:
        said = " ".join(niche.questions).lower()
        assert all(share > 0 for share in niche.naming.words.values())
        assert niche.naming.name.split()[0] in said or niche.texts > 8


def test_a_niche_says_for_whom_or_what_it_is_asked() -> None:
    texts = [
        "leash for small dogs",
        "harness for my small dogs",
        "Best collar FOR puppies",
        "a vet for puppies and kittens",
        "leash for puppies in berlin",
        "kennel for sale",
        "kennel for sale cheap",
        "brush for cats",
    ]
    assert asked_for(texts) == (("puppies", 3), ("small dogs", 2))
    niches = run(None).niches
    assert any("flash" in dict(niche.asked_for) for niche in niches)
    for niche in niches:
        for name, times in niche.asked_for:
            assert 2 <= times <= niche.texts
            assert name


def test_the_same_seed_gives_the_same_study() -> None:
    one, two = run(supply(*SERVED)), run(supply(*SERVED))
    assert [niche.naming.name for niche in one.niches] == [
        niche.naming.name for niche in two.niches
    ]
    assert [niche.opportunity for niche in one.niches] == [
        niche.opportunity for niche in two.niches
    ]
    assert np.array_equal(one.niche_of, two.niche_of)


def test_evenly_spread_supply_is_not_ranked() -> None:
    texts = demand().texts
    chance = np.random.default_rng(3)
    even = [Offered(text=texts[row]) for row in chance.choice(len(texts), 96, replace=False)]
    found = run(supply_of([even]))
    assert "not ranked" in found.refusal
    assert all(niche.rank is None for niche in found.niches)


def test_what_nobody_serves_stands_first_beside_larger_niches_that_are_served() -> None:
    """Larger niches would stand further off than the piano if they were not served."""
    lamps = [
        form.format(one, two)
        for one, two in permutations(["shade", "bulb", "desk", "bedroom", "glass"], 2)
        for form in ("lamp {0} for {1}", "best lamp {0} {1}", "where to buy lamp {0} {1}")
    ]
    lampen = [
        form.format(one, two)
        for one, two in permutations(["schirm", "birne", "tisch", "zimmer", "glas"], 2)
        for form in ("lamp {0} für {1}", "beste lamp {0} {1}", "wo kaufen lamp {0} {1}")
    ]
    rows = [Asked(text=text) for name in MARKETS for text in asked_about(name, 60)]
    rows += [Asked(text=text) for text in lamps[:45] + lampen[:30]]
    served = [text for name in MARKETS if name != "piano" for text in asked_about(name, 12, seed=2)]
    offers = supply_of([[Offered(text=text) for text in served + lamps[::4]]])
    found = study(demand_of([(rows, ())]), offers, encoder=shipped())
    assert found.refusal == ""
    assert set(found.niches[0].naming.words) & set(MARKETS["piano"].split())


def test_without_supply_niches_are_found_and_nothing_is_ranked() -> None:
    found = run(None)
    assert "No supply" in found.refusal
    assert len(found.niches) >= 4
    assert all(niche.rank is None and niche.opportunity is None for niche in found.niches)
    assert np.isnan(found.chance).all()


def test_a_handful_of_offers_is_too_few_to_rank_by() -> None:
    found = run(supply_of([[Offered(text="puppy leash")]]))
    assert "Only 1 offers" in found.refusal


def test_too_little_demand_says_so() -> None:
    few = demand_of([([Asked(text=f"text {at}") for at in range(12)], ())])
    with pytest.raises(TooLittleData, match="12 distinct texts"):
        study(few, None, encoder=shipped())


def test_a_study_can_be_stopped_from_outside() -> None:
    def stop(stage: str, share: float) -> None:
        if stage == "rehearsing gaps":
            raise StudyCancelled

    with pytest.raises(StudyCancelled):
        study(demand(), supply(*SERVED), encoder=shipped(), heartbeat=stop)


def test_equal_texts_are_one_text_whose_askings_add_up() -> None:
    table = demand_of([([Asked(text="Yoga  Mat"), Asked(text="yoga mat"), Asked(text="bag")], ())])
    assert table.texts == ("Yoga  Mat", "bag")
    assert table.value.tolist() == [2.0, 1.0]
    assert table.counted


def test_a_keyword_that_a_tool_repeats_counts_once_with_its_highest_volume() -> None:
    rows = [Asked(text="mat", volume=Amount(v, v, v)) for v in (100.0, 300.0, 300.0)]
    table = demand_of([(rows, ())])
    assert table.value.tolist() == [300.0]


def test_the_opportunity_is_the_product_that_the_page_shows() -> None:
    volumes = np.array([1000.0, 500.0])
    evidence = Evidence(
        low=volumes,
        value=volumes,
        high=volumes,
        unmet=Interval(value=0.4, low=0.2, high=0.6),
        contentment=1.0,
        prices=prices_of([10.0, 12.0, 14.0], prices_everywhere([10.0, 12.0, 14.0], [])),
    )
    found = opportunity(evidence, chance=np.random.default_rng(1))
    assert found.opportunity.value == pytest.approx(1500 * 0.4 * 12)
    assert found.opportunity.low < found.opportunity.value < found.opportunity.high
    assert found.satisfaction.value == pytest.approx(0.6)


@given(
    st.lists(st.tuples(st.floats(0, 1e5), st.floats(1, 10)), min_size=1, max_size=8),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_an_opportunity_lies_within_its_interval_and_never_above_demand(
    volumes: list[tuple[float, float]], unmet: float, content: float
) -> None:
    low = np.array([one for one, _ in volumes])
    high = np.array([one * times for one, times in volumes])
    evidence = Evidence(
        low=low,
        value=np.sqrt(low * high),
        high=high,
        unmet=Interval(value=unmet, low=0.0, high=1.0),
        contentment=content,
        prices=prices_everywhere([], []),
    )
    left = opportunity(evidence, chance=np.random.default_rng(1)).opportunity
    assert 0 <= left.low <= left.value <= left.high
    assert left.high <= np.maximum(high, 1.0).sum() * 1.0001


def test_one_yardstick_measures_what_people_pay_in_all_niches() -> None:
    prices = prices_everywhere([10.0, 12.0, 30.0], [0.5] * 9)
    bids = prices_everywhere([], [0.5, 1.0, 1.5])
    assert (prices.source, prices.middle, prices.own) == ("prices", 12.0, False)
    assert (bids.source, bids.middle) == ("bids", 1.0)
    assert prices_everywhere([0.0, 0.0], []).source == ""


def test_where_nobody_sells_the_whole_studys_prices_stand_in_with_more_doubt() -> None:
    everywhere = prices_everywhere([5.0, 10.0, 20.0, 40.0], [])
    own = prices_of([5.0, 10.0, 20.0, 40.0], everywhere)
    none = prices_of([], everywhere)
    assert own.own
    assert none == everywhere

    def left(prices: Prices) -> Estimate:
        volume = np.array([100.0])
        unmet = Interval(value=1.0, low=1.0, high=1.0)
        evidence = Evidence(volume, volume, volume, unmet, 1.0, prices)
        return opportunity(evidence, chance=np.random.default_rng(1)).opportunity

    assert left(none).value == left(own).value
    assert left(none).high - left(none).low > left(own).high - left(own).low


def test_few_ratings_are_drawn_towards_the_mean_of_all_offers() -> None:
    few = contentment([1.0], [2.0], usual=4.5)
    many = contentment([1.0], [2000.0], usual=4.5)
    assert many < few < contentment([4.5], [2.0], usual=4.5)
    assert contentment([], [], usual=None) == 1.0
