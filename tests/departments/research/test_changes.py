"""Two studies are compared only where they count the same, and no market goes in silence."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.departments.research.rules.changes import UNCHANGED, compare

ASKS = "USD (unanswered asks times what people pay; where that is unknown, 1)"
SEARCHES = "USD (unanswered searches a month times what people pay; where that is unknown, 1)"


def niche(name: str, low: float, high: float, **changes: Any) -> dict[str, Any]:
    return {
        "niche": name,
        "rank": 1,
        "texts": 50,
        "words": dict.fromkeys(name.split(), 0.5),
        "pays_from": "prices",
        "opportunity": (low + high) / 2,
        "opportunity_low": low,
        "opportunity_high": high,
        **changes,
    }


def found(*niches: dict[str, Any], **changes: Any) -> dict[str, Any]:
    study = {"ranked": True, "unit": SEARCHES, "currency": "USD", "niches": list(niches)}
    return study | changes


def test_a_change_is_called_one_only_where_intervals_do_not_meet() -> None:
    now = found(niche("piano lessons", 50, 60), niche("rye bread", 10, 20), niche("kites", 1, 2))
    then = found(niche("piano lessons", 10, 20), niche("rye bread", 15, 40), niche("kites", 3, 4))
    result = compare(now, then)
    assert (result.problem, result.doubt) == ("", "")
    assert [(one.name, one.verdict) for one in result.changes] == [
        ("piano lessons", "grew"),
        ("kites", "shrank"),
        ("rye bread", UNCHANGED),
    ]


def test_a_market_that_is_gone_is_named_with_what_it_was() -> None:
    now, then = found(niche("rye bread", 1, 2)), found(niche("espresso beans", 5, 7))
    assert [(one.name, one.before, one.now, one.verdict) for one in compare(now, then).changes] == [
        ("rye bread", None, 1.5, "new"),
        ("espresso beans", 6.0, None, "no longer asked for"),
    ]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"unit": ASKS}, f"the earlier study counts {ASKS}, this one counts {SEARCHES}"),
        ({"currency": "JPY"}, "the earlier study counts in JPY, this one counts in USD"),
        ({"currency": ""}, "the earlier study counts in no named currency, this one counts in USD"),
        ({"ranked": False}, "the earlier study could not rank its niches"),
        (
            {"niches": [niche("rye bread", 1, 2, pays_from="bids")]},
            "the earlier study takes what people pay from bids, this one takes what people pay "
            "from prices",
        ),
    ],
)
def test_figures_of_different_kinds_are_not_compared(changed: dict[str, Any], problem: str) -> None:
    now = found(niche("rye bread", 100, 200), niche("kites", 1, 2))
    then = found(niche("rye bread", 1, 2), niche("piano lessons", 1, 2)) | changed
    result = compare(now, then)
    assert result.problem == problem
    assert not {one.verdict for one in result.changes} & {"grew", "shrank", UNCHANGED}
    assert "rye bread" not in {one.name for one in result.changes}
    assert ("kites", "new") in {(one.name, one.verdict) for one in result.changes}


def test_two_studies_that_name_no_currency_are_compared_and_that_is_said() -> None:
    plain = found(niche("kites", 1, 2), currency="")
    assert compare(plain, plain).doubt.startswith("Neither study names its currency")


def test_a_niche_that_splits_is_one_of_its_parts_and_the_other_is_said_to_be_part_of_it() -> None:
    then = found(niche("dog bed blanket", 10, 20))
    now = found(niche("dog bed", 10, 20), niche("dog blanket wool", 1, 2))
    assert [(one.name, one.verdict) for one in compare(now, then).changes] == [
        ("dog blanket wool", "part of “dog bed blanket” before"),
        ("dog bed", UNCHANGED),
    ]
    assert [(one.name, one.verdict) for one in compare(then, now).changes] == [
        ("dog blanket wool", "part of “dog bed blanket” now"),
        ("dog bed blanket", UNCHANGED),
    ]


def test_niches_of_one_name_are_one_niche_however_many_words_others_share() -> None:
    words = dict.fromkeys(["left", "handed", "mouse", "notebook"], 0.5)
    then = found(niche("left handed", 10, 20), niche("kites", 1, 2))
    now = found(niche("left handed mouse", 10, 20), niche("left handed", 10, 20, words=words))
    verdicts = {one.name: one.verdict for one in compare(now, then).changes}
    assert verdicts["left handed"] == UNCHANGED
    assert verdicts["left handed mouse"] == "part of “left handed” before"


def test_a_niche_that_is_too_small_to_be_ranked_now_is_said_to_be() -> None:
    then = found(niche("kites", 10, 20))
    now = found(niche("kites", 10, 20, rank=None, texts=4))
    (change,) = compare(now, then).changes
    assert (change.before, change.now, change.verdict) == (
        15.0,
        None,
        "too few texts to be ranked now",
    )


WORDS = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=4, unique=True).map(" ".join)
NICHES = st.lists(
    st.builds(
        lambda name, low, wide: niche(name, low, low + wide),
        WORDS,
        st.floats(0, 9),
        st.floats(0, 9),
    ),
    max_size=6,
)


@given(NICHES, NICHES)
def test_every_ranked_niche_of_both_studies_is_named_or_stands_for_one_that_is(
    today: list[dict[str, Any]], then: list[dict[str, Any]]
) -> None:
    changes = compare(found(*today), found(*then)).changes
    kept = [one for one in changes if one.now is not None and one.before is not None]
    come = [one for one in changes if one.before is None]
    gone = [one for one in changes if one.now is None]
    if not then or not today:
        assert kept == []
    assert len(kept) + len(come) == len(today)
    assert len(kept) + len(gone) == len(then)
