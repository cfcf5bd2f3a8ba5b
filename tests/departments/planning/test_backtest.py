"""The back-test reads what the import reads, and its shops add up to the file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from benchmarks.forecast import back, lines_of, measured_swings, shops_of
from hammock.departments.sales.importing.mapping import load
from tests.doors.commands.test_importing_orders import EXCERPT

MAPPING = load("uci-online-retail")


def test_countries_are_shops_that_add_up_to_the_file() -> None:
    lines = lines_of(EXCERPT, MAPPING)
    shops = shops_of(lines)
    countries = [shop for shop in shops if shop.name.startswith("country")]
    assert len(countries) > 3
    assert round(sum(float(shop.days.sum()) for shop in countries)) == -5_709_697


def test_groups_are_made_of_goods_only() -> None:
    lines = lines_of(EXCERPT, MAPPING)
    goods = lines.filter(lines["group"] != "")
    assert 0 < goods.height < lines.height
    assert all(len(name) == 2 and name.isdigit() for name in goods["group"].unique())


def test_history_counts_only_before_the_file_and_moves_where_scoring_begins(tmp_path: Path) -> None:
    header, *rows = EXCERPT.read_text(encoding="utf-8").splitlines(keepends=True)
    split = "2010-06-01"
    column = header.rstrip("\r\n").split(",").index("InvoiceDate")

    def dated(row: str) -> str:
        import csv

        return next(csv.reader([row]))[column][:10]

    late = [row for row in rows if dated(row) >= split]
    assert late
    assert len(late) < len(rows)
    file = tmp_path / "late.csv"
    file.write_text(header + "".join(late), encoding="utf-8")
    found = back(file, EXCERPT, MAPPING)
    first = min(date.fromisoformat(dated(row)) for row in rows)
    begins = min(date.fromisoformat(dated(row)) for row in late)
    assert found.begin == (begins - first).days
    whole = sum(float(one.days.sum()) for one in found.shops if one.name.startswith("country"))
    assert round(whole) == -5_709_697
    with pytest.raises(SystemExit, match="nothing from before"):
        back(EXCERPT, file, MAPPING)


def test_too_short_a_file_has_no_swings_rather_than_none() -> None:
    found = measured_swings(shops_of(lines_of(EXCERPT, MAPPING)))
    assert found.swings != 0  # not a number: there was nothing to measure
