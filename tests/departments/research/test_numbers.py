"""Numbers are read as they were meant, with their doubt, or refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.departments.research.rules.numbers import (
    Writing,
    decimal_number,
    volume,
    writing_of,
)


@pytest.mark.parametrize(
    ("cell", "low", "high"),
    [
        ("10K – 100K", 10_000, 100_000),
        ("10K - 100K", 10_000, 100_000),
        ("1M–10M", 1_000_000, 10_000_000),
        ("100 to 1,000", 100, 1_000),
        ("<10", 0, 10),
        ("1,900", 1_900, 1_900),
        ("0", 0, 0),
        ("12.5k", 12_500, 12_500),
        ("1 900", 1_900, 1_900),
    ],
)
def test_a_volume_keeps_the_range_in_which_the_truth_lies(
    cell: str, low: float, high: float
) -> None:
    amount = volume(cell)
    assert amount is not None
    assert (amount.low, amount.high) == (low, high)
    assert low <= amount.value <= high


@pytest.mark.parametrize("cell", ["", " ", "--", " --", "n/a", "null", "–"])
def test_an_empty_volume_is_unknown_and_not_zero(cell: str) -> None:
    assert volume(cell) is None


@pytest.mark.parametrize(
    "cell", ["lots", "100K - 10K", "1,2,3", "-100", "1.2.3", "∞", "12;5", "1e9"]
)
def test_what_is_no_volume_is_refused(cell: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the caller names the cell
        volume(cell)


def test_googles_buckets_stand_for_ranges_only_when_the_whole_column_is_made_of_them() -> None:
    bucketed = writing_of(["50", "500", "0", "5000", "50"], whole=True)
    exact = writing_of(["50", "480", "0"], whole=True)
    first, second = volume("50", bucketed), volume("50", exact)
    assert first is not None
    assert second is not None
    assert (first.low, first.high) == (10, 100)
    assert (second.low, second.high) == (50, 50)


def test_a_decimal_comma_is_told_by_the_column_and_not_by_the_cell() -> None:
    german = writing_of(["1.234,50", "0,45", "12"])
    assert decimal_number("1.234,50", german) == pytest.approx(1234.5)
    assert decimal_number("1,234.50", writing_of(["1,234.50", "0.45"])) == pytest.approx(1234.5)
    assert decimal_number("45.61%", Writing()) == pytest.approx(45.61)


def test_points_between_thousands_are_no_decimal_points_in_a_column_of_whole_numbers() -> None:
    amount = volume("1.900", writing_of(["1.900", "320"], whole=True))
    assert amount is not None
    assert amount.value == 1_900


@given(st.integers(0, 10**9))
def test_a_whole_number_is_read_the_same_however_its_thousands_are_written(number: int) -> None:
    english, german = f"{number:,}", f"{number:,}".replace(",", ".")
    swiss = f"{number:,}".replace(",", "'")
    readings = (
        volume(english, Writing(decimal=".")),
        volume(german, Writing(decimal=",")),
        volume(swiss),
    )
    assert {reading.value for reading in readings if reading} == {float(number)}


@given(st.text(max_size=30))
def test_any_text_is_a_volume_or_unknown_or_refused_and_never_less_than_nothing(cell: str) -> None:
    try:
        amount = volume(cell)
    except ValueError:
        return
    assert amount is None or 0 <= amount.low <= amount.value <= amount.high
