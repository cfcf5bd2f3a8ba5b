"""A share's interval is the published one, and holds the share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.kit.shares import Z90, Z95, Bounds, wilson


def test_wilsons_interval_is_that_of_the_textbook() -> None:
    # Newcombe (1998), Statistics in Medicine 17, table I, method 3: 81 of 263.
    found = wilson(hits=81, of=263, z=Z95)
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)
    narrower = wilson(hits=81, of=263, z=Z90)
    assert 0.2553 < narrower.low < 81 / 263 < narrower.high < 0.3662  # 90 % lies within 95 %
    few = wilson(hits=8, of=10, z=Z95)
    assert (round(few.low, 4), round(few.high, 4)) == (0.4902, 0.9433)


def test_of_nothing_everything_may_be_true() -> None:
    assert wilson(hits=0, of=0, z=Z95) == Bounds(low=0.0, high=1.0)


@given(hits=st.integers(0, 10**6), misses=st.integers(0, 10**6), z=st.sampled_from([Z90, Z95]))
def test_the_interval_holds_the_share_within_nothing_and_all(
    hits: int, misses: int, z: float
) -> None:
    found = wilson(hits=hits, of=hits + misses, z=z)
    assert 0.0 <= found.low <= found.high <= 1.0
    if hits + misses:
        share = hits / (hits + misses)
        assert found.low <= share + 1e-12
        assert share <= found.high + 1e-12
    if hits + misses and not hits:
        assert found.low == 0.0
        assert found.high == pytest.approx(z**2 / (misses + z**2))
