"""Which words of a search are kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.departments.marketing.rules.searches import LONGEST, kept_words
from hammock.kit import ids


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Knitting   Pattern ", "knitting pattern"),
        ("ＣＡＦÉ", "café"),
        ("din a4 2026", "din a4 2026"),
        ("9.99", "9.99"),
        ("a\nb\x00c", "a b c"),
        ("x " * 80, ("x " * 40).strip()),
        ("ann@example.org", ""),
        ("mail to ann @ example", ""),
        ("+49 151 1234567", ""),
        ("4111-1111-1111-1111", ""),
        ("https://shop.example/x", ""),
        ("order H-7KQ2M9XD", ""),
        ("k" * 41, ""),
        ("???", ""),
        ("", ""),
    ],
)
def test_words_are_kept_as_people_mean_them_and_nothing_that_names_somebody(
    typed: str, kept: str
) -> None:
    assert kept_words(typed) == kept


def test_no_reference_of_our_own_is_kept() -> None:
    assert all(kept_words(f"where is {ids.reference(prefix='H')}?") == "" for _ in range(50))


@given(st.text(max_size=400))
def test_what_is_kept_is_short_lower_case_and_stays_the_same_when_typed_again(typed: str) -> None:
    kept = kept_words(typed)
    assert len(kept) <= LONGEST
    assert kept_words(kept) in {kept, ""}
    assert "@" not in kept
    assert "\x00" not in kept


@given(digits=st.integers(min_value=1_000_000), gap=st.sampled_from(["", " ", "-", ".", "/"]))
def test_no_long_number_is_kept_however_it_is_written(digits: int, gap: str) -> None:
    assert kept_words(f"call {gap.join(str(digits))} now") == ""
