"""The brand check: where the business is its owner's person."""

from __future__ import annotations

from dataclasses import replace

from hammock.departments.planning.rules.person import Seen, Where, find

SEEN = Seen(owner_names=["Mara Lindqvist"], shop_name="Slow Harbour Studio")


def said(seen: Seen) -> str:
    return " ".join(one.says for one in find(seen))


def test_a_value_that_stands_by_itself_is_left_alone() -> None:
    assert find(SEEN) == []


def test_the_owner_s_name_is_found_wherever_it_stands() -> None:
    seen = replace(
        SEEN,
        shop_name="Lindqvist Prints",
        tagline="Mara's prints",
        mail_address="mara.lindqvist@example.org",
        products=["Coffee with Mara", "Harbour patterns"],
        pages={"About": "Mara lives by the sea.", "Terms": "Nothing personal."},
        promise="Made by Mara",
    )
    found = find(seen)

    assert {one.where for one in found} == {Where.NAME}
    assert len(found) == 6
    assert "“Coffee with Mara”" in said(seen)
    assert "Harbour patterns" not in said(seen)
    assert "“Terms”" not in said(seen)
    assert all(one.instead and one.source for one in found)


def test_a_word_that_only_holds_the_name_is_no_name() -> None:
    assert find(replace(SEEN, shop_name="Maratime Goods", tagline="Samara")) == []


def test_pictures_are_known_by_their_titles() -> None:
    found = find(replace(SEEN, pictures=["Portrait at the window", "Kit, folded", "Mara at work"]))

    assert [one.where for one in found] == [Where.PHOTOS]
    assert "Kit, folded" not in found[0].says


def test_work_and_sessions_that_only_one_person_may_do_are_named() -> None:
    alone = replace(
        SEEN, tasks_finished=7, sessions=2, alone_at=frozenset({"tasks", "mail", "sessions"})
    )

    assert [one.where for one in find(alone)] == [Where.WORK, Where.WORK, Where.SESSIONS]
    assert find(replace(alone, alone_at=frozenset())) == []


def test_replies_that_only_the_owner_wrote_are_named_and_shared_ones_are_not() -> None:
    found = find(replace(SEEN, replies=3, own_replies=3))

    assert [one.where for one in found] == [Where.WORK]
    assert found[0].says.startswith("3 questions of customers")
    assert find(replace(SEEN, replies=3, own_replies=2)) == []
    assert find(replace(SEEN, replies=0, own_replies=0)) == []


def test_an_owner_without_a_name_is_no_crash() -> None:
    assert find(replace(SEEN, owner_names=["", "M."], shop_name="M. M.")) == []
