"""A shop's days ahead from its own past: coverage, scores, seasons, and odd shops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hammock.departments.planning.rules.revenue import PROBABILITIES, Foreseen, foresee
from hammock.departments.planning.rules.scoring import (
    Scored,
    Share,
    crps,
    record,
    rehearse,
)


def _shop(
    seed: int, weeks: int, *, level: float = 9000.0
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Draw a shop whose level wanders and whose weeks scatter."""
    chance = np.random.default_rng(seed)
    wander = np.exp(np.cumsum(chance.normal(0, 0.08, weeks)))
    mean = np.repeat(level * wander, 7) / 7
    return np.asarray(chance.gamma(0.5, 1.0, weeks * 7) / 0.5 * mean, dtype=np.float64)


def test_intervals_hold_as_often_as_they_say_over_many_shops() -> None:
    scored = [one for seed in range(12) for one in rehearse(_shop(seed, 60), ahead=7, step=7)]
    found = record(scored)
    assert found.count > 400
    assert 0.74 <= found.coverage[1].value <= 0.86
    assert 0.90 <= found.coverage[2].value <= 0.99
    assert found.ratio_last_month is not None
    assert found.ratio_last_month < 0.85


def test_a_forecast_knows_nothing_of_what_comes_after() -> None:
    days = _shop(5, 40)
    changed = days.copy()
    changed[30 * 7 :] *= 50
    before = [one for one in rehearse(days, ahead=7, step=7) if one.at + 7 <= 30 * 7]
    after = [one for one in rehearse(changed, ahead=7, step=7) if one.at + 7 <= 30 * 7]
    assert before == after


def test_last_years_season_is_learned_when_a_year_is_known() -> None:
    chance = np.random.default_rng(1)
    season = np.where((np.arange(3 * 364) % 364) >= 330, 4.0, 1.0)
    days = season * 1000 * chance.gamma(4, 0.25, len(season))
    now = 2 * 364 + 330
    found, flat = foresee(days[:now], ahead=28), foresee(days[364 + 330 - 300 : now], ahead=28)
    assert found is not None
    assert flat is not None
    came = float(days[now : now + 28].sum())
    assert crps(found, came) < crps(flat, came)
    assert found.quantile(0.5) > 1.3 * flat.quantile(0.5)


def test_a_short_past_gives_no_forecast_and_an_empty_one_none_either() -> None:
    assert foresee(np.zeros(0), ahead=7) is None
    assert foresee(np.ones(7 * 7), ahead=7) is None
    assert foresee(np.zeros(200), ahead=7) is None


def test_one_viral_week_does_not_become_the_level() -> None:
    days = np.full(26 * 7, 100.0)
    days += np.random.default_rng(2).normal(0, 20, len(days))
    spiked = days.copy()
    spiked[-4 * 7 : -3 * 7] += 20_000
    found = foresee(spiked, ahead=7)
    assert found is not None
    assert found.quantile(0.5) < 20_000  # the spike brought 140,000 in its week
    assert found.quantile(0.1) < 1_500


@pytest.mark.parametrize("ahead", [7, 30])
def test_a_viral_day_early_on_is_an_event_and_no_factor(ahead: int) -> None:
    """Also where weeks without a sale came first, beside which it is any number of times more."""
    days = np.zeros(13 * 7)
    days[41::4] = 2400.0
    days[80] += 200_000
    found = foresee(days, ahead=ahead)
    assert found is not None
    assert found.quantile(0.5) < 100_000  # days without it bring 2,400 every fourth
    assert found.quantile(0.975) < 2 * 200_000


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(-1e6, 1e7, allow_nan=False), min_size=0, max_size=250),
    st.integers(1, 31),
    st.integers(0, 40),
)
def test_any_past_gives_ascending_finite_quantiles_or_none(
    days: list[float], ahead: int, after: int
) -> None:
    found = foresee(np.array(days), ahead=ahead, after=after)
    if found is not None:
        assert np.isfinite(found.values).all()
        assert (np.diff(found.values) >= 0).all()


def test_the_score_of_a_sure_forecast_is_its_error() -> None:
    sure = Foreseen(values=np.full(len(PROBABILITIES), 100.0))
    assert crps(sure, 130.0) == pytest.approx(30.0, rel=0.01)
    assert crps(sure, 100.0) == 0.0


def test_the_score_is_the_known_one_of_a_normal() -> None:
    from scipy.stats import norm

    normal = Foreseen(values=norm.ppf(PROBABILITIES))
    assert crps(normal, 0.0) == pytest.approx(0.2337, abs=0.004)  # (√2 − 1) ÷ √π


def test_shares_have_their_exact_interval() -> None:
    share = Share(hits=8, of=10)
    assert (share.low, share.high) == pytest.approx((0.4439, 0.9748), abs=1e-4)
    assert Share(hits=0, of=5).low == 0.0
    assert Share(hits=5, of=5).high == 1.0


def test_without_a_year_behind_there_is_no_ratio_to_last_year() -> None:
    one = Scored(
        at=1, actual=5.0, low=1.0, high=9.0, inside=(True, True, True), crps=1.0,
        last_month=2.0, last_year=None,
    )  # fmt: skip
    found = record([one])
    assert found.ratio_last_month == 0.5
    assert found.ratio_last_year is None
