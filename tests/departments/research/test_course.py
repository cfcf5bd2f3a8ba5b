"""Trend, season and what is expected: true on planted demand, silent where months do not tell."""

from __future__ import annotations

from datetime import date
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from hammock.departments.research.rules.foresight import (
    AHEAD,
    Past,
    foreseen,
    grown,
    outlook,
)
from hammock.departments.research.rules.panel import linked, panel_of
from hammock.departments.research.rules.rows import Asked, Offered, demand_of, supply_of
from hammock.departments.research.rules.season import course_of
from hammock.departments.research.rules.study import study
from hammock.kit.text import shipped
from tests.departments.research.markets import MARKETS, asked_about

pytestmark = pytest.mark.long

Floats = NDArray[np.float64]
NAMES = np.arange(1, 13)
SHAPES = {
    "flat": np.ones(12),
    "summer": 1 + 0.6 * np.sin(2 * np.pi * (NAMES - 4) / 12),
    "christmas": np.where(NAMES == 12, 3.0, 1.0),
}


def months(count: int, *, first: int = 1) -> list[date]:
    return [
        date(2022 + (first - 1 + at) // 12, (first - 1 + at) % 12 + 1, 1) for at in range(count)
    ]


def level(count: int, shape: str, growth: float, *, first: int = 10) -> Floats:
    """Give what a planted niche is asked each month, before chance."""
    season = np.array([SHAPES[shape][one.month - 1] for one in months(count, first=first)])
    return np.asarray(season * (1 + growth) ** (np.arange(count) / 12), dtype=np.float64)


def scattered(mean: Floats, noise: str, chance: np.random.Generator) -> Floats:
    """Let chance count a small niche's askers, or a large one be unsteady by 15 or 30 %."""
    if noise.startswith("counted"):
        return chance.poisson(float(noise.split()[1]) * mean).astype(np.float64)
    share = float(noise.split()[1]) / 100
    return np.asarray(1000 * mean * np.exp(chance.normal(0, share, len(mean))), dtype=np.float64)


def test_growth_and_season_are_read_together_from_two_years() -> None:
    course = course_of(months(24), 100 * level(24, "christmas", 0.2, first=1)[None, :])
    assert course is not None
    assert course.trend is not None
    assert course.season is not None
    assert course.trend.growth == pytest.approx(0.2, abs=1e-6)
    assert course.season.peak == 12
    assert course.season.times == pytest.approx(3.0, abs=1e-6)


def test_eighteen_months_tell_a_trend_from_a_season_and_twelve_do_not() -> None:
    for first in (1, 4, 7, 10):
        half_more = course_of(
            months(18, first=first), 100 * level(18, "summer", 0.2, first=first)[None, :]
        )
        year = course_of(
            months(12, first=first), 100 * level(12, "summer", 0.0, first=first)[None, :]
        )
        assert half_more is not None
        assert half_more.trend is not None
        assert half_more.trend.growth == pytest.approx(0.2, abs=1e-6)
        assert year is not None
        assert year.trend is None
        assert year.years == 1
        assert year.season is not None
        assert year.season.peak == 7


def test_a_few_months_tell_nothing() -> None:
    assert course_of(months(5), np.array([[1.0, 2, 3, 4, 5]])) is None
    assert course_of(months(12), np.zeros((3, 12))) is None
    assert course_of(months(12), np.full((3, 12), np.nan)) is None


def test_keywords_that_are_known_in_other_months_make_no_trend() -> None:
    """Two files, each of its own keywords and half-year, all asked a thousand times a month."""
    history = np.full((50, 12), np.nan)
    history[:40, :6] = 1000.0
    history[40:, 6:] = 1000.0
    course = course_of(months(12), history)
    assert course is not None
    assert course.trend is None
    assert course.season is None
    panel = panel_of(months(12), history)
    assert panel is not None
    assert linked(panel) == dict.fromkeys(panel.at[6:].tolist(), 10000.0)


@st.composite
def holed(draw: st.DrawFn) -> tuple[Floats, Floats]:
    """Make keywords that all go the same way, and take months away that others still know."""
    count = draw(st.integers(18, 30))
    sizes = np.array(draw(st.lists(st.floats(10, 1e4), min_size=2, max_size=8)))
    course = np.array(draw(st.lists(st.floats(0.5, 2.0), min_size=count, max_size=count)))
    whole = sizes[:, None] * course[None, :]
    holes = np.array(
        draw(st.lists(st.booleans(), min_size=whole.size, max_size=whole.size))
    ).reshape(whole.shape)
    holes[0] = False
    return whole, np.where(holes, np.nan, whole)


@settings(max_examples=40)
@given(holed())
def test_months_that_are_not_known_change_nothing(both: tuple[Floats, Floats]) -> None:
    whole, known = both
    at = months(whole.shape[1])
    panel = panel_of(at, known)
    assert panel is not None
    assert list(linked(panel).values()) == pytest.approx(whole.sum(axis=0).tolist(), rel=1e-6)
    one, other = course_of(at, whole), course_of(at, known)
    assert one is not None
    assert other is not None
    assert one.trend is not None
    assert other.trend is not None
    assert other.trend.low <= one.trend.growth <= other.trend.high


@given(
    st.lists(st.floats(1, 1e6), min_size=1, max_size=6),
    st.lists(st.lists(st.booleans(), min_size=24, max_size=24), min_size=6, max_size=6),
)
def test_demand_that_never_changes_has_no_trend_whatever_is_unknown(
    sizes: list[float], unknown: list[list[bool]]
) -> None:
    history = np.array([[size] * 24 for size in sizes])
    history[np.array(unknown[: len(sizes)])] = np.nan
    course = course_of(months(24), history)
    if course is not None and course.trend is not None:
        assert course.trend.growth == pytest.approx(0.0, abs=1e-6)
        assert course.season is None


def test_a_keyword_in_two_files_joins_its_months() -> None:
    first, second = months(6), months(12)[4:]
    early = [
        Asked(text="Yoga mat", months=(1.0, 2, 3, 4, None, 6)),
        Asked(text="b", months=(9.0,) * 6),
    ]
    late = [Asked(text="yoga  mat", months=(5.0, 7, 7, 8, 9, 10, 11, None))]
    table = demand_of([(early, first), (late, second)])
    assert table.texts == ("Yoga mat", "b")
    assert table.months == tuple(months(11))
    assert table.history[0].tolist() == [1, 2, 3, 4, 5, 7, 7, 8, 9, 10, 11]
    assert np.isnan(table.history[1][6:]).all()


def claims(count: int, shape: str, growth: float, noise: str, draws: int) -> tuple[float, float]:
    """Give how often a season was claimed, and how often the trend's interval held the truth."""
    chance = np.random.default_rng((count, len(shape), round(100 * growth), len(noise)))
    claimed, held, told = 0, 0, 0
    for _ in range(draws):
        asked = scattered(level(count, shape, growth), noise, chance)
        course = course_of(months(count, first=10), asked[None, :])
        assert course is not None
        claimed += course.season is not None
        if course.trend is not None:
            told += 1
            held += course.trend.low <= growth <= course.trend.high
    return claimed / draws, held / told if told else float("nan")


@pytest.mark.parametrize("noise", ["counted 20", "unsteady 15"])
def test_flat_demand_has_a_season_by_chance_one_time_in_twenty_at_most(noise: str) -> None:
    claimed, held = claims(24, "flat", 0.0, noise, 150)
    assert claimed <= 0.05
    assert 0.85 <= held <= 0.95


@pytest.mark.slow
@pytest.mark.parametrize(
    ("count", "growth", "noise"),
    list(
        product(
            (12, 18, 24, 36),
            (0.0, 0.5),
            ("counted 5", "counted 20", "counted 1000", "unsteady 15", "unsteady 30"),
        )
    ),
)
def test_seasons_are_claimed_falsely_one_time_in_twenty_at_most(
    count: int, growth: float, noise: str
) -> None:
    """Of a single year with a trend a peak is said, with the words that nobody can tell the two."""
    claimed, held = claims(count, "flat", growth, noise, 600)
    assert claimed <= 0.05 + 0.018 or (count == 12 and growth > 0)  # two standard errors
    assert np.isnan(held) if count == 12 else 0.85 <= held <= 0.95


@pytest.mark.slow
@pytest.mark.parametrize(
    ("count", "shape", "noise"),
    list(
        product(
            (18, 24, 36),
            ("summer", "christmas"),
            ("counted 5", "counted 20", "counted 1000", "unsteady 15", "unsteady 30"),
        )
    ),
)
def test_a_trends_interval_covers_the_truth_beside_a_season(
    count: int, shape: str, noise: str
) -> None:
    claimed, held = claims(count, shape, 0.2, noise, 600)
    assert 0.85 <= held <= 0.95
    if count > 23 and noise not in {"counted 5", "unsteady 30"}:
        assert claimed > 0.9


def test_what_was_asked_at_the_same_time_of_the_year_is_foreseen_again() -> None:
    december_goods = Past((90.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0))
    steady = Past((20.0,) * 8)
    fading = Past((40.0, 35.0, 30.0, 25.0, 20.0, 15.0, 10.0, 5.0))
    assert foreseen(december_goods).growth > foreseen(steady).growth > foreseen(fading).growth
    assert foreseen(steady).growth == pytest.approx(0.0, abs=1e-9)
    assert foreseen(Past(())).volume == 0.0


def wandering(niches: int, count: int, chance: np.random.Generator) -> Floats:
    """Make niches that drift, each more or less unsteady, counted by chance."""
    drift = chance.normal(0, 0.12, (niches, count)) * chance.uniform(0.5, 1.5, niches)[:, None]
    size = np.exp(chance.normal(4.5, 1.0, niches))[:, None]
    return chance.poisson(size * np.exp(np.cumsum(drift, axis=1))).astype(np.float64)


@pytest.mark.parametrize("known", [8, 14, 24])
def test_nine_in_ten_niches_grow_within_the_interval_that_was_said(known: int) -> None:
    chance = np.random.default_rng(known)
    held = []
    for _ in range(20):
        volumes = wandering(60, known + AHEAD, chance)
        found = outlook([Past(tuple(row[:known].tolist())) for row in volumes])
        for row, expected in zip(volumes, found.expected, strict=True):
            assert expected is not None
            grew = np.expm1(grown(float(row[known:].mean()), row[:known]))
            held.append(expected.low <= grew <= expected.high)
    assert 0.85 <= np.mean(held) <= 0.95


def test_nothing_is_expected_where_the_rule_cannot_be_checked() -> None:
    steady = Past((20.0, 21.0, 19.0) * 4)
    assert outlook([steady] * 9).checked is None
    assert set(outlook([steady] * 9).expected) == {None}
    assert set(outlook([Past((5.0,) * 7)] * 30).expected) == {None}
    some = outlook([steady] * 10 + [None, Past((5.0,))])
    assert some.checked is not None
    assert [one is None for one in some.expected] == [False] * 10 + [True, True]


def test_a_study_expects_what_the_rule_foresees_of_each_niches_months() -> None:
    chance = np.random.default_rng(4)
    at = months(14)
    rows = [
        Asked(text=text, months=tuple(chance.poisson(30, 14).tolist()))
        for name in MARKETS
        for text in asked_about(name, 60)
    ]
    offers = [
        Offered(text=text)
        for name in MARKETS
        if name not in {"piano", "bread"}
        for text in asked_about(name, 12, seed=2)
    ]
    demand = demand_of([(rows, at)])
    found = study(demand, supply_of([offers]), encoder=shipped())
    assert found.foresight is not None
    for niche in found.niches:
        volumes = demand.history[found.niche_of == niche.number].sum(axis=0)
        told = foreseen(Past(tuple(volumes.tolist())))
        assert niche.expected is not None
        assert niche.expected.volume == pytest.approx(told.volume)
        assert niche.expected.growth == pytest.approx(np.expm1(told.growth))
        assert niche.expected.low <= niche.expected.growth <= niche.expected.high
