"""When to try again, and when the timetable's moments are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.kit.jobs import rules

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from([UTC, BERLIN, ZoneInfo("America/St_Johns"), ZoneInfo("Asia/Kathmandu")])
MOMENTS = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    max_value=datetime(2040, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
SCHEDULES = st.one_of(
    st.integers(1, 3000).map(lambda n: rules.schedule(minutes=n, hours=None, daily_at=None)),
    st.times().map(
        lambda t: rules.schedule(minutes=None, hours=None, daily_at=t.strftime("%H:%M"))
    ),
)


@given(attempts=st.integers(1, 40), jitter=st.floats(0, 1))
def test_each_wait_is_longer_than_the_one_before_up_to_six_hours(
    attempts: int, jitter: float
) -> None:
    wait = rules.wait_before_retry(attempts=attempts, jitter=jitter)
    plain = rules.wait_before_retry(attempts=attempts, jitter=0)
    after = rules.wait_before_retry(attempts=attempts + 1, jitter=0)
    assert plain <= wait <= plain * 1.25
    assert plain < after or plain == after == timedelta(hours=6)


def test_the_waits_are_those_of_the_documentation() -> None:
    waits = [rules.wait_before_retry(attempts=n, jitter=0).total_seconds() for n in range(1, 8)]
    assert waits == [15, 60, 240, 960, 3840, 15360, 21600]


@given(schedule=SCHEDULES, now=MOMENTS, zone=ZONES)
def test_now_lies_between_the_latest_moment_and_the_following_one(
    schedule: rules.Schedule, now: datetime, zone: ZoneInfo
) -> None:
    assert schedule.latest(now, zone) <= now < schedule.following(now, zone)


@given(schedule=SCHEDULES, now=MOMENTS, zone=ZONES)
def test_no_moment_lies_between_the_latest_and_the_following(
    schedule: rules.Schedule, now: datetime, zone: ZoneInfo
) -> None:
    following = schedule.following(now, zone)
    assert schedule.latest(following, zone) == following
    assert schedule.latest(following - timedelta(microseconds=1), zone) == schedule.latest(
        now, zone
    )


def test_three_in_the_morning_stays_three_on_the_wall_through_summer_time() -> None:
    daily = rules.schedule(minutes=None, hours=None, daily_at="03:00")
    winter = daily.latest(datetime(2026, 3, 28, 12, tzinfo=UTC), BERLIN)
    summer = daily.latest(datetime(2026, 3, 29, 12, tzinfo=UTC), BERLIN)
    assert winter == datetime(2026, 3, 28, 2, tzinfo=UTC)
    assert summer == datetime(2026, 3, 29, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "hours", "daily_at"),
    [(None, None, None), (5, 1, None), (5, None, "03:00"), (0, None, None), (None, None, "25:00")],
)
def test_a_timetable_that_says_nothing_or_two_things_is_refused(
    minutes: int | None, hours: int | None, daily_at: str | None
) -> None:
    with pytest.raises(ValueError, match=r"say one|interval|hour must|isoformat"):
        rules.schedule(minutes=minutes, hours=hours, daily_at=daily_at)


@given(text=st.text(alphabet=st.characters()))
def test_any_error_is_told_in_text_that_every_database_takes(text: str) -> None:
    told = rules.told(ValueError(f"{text}\x00\udcff"))
    assert "\x00" not in told
    assert told.encode("utf-8")
    assert told.startswith("builtins.ValueError: ")
