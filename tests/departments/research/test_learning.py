"""A niche's estimate moves with what people did, the more the more of them there were."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.departments.research.rules.learning import Answers, Known, learn, weight_of
from hammock.departments.research.rules.opportunity import Estimate, Prices

pytestmark = pytest.mark.long

PAYS = Prices(middle=20, low=15, high=30, seen=40, source="prices", own=True)
NO_PRICES = Prices(middle=0, low=0, high=0, seen=0, source="")
KNOWN = Known(
    demand=Estimate(1000, 1000, 1000),
    unmet=Estimate(0.6, 0.4, 0.8),
    contentment=1.0,
    pays=PAYS,
    opportunity=Estimate(12_000, 7_000, 17_000),
)
CERTAIN = replace(
    KNOWN, unmet=Estimate(1.0, 1.0, 1.0), opportunity=Estimate(20_000, 18_000, 22_000)
)


@st.composite
def niches(draw: st.DrawFn) -> Known:
    """Any niche that a study could describe."""
    low, value, high = sorted(draw(st.tuples(*[st.floats(0, 1)] * 3)))
    content, asked = draw(st.floats(0.05, 1)), draw(st.floats(1, 1e6))
    pays = draw(st.sampled_from([PAYS, NO_PRICES, replace(PAYS, own=False)]))
    worth = pays.middle if pays.source else 1.0
    left = [asked * (1 - (1 - share) * content) * worth for share in (low, value, high)]
    return Known(
        demand=Estimate(asked, asked / 2, asked * 2),
        unmet=Estimate(value, low, high),
        contentment=content,
        pays=pays,
        opportunity=Estimate(left[1], left[0] / 3, left[2] * 3),
    )


def no_lower(one: Estimate, other: Estimate) -> bool:
    """Tell whether neither the value nor an end of the interval went down."""
    pairs = ((one.value, other.value), (one.low, other.low), (one.high, other.high))
    return all(now >= then or math.isclose(now, then, rel_tol=1e-9) for now, then in pairs)


@given(niches())
def test_without_answers_the_figures_are_the_studys_own(known: Known) -> None:
    found = learn(known, Answers())
    assert (found.unmet, found.opportunity) == (known.unmet, known.opportunity)
    assert (found.pays, found.joining, found.buying, found.acting_a_month) == (None,) * 4
    assert found.formulas == ()


@given(niches(), st.integers(1, 300), st.data())
def test_every_more_who_finds_nothing_raises_the_niche(
    known: Known, asked: int, data: st.DataObject
) -> None:
    fewer = data.draw(st.integers(0, asked))
    more = data.draw(st.integers(fewer, asked))
    low, high = (learn(known, Answers(asked=asked, unserved=one)) for one in (fewer, more))
    assert no_lower(high.unmet, low.unmet)
    assert no_lower(high.opportunity, low.opportunity)


@given(niches(), st.integers(1, 5_000), st.data())
def test_every_more_who_joins_or_buys_raises_the_niche(
    known: Known, saw: int, data: st.DataObject
) -> None:
    fewer = data.draw(st.integers(0, saw))
    more = data.draw(st.integers(fewer, saw))
    for low, high in (
        (Answers(shown=saw, joined=fewer), Answers(shown=saw, joined=more)),
        (Answers(offered=saw, bought=fewer), Answers(offered=saw, bought=more)),
    ):
        before, after = learn(known, low), learn(known, high)
        assert no_lower(after.unmet, before.unmet)
        assert no_lower(after.opportunity, before.opportunity)
        acts, acted = after.acting_a_month, before.acting_a_month
        assert acts is not None
        assert acted is not None
        assert no_lower(acts, acted)


@given(niches(), st.integers(1, 300))
def test_all_or_nothing_moves_a_niche_to_its_side_of_what_the_study_said(
    known: Known, people: int
) -> None:
    plain = learn(known, Answers())
    for good, bad in (
        (Answers(asked=people, unserved=people), Answers(asked=people)),
        (Answers(shown=people, joined=people), Answers(shown=people)),
        (Answers(offered=people, bought=people), Answers(offered=people)),
    ):
        assert no_lower(learn(known, good).unmet, plain.unmet)
        assert no_lower(plain.unmet, learn(known, bad).unmet)
        assert no_lower(learn(known, good).opportunity, plain.opportunity)
        assert no_lower(plain.opportunity, learn(known, bad).opportunity)


@pytest.mark.parametrize("known", [KNOWN, CERTAIN])
def test_a_waiting_list_that_nobody_joins_is_worse_than_one_that_all_join(known: Known) -> None:
    nobody, everybody = (learn(known, Answers(shown=200, joined=one)) for one in (0, 200))
    assert nobody.unmet.value < known.unmet.value <= everybody.unmet.value
    assert known.opportunity is not None
    assert nobody.opportunity.value < 0.9 * known.opportunity.value
    assert nobody.opportunity.low < known.opportunity.low <= everybody.opportunity.low


def test_ten_who_found_nothing_never_lower_a_niche_that_is_all_unmet() -> None:
    found = learn(CERTAIN, Answers(asked=10, unserved=10))
    assert (found.unmet, found.opportunity) == (CERTAIN.unmet, CERTAIN.opportunity)
    served = learn(CERTAIN, Answers(asked=10, unserved=0))
    assert served.unmet.value == pytest.approx(30 / 40)


@given(niches(), st.floats(0.02, 0.98))
def test_with_very_many_answers_the_answers_are_believed(known: Known, share: float) -> None:
    asked = 1_000_000
    found = learn(known, Answers(asked=asked, unserved=round(asked * share)))
    assert found.unmet.value == pytest.approx(share, abs=0.001)
    assert found.unmet.high - found.unmet.low < 0.01
    paid = learn(KNOWN, Answers(offered=asked, bought=asked, payers=asked, paid=70.0 * asked)).pays
    assert paid is not None
    assert paid.value == pytest.approx(70, rel=0.001)
    assert (paid.low, paid.high) == pytest.approx((70, 70), rel=0.01)


@given(niches(), st.integers(0, 10**7))
def test_a_page_counts_as_no_more_than_thirty_people(known: Known, joined: int) -> None:
    """What share of unserved people would join is a guess, however many came."""
    found = learn(known, Answers(shown=10**7, joined=joined))
    weight = weight_of(known.unmet)
    assert found.unmet.value >= weight * known.unmet.value / (weight + 30) - 1e-9


@given(niches())
def test_a_study_counts_as_two_to_thirty_people(known: Known) -> None:
    assert 2 <= weight_of(known.unmet) <= 30


@pytest.mark.parametrize(
    ("low", "high", "people"),
    [(0.0, 1.0, 2.0), (0.4, 0.8, 15.2), (0.6, 1.0, 9.8), (1.0, 1.0, 30.0), (0.5, 0.51, 30.0)],
)
def test_a_share_counts_as_many_people_as_its_interval_is_narrow(
    low: float, high: float, people: float
) -> None:
    assert weight_of(Estimate((low + high) / 2, low, high)) == pytest.approx(people, abs=0.05)


def test_the_arithmetic_stands_on_the_page() -> None:
    found = learn(KNOWN, Answers(asked=10, unserved=8, shown=200, joined=4))
    assert found.formulas == (
        "Interviews: 10 asked, 8 found nothing that fits.",
        "Waiting list: 200 saw it, 4 joined. One in twenty would if nobody were served, so it "
        "counts as 4.0 of 10.0 people unserved.",
        "Unmet: the study's 60% counts as 15.2 people; (15.2 × 60% + 8.0 + 4.0) / "
        "(15.2 + 10.0 + 10.0) = 60%.",
    )
    assert found.unmet.value == pytest.approx((15.24 * 0.6 + 12) / (15.24 + 20), abs=0.001)


@given(st.integers(1, 50), st.floats(0.01, 1e5), st.floats(0.01, 1e5))
def test_who_pays_more_raises_what_people_pay_and_what_is_left_over(
    buyers: int, one: float, other: float
) -> None:
    low, high = (
        learn(KNOWN, Answers(offered=100, bought=buyers, payers=buyers, paid=paid))
        for paid in sorted((one, other))
    )
    assert low.pays is not None
    assert high.pays is not None
    assert no_lower(high.pays, low.pays)
    assert no_lower(high.opportunity, low.opportunity)


def test_payments_do_not_touch_a_study_that_counts_no_prices() -> None:
    unpriced = replace(KNOWN, pays=NO_PRICES)
    with_money = learn(unpriced, Answers(offered=100, bought=10, payers=10, paid=490.0))
    assert with_money == learn(unpriced, Answers(offered=100, bought=10))
    assert with_money.pays is None


def test_a_niche_of_a_study_that_ranked_nothing_begins_from_nothing() -> None:
    unsure = replace(KNOWN, unmet=Estimate(0.5, 0.0, 1.0), opportunity=None)
    found = learn(unsure, Answers(asked=10, unserved=9))
    assert found.unmet.value == pytest.approx((2 * 0.5 + 9) / 12)
    assert found.opportunity.low < found.opportunity.value < found.opportunity.high


@given(niches(), st.integers(1, 300), st.floats(0, 1))
def test_estimates_stay_shares_and_intervals(known: Known, asked: int, share: float) -> None:
    found = learn(known, Answers(asked=asked, unserved=round(asked * share)))
    assert 0 <= found.unmet.low <= found.unmet.value <= found.unmet.high <= 1
    assert 0 <= found.opportunity.low <= found.opportunity.value <= found.opportunity.high
