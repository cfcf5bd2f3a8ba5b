"""Money is exact, of one currency, and split without losing a cent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.kit.errors import FieldError
from hammock.kit.money import CurrencyMismatch, Money, known_currency, minor_digits, total

minors = st.integers(min_value=-(10**12), max_value=10**12)
weights = st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=12)


@given(minor=minors, shares=weights)
def test_the_parts_of_an_amount_add_up_to_it(minor: int, shares: list[int]) -> None:
    parts = Money(minor, "EUR").allocate(shares)
    assert total(parts, currency="EUR") == Money(minor, "EUR")


@given(minor=minors, shares=weights)
def test_no_part_is_a_whole_unit_away_from_its_fair_share(minor: int, shares: list[int]) -> None:
    whole = sum(shares)
    if whole == 0:
        return
    for part, weight in zip(Money(minor, "EUR").allocate(shares), shares, strict=True):
        assert abs(part.minor - Decimal(minor) * weight / whole) < 1


@given(left=st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=8), ask=minors)
def test_an_amount_within_the_sum_never_exceeds_a_weight(left: list[int], ask: int) -> None:
    amount = Money(abs(ask) % (sum(left) + 1), "EUR")
    for part, most in zip(amount.allocate(left), left, strict=True):
        assert part.minor <= most or not any(left)


def test_two_currencies_are_never_mixed() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(1, "EUR") + Money(1, "USD")
    with pytest.raises(CurrencyMismatch):
        _ = Money(1, "EUR") < Money(1, "USD")


def test_a_float_is_no_amount() -> None:
    with pytest.raises(TypeError):
        Money(1.5, "EUR")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("19", "EUR", 1900),
        ("19.5", "EUR", 1950),
        ("19,50", "EUR", 1950),
        (" 1 900.05 ", "EUR", 190_005),
        ("500", "JPY", 500),
        ("1.234", "KWD", 1234),
        ("-3.10", "EUR", -310),
    ],
)
def test_amounts_are_read_as_people_type_them(text: str, currency: str, minor: int) -> None:
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    "text", ["", "abc", "1.234", "1,2,3", "NaN", "Infinity", "1e400", "1_000", "9" * 30]
)
def test_what_is_no_amount_is_refused_by_its_field(text: str) -> None:
    with pytest.raises(FieldError) as refused:
        Money.parse(text, "EUR", field="price")
    assert refused.value.field == "price"


@given(minor=minors, currency=st.sampled_from(["EUR", "JPY", "KWD", "USD"]))
def test_an_amount_reads_back_as_it_was_written(minor: int, currency: str) -> None:
    written = f"{Money(minor, currency).decimal:f}"
    assert Money.parse(written, currency) == Money(minor, currency)


@given(minor=minors, basis_points=st.integers(min_value=0, max_value=9999))
def test_a_share_is_rounded_half_to_even(minor: int, basis_points: int) -> None:
    ratio = Decimal(basis_points) / 10_000
    assert Money(minor, "EUR").share(ratio).minor == round(Decimal(minor) * ratio)


def test_an_unknown_currency_is_named() -> None:
    assert known_currency("eur") == "EUR"
    with pytest.raises(FieldError, match="XXQ"):
        known_currency("XXQ")
    assert minor_digits("JPY") == 0


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (217_243, "EUR", "€2,170"),
        (940, "EUR", "€9.40"),
        (-98_765, "EUR", "-€988"),
        (0, "EUR", "€0"),
        (1_234_567, "JPY", "¥1,230,000"),
    ],
)
def test_an_estimate_is_written_to_three_digits(minor: int, currency: str, text: str) -> None:
    assert Money(minor, currency).about() == text
