"""What customers will bring: the published fits on CDNOW, and sense on little data."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks.customer_value import FIRST, HOLDOUT, KNOWN_TO, SAMPLE, read
from hammock.departments.planning.rules.customer_value import Labels, customer_value
from hammock.departments.planning.rules.repeat_buying import (
    Drift,
    Histories,
    Purchases,
    _buying_likelihood,
    _buying_slope,
    alive,
    drift,
    expected,
    fit_buying,
    fit_paying,
    foretell,
    histories,
    mean_payment,
    nearby,
)

pytestmark = pytest.mark.long

UNTIL = (KNOWN_TO - FIRST).days / 7


@pytest.fixture(scope="module")
def cdnow() -> Purchases:
    return read(SAMPLE)


@pytest.fixture(scope="module")
def known(cdnow: Purchases) -> Histories:
    return histories(cdnow, until=UNTIL)


def test_cdnow_gives_the_published_bg_nbd(known: Histories) -> None:
    assert (len(known), known.count.sum()) == (2357, 2457)
    found = fit_buying(known)
    assert (found.r, found.alpha, found.a, found.b) == pytest.approx(
        (0.2426, 4.4136, 0.7929, 2.4259), abs=2e-4
    )
    assert found.log_likelihood == pytest.approx(-9582.43, abs=0.005)


def test_cdnow_gives_the_published_gamma_gamma(known: Histories) -> None:
    found = fit_paying(known)
    assert (found.p, found.q, found.v) == pytest.approx((6.250, 3.744, 15.444), abs=2e-3)
    assert found.log_likelihood == pytest.approx(-4055.92, abs=0.005)


def test_the_interval_covers_the_hold_out_that_the_published_fit_misses(
    cdnow: Purchases, known: Histories
) -> None:
    came = float(histories(cdnow, until=UNTIL + HOLDOUT).count.sum() - known.count.sum())
    buying = fit_buying(known)
    said = expected(buying, known, weeks=HOLDOUT)
    others = [float(expected(other, known, weeks=HOLDOUT).sum()) for other in nearby(buying, known)]
    found = foretell(said, others, drift(cdnow, until=UNTIL), share=0.8)
    assert found.plain / came - 1 == pytest.approx(-0.12, abs=0.005)
    assert found.low < came < found.high
    assert abs(found.middle - came) < abs(found.plain - came)
    assert found.high / found.low < 1.6  # an interval that says something


def test_who_bought_often_and_lately_is_alive_and_who_stopped_is_not(known: Histories) -> None:
    buying = fit_buying(known)
    two = Histories(
        count=np.array([10.0, 10.0]),
        last=np.array([30.0, 8.0]),
        known=np.array([31.0, 31.0]),
        value=np.array([20.0, 20.0]),
    )
    lately, stopped = alive(buying, two)
    assert lately > 0.9
    assert stopped < 0.05
    assert expected(buying, two, weeks=0.0) == pytest.approx([0.0, 0.0], abs=1e-9)


def test_few_payments_are_drawn_to_everybodys_mean(known: Histories) -> None:
    paying = fit_paying(known)
    rows = Histories(
        count=np.array([0.0, 1.0, 50.0]),
        last=np.array([0.0, 5.0, 5.0]),
        known=np.array([9.0, 9.0, 9.0]),
        value=np.array([0.0, 200.0, 200.0]),
    )
    nobody, once, often = mean_payment(paying, rows)
    assert nobody < once < often
    assert often == pytest.approx(200, rel=0.05)


def test_purchases_of_one_day_are_one_purchase() -> None:
    found = histories(
        Purchases(
            customer=np.array([0, 0, 0]),
            week=np.array([0.0, 2.0, 2.0]),
            amount=np.array([5.0, 7.0, 8.0]),
        ),
        until=4.0,
    )
    assert found.count.tolist() == [1.0]
    assert found.value.tolist() == [15.0]
    assert found.last.tolist() == [2.0]


def test_one_customer_gets_what_they_brought_and_no_guess() -> None:
    purchases = Purchases(customer=np.array([0]), week=np.array([0.0]), amount=np.array([2900.0]))
    found = customer_value(
        purchases, Labels(product=("Guide",), cohort=("2026-03",), channel=("direct",)), until=9.0
    )
    assert found.everybody is not None
    assert found.everybody.so_far == 2900
    assert found.everybody.to_come is None
    assert "1 customers, 0 of whom bought again" in found.missing
    assert found.cohorts[0].by_month[0] == 2900


def test_nobody_at_all_is_said() -> None:
    empty = Purchases(customer=np.array([], dtype=np.int64), week=np.array([]), amount=np.array([]))
    found = customer_value(empty, Labels(product=(), cohort=(), channel=()), until=0.0)
    assert found.missing == "Nobody has bought yet."
    assert found.customers == 0


def test_groups_add_up_to_everybody(cdnow: Purchases) -> None:
    size = int(cdnow.customer.max()) + 1
    kind = tuple("ab"[at % 2] for at in range(size))
    found = customer_value(
        cdnow, Labels(product=kind, cohort=kind, channel=kind), until=UNTIL + HOLDOUT
    )
    assert found.everybody is not None
    assert found.everybody.to_come is not None
    whole = sum(one.customers * one.to_come.plain for one in found.by_product if one.to_come)
    assert whole == pytest.approx(found.everybody.to_come.plain * size, rel=1e-9)
    assert sum(one.customers for one in found.by_cohort) == size
    assert found.by_channel == found.by_product
    for one in found.cohorts:
        assert list(one.by_month) == sorted(one.by_month)


@settings(max_examples=20, deadline=None)
@given(
    people=st.integers(30, 60),
    again=st.integers(10, 30),
    more=st.integers(1, 12),
    gap=st.floats(0.2, 8.0),
    jitter=st.floats(0, 1),
    spread=st.sampled_from([0.0, 0.01, 1.0]),
    weeks=st.floats(4, 60),
)
@example(people=30, again=10, more=1, gap=0.2, jitter=0.0, spread=0.0, weeks=4.0)
@example(people=30, again=30, more=1, gap=0.2, jitter=0.0, spread=0.0, weeks=6.0)
@example(people=60, again=30, more=12, gap=8.0, jitter=0.0, spread=0.0, weeks=60.0)
def test_any_small_shop_gets_an_interval_in_order(
    people: int, again: int, more: int, gap: float, jitter: float, spread: float, weeks: float
) -> None:
    """Also one whose likelihood has its peak at the end of the world: regular buyers, one price."""
    chance = np.random.default_rng(people * 100 + more)
    rows = []
    for one in range(people):
        first = weeks * one / people
        times = [first + gap * (at + jitter * chance.random()) for at in range(1, more + 1)]
        kept = [week for week in times if week <= weeks] if one < again else []
        rows += [(one, week, 2900 * (1 + spread * chance.random())) for week in (first, *kept)]
    customer, week, amount = zip(*rows, strict=True)
    purchases = Purchases(customer=np.array(customer), week=np.array(week), amount=np.array(amount))
    labels = Labels(
        product=("Guide",) * people, cohort=("2026-03",) * people, channel=("direct",) * people
    )
    found = customer_value(purchases, labels, until=weeks)

    assert found.everybody is not None
    for group in (found.everybody, *found.by_product, *found.by_cohort):
        come = group.to_come
        assert bool(found.missing) == (come is None)
        if come is not None:
            assert 0 <= come.low <= come.middle <= come.high < float("inf")


def test_a_channel_tells_its_months_by_those_who_have_lived_through_them() -> None:
    weeks = [0.0] * 6 + [30.0] * 6
    purchases = Purchases(
        customer=np.array([*range(12), *range(6)]),
        week=np.array([*weeks, *[6.0] * 6]),  # the early ones came back in their second month
        amount=np.array([10.0] * 12 + [6.0] * 6),
    )
    labels = Labels(
        product=("Guide",) * 12, cohort=("2026-03",) * 12, channel=("direct",) * 11 + ("rare",)
    )
    found = customer_value(purchases, labels, until=32.0)
    direct, rare = found.channels
    assert (direct.label, direct.customers) == ("direct", 11)
    assert direct.by_month[:3] == (10.0, 16.0, 16.0)
    assert len(direct.by_month) == 7  # whole months that the early ones have lived
    assert (rare.label, rare.by_month) == ("rare", (10.0,))


def test_nothing_to_come_is_nothing_with_certainty() -> None:
    found = foretell(np.zeros(3), [], Drift(mean=0.0, sd=0.5, rehearsals=0), share=0.8)
    assert (found.low, found.middle, found.high) == (0.0, 0.0, 0.0)


def test_the_slope_of_the_likelihood_is_its_slope(known: Histories) -> None:
    place = np.array([0.5, 6.0, 0.9, 2.0])
    slope = _buying_slope(place, known).sum(axis=1)
    for at in range(4):
        step = np.zeros(4)
        step[at] = 1e-5
        above = _buying_likelihood(place + step, known).sum()
        below = _buying_likelihood(place - step, known).sum()
        assert slope[at] == pytest.approx((above - below) / 2e-5, rel=1e-5)
