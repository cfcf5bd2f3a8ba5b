"""The strategy as a document: what it refuses, its lines, how versions differ, plan beside fact."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.departments.planning.rules import progress
from hammock.departments.planning.rules import strategy as documents
from hammock.departments.planning.rules.strategy import Centre, Channel, Document, Value
from hammock.kit.brand import Look
from hammock.kit.errors import FieldError
from hammock.kit.money import Money

DAY = date(2027, 3, 1)


def eur(whole: int) -> Money:
    return Money(whole * 100, "EUR")


def letter(**changes: object) -> Channel:
    channel = Channel(
        key="letter",
        name="The letter",
        hypothesis="Two in a hundred sign up.",
        budget=eur(40),
        measure="Sign-ups ÷ visits",
        review_on=DAY,
        stop="Fewer than one in 300",
    )
    return replace(channel, **changes)  # type: ignore[arg-type]


def document(**changes: object) -> Document:
    whole = Document(
        currency="EUR",
        market="Small studios",
        for_whom="People who make things",
        not_for="Collectors",
        value=Value(name="Slow Harbour", promise="Made to be finished"),
        centres=(Centre(key="guides", name="Guides", target=eur(800), by=DAY),),
        channels=(letter(),),
        stop="Ten months without ten buyers",
        playbook="template-shop",
        began_on=DAY,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def test_a_document_is_read_back_as_it_was_written() -> None:
    assert documents.unpacked(documents.packed(document())) == document()
    bare = Document(currency="EUR")
    assert documents.unpacked(documents.packed(bare)) == bare


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"channels": (letter(budget=Money(100, "USD")),)}, "channels", "USD in a strategy in EUR"),
        ({"channels": (letter(budget=Money(-1, "EUR")),)}, "channels", "less than nothing"),
        ({"channels": (letter(), letter())}, "channels", "“letter” stands there twice"),
        ({"channels": (letter(key="The Letter"),)}, "channels", "no key"),
        ({"market": "x" * 4001}, "market", "longer than 4000"),
        ({"channels": tuple(letter(key=f"c{at}") for at in range(41))}, "channels", "more than 40"),
    ],
)
def test_a_document_refuses_what_cannot_be_and_names_the_part(
    changes: dict[str, object], field: str, words: str
) -> None:
    with pytest.raises(FieldError) as refused:
        document(**changes)

    assert refused.value.field == field
    assert words in refused.value.problem


def test_things_point_at_centres_channels_and_the_promise() -> None:
    keys = [line.key for line in document().lines()]

    assert keys == ["centre:guides", "channel:letter", "promise"]
    assert document().line("channel:letter") is not None
    assert document().line("channel:other") is None


def test_versions_differ_field_by_field_and_word_by_word() -> None:
    new = document(
        value=Value(name="Slow Harbour", promise="Made to be used", look=Look(headings="sans")),
        channels=(),
        stop="",
    )
    found = {one.field: one for one in documents.difference(document(), new)}

    assert set(found) == {"Promise", "Look", "Channel letter", "What would make us stop"}
    pieces = [(piece.how, piece.text) for piece in found["Promise"].pieces]
    assert pieces == [("kept", "Made to be"), ("gone", "finished"), ("new", "used")]
    assert found["Channel letter"].after == ""
    assert documents.difference(document(), document()) == []


def test_the_first_version_shows_all_that_it_says() -> None:
    fields = [one.field for one in documents.difference(None, document())]

    assert "Promise" in fields
    assert "Profit centre guides" in fields
    assert "Look" not in fields


WORDS = st.lists(st.sampled_from(["a", "b", "c", "harbour"]), max_size=12).map(" ".join)


@given(before=WORDS, after=WORDS)
def test_the_pieces_of_a_change_hold_both_readings(before: str, after: str) -> None:
    pieces = documents.Change(field="x", before=before, after=after).pieces

    old = " ".join(one.text for one in pieces if one.how != "new" and one.text)
    new = " ".join(one.text for one in pieces if one.how != "gone" and one.text)
    assert (old, new) == (before, after)


def test_plan_stands_beside_fact() -> None:
    (centre,) = progress.centre_rows(document(), {"guides": eur(200)})
    (channel,) = progress.channel_rows(document(), {"channel:letter": eur(50)}, today=DAY)

    assert (centre.share, centre.exists) == (0.25, True)
    assert (channel.is_over, channel.is_due, channel.left) == (True, True, eur(-10))


def test_a_line_s_month_may_still_cost_what_its_budget_holds() -> None:
    spent = {"channel:letter": eur(15)}

    assert progress.budget_left(document(), spent, key="channel:letter") == eur(25)
    assert not progress.budget_left(document(), {"channel:letter": eur(90)}, key="channel:letter")
    assert not progress.budget_left(document(), spent, key="centre:guides")
    assert not progress.budget_left(document(), spent, key="")
