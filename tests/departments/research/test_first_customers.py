"""Each conversation of the first twenty is planned with the people who are likeliest to have it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hammock.departments.research.rules.first_customers import Leads, whom

NAMES = st.lists(st.sampled_from(["Ann", "Bob", "Cid"]), max_size=3)


def test_first_those_who_ask_then_who_found_nothing_then_who_waits_then_who_bought() -> None:
    leads = Leads(
        questions=["left handed scissors", "left handed mouse"],
        unserved=["Ann"],
        waiting=12,
        buyers=3,
    )
    assert [whom(place, leads) for place in (1, 2, 6, 11, 16)] == [
        "Somebody who asks “left handed scissors”",
        "Somebody who asks “left handed mouse”",
        "Ann, again",
        "Somebody on the waiting list (12 there)",
        "Somebody who bought (3 did)",
    ]


def test_without_a_waiting_list_it_is_those_who_talked_before() -> None:
    leads = Leads(questions=["left handed mouse"], talked=["Ann", "", "Bob"])
    assert [whom(place, leads) for place in (6, 11, 12, 16)] == [
        "Ann, again",
        "Ann, again",
        "Bob, again",
        "Ann, again",
    ]


@given(st.lists(st.text(min_size=1, max_size=200), max_size=3), NAMES, NAMES, st.integers(0, 9))
def test_every_place_has_somebody(
    questions: list[str], unserved: list[str], talked: list[str], count: int
) -> None:
    leads = Leads(
        questions=questions, unserved=unserved, talked=talked, waiting=count, buyers=count
    )
    assert all(whom(place, leads) for place in range(1, 21))
