"""A niche's estimate moves with what people did, the more the more of them there were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.departments.research.rules.changes import changes
from hammock.departments.research.rules.learning import Answers, Known, learn
from hammock.departments.research.rules.opportunity import Estimate

KNOWN = Known(
    demand=Estimate(1000, 1000, 1000),
    unmet=Estimate(0.6, 0.4, 0.8),
    contentment=1.0,
    pays=Estimate(20, 15, 30),
)


def test_without_answers_the_study_is_believed() -> None:
    found = learn(KNOWN, Answers())
    assert abs(found.unmet.value - 0.6) < 0.02
    assert abs(found.unmet.low - 0.4) < 0.03
    assert abs(found.unmet.high - 0.8) < 0.03
    assert abs(found.acting.value - 0.05) < 0.01
    assert 8_000 < found.opportunity.value < 16_000


def test_ten_people_who_are_all_served_pull_the_niche_down() -> None:
    found = learn(KNOWN, Answers(asked=10, unserved=0))
    assert found.unmet.value < 0.4
    assert found.opportunity.high < learn(KNOWN, Answers()).opportunity.high
    assert "10 asked, 0 found nothing that fits" in found.formulas[0]


def test_the_figures_of_a_beta_update_stand_on_the_page() -> None:
    """Beta(1 + 0.6 n, 1 + 0.4 n) is 0.4 / 3.29 wide when n is 13.4."""
    said = learn(KNOWN, Answers(asked=10, unserved=8)).formulas[0]
    assert said == (
        "unmet share: Beta(9.0, 6.4) from the study; 10 asked, 8 found nothing that fits; "
        "now Beta(17.0, 8.4)"
    )


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.0, 1.0, "Beta(1.0, 1.0)"),  # found on no evidence at all: nothing is known
        (0.6, 1.0, "Beta(6.1, 1.0)"),
        (1.0, 1.0, "Beta(48.0, 1.0)"),
    ],
)
def test_a_study_that_finds_all_unmet_is_believed_as_far_as_its_interval(
    low: float, high: float, said: str
) -> None:
    known = Known(
        demand=KNOWN.demand, unmet=Estimate(1.0, low, high), contentment=1.0, pays=KNOWN.pays
    )
    found = learn(known, Answers())
    assert found.formulas[0].startswith(f"unmet share: {said} from the study")
    assert abs(found.unmet.low - low) < 0.07
    assert found.unmet.high > 0.94
    after = learn(known, Answers(asked=10, unserved=0))
    assert after.unmet.low < found.unmet.low
    assert after.unmet.high < found.unmet.high


def test_buyers_tell_what_is_paid_where_nothing_was_known() -> None:
    unknown = Known(demand=KNOWN.demand, unmet=KNOWN.unmet, contentment=1.0, pays=None)
    assert learn(unknown, Answers()).pays is None
    found = learn(unknown, Answers(reached=100, acted=10, buyers=10, paid=490.0)).pays
    assert found is not None
    assert found.low < 49 < found.high


@given(
    asked=st.integers(1, 300),
    share=st.floats(0, 1),
    value=st.floats(0.0, 1.0),
    width=st.floats(0.0, 0.5),
)
def test_estimates_stay_shares_and_intervals(
    asked: int, share: float, value: float, width: float
) -> None:
    known = Known(
        demand=Estimate(10, 5, 50),
        unmet=Estimate(value, max(value - width, 0), min(value + width, 1)),
        contentment=0.9,
        pays=None,
    )
    found = learn(known, Answers(asked=asked, unserved=round(asked * share)))
    assert 0 <= found.unmet.low <= found.unmet.value <= found.unmet.high <= 1
    assert 0 <= found.opportunity.low <= found.opportunity.high


def _niche(name: str, low: float, high: float) -> dict[str, object]:
    return {
        "niche": name,
        "rank": 1,
        "words": dict.fromkeys(name.split(), 0.5),
        "opportunity": (low + high) / 2,
        "opportunity_low": low,
        "opportunity_high": high,
    }


def test_a_change_is_called_one_only_where_intervals_do_not_meet() -> None:
    now = [_niche("piano lessons", 50, 60), _niche("rye bread", 10, 20), _niche("kites", 1, 2)]
    then = [_niche("piano lessons", 10, 20), _niche("rye bread", 15, 40)]
    assert [(one.name, one.verdict) for one in changes(now, then)] == [
        ("piano lessons", "grew"),
        ("kites", "new"),
        ("rye bread", "no change that can be told from chance"),
    ]
