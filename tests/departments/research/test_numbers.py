"""Numbers are read as they were meant, with their doubt, or refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.departments.research.rules.numbers import (
    Ambiguous,
    Kind,
    Writing,
    decimal_number,
    money,
    volume,
    writing_of,
)


def english(number: int, cents: int | None) -> str:
    return f"{number:,}" + ("" if cents is None else f".{cents:02}")


def german(number: int, cents: int | None) -> str:
    return f"{number:,}".replace(",", ".") + ("" if cents is None else f",{cents:02}")


def french(number: int, cents: int | None) -> str:
    return f"{number:,}".replace(",", "\u202f") + ("" if cents is None else f",{cents:02}")


def swiss(number: int, cents: int | None) -> str:
    return f"{number:,}".replace(",", "’") + ("" if cents is None else f".{cents:02}")


HANDS: list[Callable[[int, int | None], str]] = [english, german, french, swiss]
AMOUNTS = st.lists(
    st.tuples(st.integers(0, 10**7), st.none() | st.integers(0, 99)), min_size=1, max_size=12
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
        ("1’900", 1_900, 1_900),
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
    "cell", ["lots", "100K - 10K", "1,2,3", "-100", "1.2.3", "∞", "12;5", "1e9", "1 2 3", "٣"]
)
def test_what_is_no_volume_is_refused(cell: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the caller names the cell
        volume(cell)


def test_googles_buckets_stand_for_ranges_only_when_the_whole_column_is_made_of_them() -> None:
    bucketed = writing_of(["50", "500", "0", "5000", "50"], kind=Kind.WHOLE)
    exact = writing_of(["50", "480", "0"], kind=Kind.WHOLE)
    first, second = volume("50", bucketed), volume("50", exact)
    assert first is not None
    assert second is not None
    assert (first.low, first.high) == (10, 100)
    assert (second.low, second.high) == (50, 50)


def test_a_decimal_comma_is_told_by_the_column_and_not_by_the_cell() -> None:
    comma = writing_of(["1.234,50", "0,45", "12", "1.299"])
    assert decimal_number("1.234,50", comma) == pytest.approx(1234.5)
    assert decimal_number("1.299", comma) == 1_299
    point = writing_of(["1,234.50", "0.45"])
    assert decimal_number("1,234.50", point) == pytest.approx(1234.5)
    assert decimal_number("1,299", point) == 1_299
    assert decimal_number("45.61%", Writing()) == pytest.approx(45.61)


def test_points_between_thousands_are_no_decimal_points_in_a_column_of_whole_numbers() -> None:
    amount = volume("1.900", writing_of(["1.900", "320"], kind=Kind.WHOLE))
    assert amount is not None
    assert amount.value == 1_900


def test_a_price_that_nothing_settles_is_refused_and_not_guessed() -> None:
    """Three digits after the only sign: thousands, or decimals of an odd price."""
    for column in (["899", "1.299", "2.450"], ["899", "1,299"], ["1.299", "1,299"]):
        writing = writing_of(column)
        assert money("899", writing) is not None
        with pytest.raises(Ambiguous):
            money(column[-1], writing)


def test_a_currency_of_two_decimals_settles_a_price_and_one_of_three_does_not() -> None:
    for cell in ("1.299 €", "€1,299", "EUR 1.299"):
        price = money(cell, writing_of([cell]))
        assert price is not None
        assert (price.value, price.currency) == (1_299, "EUR")
    assert money("1.299", Writing(), currency="USD") is not None
    with pytest.raises(Ambiguous):
        money("1.299 KWD", Writing())


def test_a_rating_with_three_digits_after_the_sign_has_decimals() -> None:
    for cell in ("4.125", "4,125"):
        writing = writing_of([cell], kind=Kind.SMALL)
        assert decimal_number(cell, writing) == pytest.approx(4.125)


@pytest.mark.parametrize(
    ("cell", "value", "currency"),
    [
        ("$21.90", 21.9, "USD"),
        ("¥3285", 3285, "JPY"),
        ("21,90 €", 21.9, "EUR"),
        ("CHF 12.50", 12.5, "CHF"),
        ("12.50chf", 12.5, "CHF"),
        ("R$ 12,50", 12.5, "BRL"),
        ("12,- €", 12, "EUR"),
        ("12.50", 12.5, ""),
    ],
)
def test_a_currency_beside_a_price_is_kept(cell: str, value: float, currency: str) -> None:
    price = money(cell)
    assert price is not None
    assert (price.value, price.currency) == (value, currency)


@pytest.mark.parametrize("cell", ["lot 12", "12 pcs", "-5", "from 12.00", "$12 EUR", "12-15", "$"])
def test_what_is_no_price_is_refused(cell: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the caller names the cell
        money(cell)


@given(st.integers(0, 10**9), st.sampled_from(HANDS))
def test_a_whole_number_is_read_the_same_however_its_thousands_are_written(
    number: int, hand: Callable[[int, int | None], str]
) -> None:
    cell = hand(number, None)
    amount = volume(cell, writing_of([cell], kind=Kind.WHOLE))
    assert amount is not None
    assert amount.value == number


@given(AMOUNTS, st.sampled_from(HANDS))
def test_no_price_of_a_column_is_read_wrongly_whoever_wrote_it(
    amounts: list[tuple[int, int | None]], hand: Callable[[int, int | None], str]
) -> None:
    """Each is read as it was meant or refused, and refused only where no price has cents."""
    cells = [hand(number, cents) for number, cents in amounts]
    writing = writing_of(cells)
    for cell, (number, cents) in zip(cells, amounts, strict=True):
        try:
            price = money(cell, writing)
        except Ambiguous:
            assert all(cents is None for _, cents in amounts)
            continue
        assert price is not None
        assert price.value == pytest.approx(number + (cents or 0) / 100)


@given(AMOUNTS, st.sampled_from(HANDS))
def test_a_currency_leaves_no_price_in_doubt(
    amounts: list[tuple[int, int | None]], hand: Callable[[int, int | None], str]
) -> None:
    cells = [hand(number, cents) for number, cents in amounts]
    writing = writing_of(cells)
    for cell, (number, cents) in zip(cells, amounts, strict=True):
        price = money(f"{cell} €", writing)
        assert price is not None
        assert price.value == pytest.approx(number + (cents or 0) / 100)


@given(st.text(max_size=30))
def test_any_text_is_a_volume_or_unknown_or_refused_and_never_less_than_nothing(cell: str) -> None:
    try:
        amount = volume(cell, writing_of([cell], kind=Kind.WHOLE))
    except ValueError:
        return
    assert amount is None or 0 <= amount.low <= amount.value <= amount.high


@given(st.text(alphabet="0123456789.,-$€ EURk'", max_size=12))
def test_any_text_is_a_price_or_unknown_or_refused_and_never_less_than_nothing(cell: str) -> None:
    try:
        price = money(cell, writing_of([cell]))
    except ValueError:
        return
    assert price is None or price.value >= 0
