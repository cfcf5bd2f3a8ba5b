"""Playbooks: every file on the shelf is checked; what is wrong names file and field."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.departments.planning import library
from hammock.departments.planning.errors import NoSuchPlaybook, WrongPlaybook
from hammock.departments.planning.rules import playbooks
from hammock.departments.planning.rules.playbooks import Playbook
from hammock.departments.planning.rules.strategy import Centre
from hammock.kit.money import Money

TODAY = date(2027, 1, 15)
GOOD = (library.SHELF / "template-shop.toml").read_text(encoding="utf-8")


def template_shop() -> Playbook:
    return library.playbook("template-shop")


def test_the_shelf_holds_at_least_eight_models() -> None:
    slugs = {one.slug for one in library.playbooks()}

    assert slugs >= {
        *("productised-service", "course-with-community", "template-shop", "paid-newsletter"),
        *("small-software", "niche-content", "coaching-to-course", "craft-downloads"),
    }


@pytest.mark.parametrize("path", sorted(library.SHELF.glob("*.toml")), ids=lambda path: path.stem)
def test_every_file_on_the_shelf_is_whole(path: Path) -> None:
    found = library.read_file(path)

    assert all(one.source.address.startswith("https://") for one in found.examples)
    assert all(one.low < one.high for one in found.figures)
    for point in found.path[1:]:
        assert point.low < point.high
    for one in found.figures:
        assert one.is_assumption == (one.source is None)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('title = "Template shop"', "", "the file"),
        ('title = "Template shop"', 'title = ""', "title"),
        ("from_month = 2", "from_month = -1", "centres[0].from_month"),
        ("from_month = 2", 'from_month = 2\ncolour = "red"', "centres[0]"),
        ("low = 2\ntypical = 37", "low = 200\ntypical = 37", "figures[0]"),
        ('line = "centre:bundles"', 'line = "centre:boats"', "steps[5].line"),
        ('key = "bundles"', 'key = "templates"', "centres[1].key"),
        ('basis = "source"', 'basis = "assumption"', "figures[0].basis"),
        ("{ month = 3,", "{ month = 0,", "path.points[1].month"),
        ("middle = 15, high = 400", "middle = 500, high = 400", "path.points[1]"),
        ('address = "https://www.joshgonsalves', 'address = "joshgonsalves', "examples[0]"),
        ("[path]", "[path", "the file"),
    ],
)
def test_a_wrong_file_is_refused_naming_file_and_field(
    tmp_path: Path, old: str, new: str, field: str
) -> None:
    assert old in GOOD
    path = tmp_path / "mine.toml"
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(WrongPlaybook) as refused:
        library.read_file(path)
    assert refused.value.file == "mine.toml"
    assert refused.value.field.startswith(field)
    assert refused.value.sentence().startswith("mine.toml: ")


def test_a_new_playbook_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.toml").write_text(GOOD, encoding="utf-8")
    monkeypatch.setattr(library, "SHELF", tmp_path)
    library.playbooks.cache_clear()
    try:
        assert [one.slug for one in library.playbooks()] == ["mine"]
    finally:
        library.playbooks.cache_clear()


def test_a_playbook_that_is_not_there_is_named() -> None:
    with pytest.raises(NoSuchPlaybook, match="boats"):
        library.playbook("boats")


def test_the_first_draft_takes_centres_channels_reviews_and_the_owner_s_own_lines() -> None:
    there = [Centre(key="guides", name="Guides", target=Money(0, "EUR"))]
    draft = playbooks.draft(
        template_shop(),
        currency="EUR",
        today=TODAY,
        name="Slow Harbour",
        stops=["Before my savings fall below 5,000."],
        there=there,
    )

    assert [one.key for one in draft.centres] == ["templates", "bundles", "setup", "guides"]
    assert draft.centres[0].target == Money(80_000, "EUR")
    assert draft.channels[0].review_on == date(2027, 4, 15)
    assert draft.stop.endswith("Before my savings fall below 5,000.")
    assert (draft.playbook, draft.began_on) == ("template-shop", TODAY)


def test_in_a_currency_that_it_does_not_speak_nothing_is_guessed() -> None:
    draft = playbooks.draft(template_shop(), currency="JPY", today=TODAY, name="Nami")

    assert {one.target for one in draft.centres} == {Money(0, "JPY")}
    assert {one.budget for one in draft.channels} == {Money(0, "JPY")}
    assert (
        playbooks.path_rows(template_shop(), began_on=TODAY, today=TODAY, own={}, currency="JPY")
        == []
    )


def test_the_own_path_stands_within_the_model_s_spread() -> None:
    own = {
        date(2027, 1, 1): Money(0, "EUR"),
        date(2027, 2, 1): Money(1_000_000, "EUR"),
        date(2027, 7, 1): Money(100, "EUR"),
    }
    rows = playbooks.path_rows(
        template_shop(), began_on=TODAY, today=date(2027, 7, 20), own=own, currency="EUR"
    )

    by_month = {row.month: row for row in rows}
    assert by_month[date(2027, 1, 1)].stands == "within"
    assert by_month[date(2027, 2, 1)].stands == "above"
    assert by_month[date(2027, 7, 1)].stands == "below"
    assert by_month[date(2027, 7, 1)].middle == Money(3_700, "EUR")
    assert by_month[date(2027, 8, 1)].own is None
    assert rows[-1].month == date(2027, 10, 1)


def test_a_shop_without_a_sale_is_shown_zero_and_no_more_is_said() -> None:
    rows = playbooks.path_rows(template_shop(), began_on=TODAY, today=TODAY, own={}, currency="EUR")

    assert rows[0].own == Money(0, "EUR")
    assert rows[0].stands == "within"


@given(month=st.integers(0, 200))
def test_between_its_points_a_path_is_in_order(month: int) -> None:
    for one in library.playbooks():
        point = one.at(month)
        assert Decimal(0) <= point.low <= point.middle <= point.high
