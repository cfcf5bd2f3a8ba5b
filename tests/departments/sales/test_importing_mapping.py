"""A mapping is data: every key is checked, and what is wrong is named by file and key."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from hammock.departments.sales.importing import mapping as mappings
from hammock.departments.sales.importing.errors import WrongMapping


def content(**changes: Any) -> dict[str, Any]:
    """Take the plain mapping's content with some keys changed; None takes a key away."""
    kept = tomllib.loads((mappings.FOLDER / "plain.toml").read_text(encoding="utf-8"))
    for name, value in changes.items():
        section, _, key = name.rpartition("__")
        where = kept.setdefault(section, {}) if section else kept
        if value is None:
            del where[key]
        else:
            where[key] = value
    return kept


@pytest.mark.parametrize("name", mappings.names())
def test_every_mapping_that_ships_can_be_used(name: str) -> None:
    assert mappings.load(name).name == name


def test_the_plain_example_stands_in_its_own_comment() -> None:
    words = (mappings.FOLDER / "plain.toml").read_text(encoding="utf-8").splitlines()
    shown = words[1].removeprefix("# ").split(",")
    assert set(shown) == set(mappings.load("plain").columns.values())


@pytest.mark.parametrize(
    ("changes", "key", "problem"),
    [
        ({"currency": "XXQ"}, "currency", "“XXQ” is no ISO 4217 currency code"),
        ({"currency": None}, "currency", "is missing"),
        ({"time_zone": "Europe/Lundon"}, "time_zone", "no time zone"),
        ({"date_format": "%H:%M"}, "date_format", "does not read a day"),
        ({"reference_prefix": 7}, "reference_prefix", "must be a text"),
        ({"reference_prefix": "FAR-TOO-LONG-"}, "reference_prefix", "at most 12 characters"),
        ({"colour": "red"}, "colour", "no such key"),
        ({"columns": "all"}, "columns", "must be a table"),
        ({"columns__sku": None}, "columns.sku", "is missing"),
        ({"columns__weight": "kg"}, "columns.weight", "no such key"),
        ({"columns__title": "sku"}, "columns.sku", "stands for two things"),
        ({"accounts__sales": "Income:Salse"}, "accounts.sales", "“Income:Salse” is no account"),
        ({"accounts__against": "Income:Sales"}, "accounts.against", "is no account for it"),
        ({"codes__Income:Nothing": ["X"]}, "codes.Income:Nothing", "is no account for it"),
        ({"codes__Income:Shipping": "POST"}, "codes.Income:Shipping", "must be a list"),
        ({"codes__Income:Adjustments": ["DISCOUNT"]}, "codes.Income:Adjustments", "already"),
        ({"countries__Eire": "IRL"}, "countries.Eire", "two capitals"),
    ],
)
def test_a_wrong_key_is_named(changes: dict[str, Any], key: str, problem: str) -> None:
    with pytest.raises(WrongMapping) as caught:
        mappings.checked(content(**changes), file="mine.toml")
    assert str(caught.value).startswith(f"mine.toml: {key}: ")
    assert problem in str(caught.value)


def test_an_unknown_mapping_lists_those_there_are() -> None:
    with pytest.raises(WrongMapping, match="there are plain, uci-online-retail"):
        mappings.load("ebay")


def test_a_file_that_is_no_toml_says_where(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("currency = EUR")
    with pytest.raises(WrongMapping, match=r"mine\.toml: no TOML: .*line 1"):
        mappings.load(str(tmp_path / "mine.toml"))


def test_the_owner_gives_a_mapping_of_their_own(tmp_path: Path) -> None:
    plain = (mappings.FOLDER / "plain.toml").read_text(encoding="utf-8")
    (tmp_path / "mine.toml").write_text(plain.replace('"EUR"', '"usd"'), encoding="utf-8")
    mapping = mappings.load(str(tmp_path / "mine.toml"))
    assert (mapping.origin, mapping.currency) == ("import:mine", "USD")
