"""Spans, rhythms, weeks, streaks and fair shares, without a database."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.departments.team.rhythm import rules
from hammock.departments.team.rhythm.rules import Days, Rhythm, Streak, Week

DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 12, 31))
ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/Santiago", "America/New_York", "Australia/Lord_Howe"]
).map(ZoneInfo)
SPANS = st.builds(
    lambda first, length: Days(first=first, last=first + timedelta(days=length)),
    DAYS,
    st.integers(0, 90),
)
RHYTHMS = st.builds(
    Rhythm,
    first=DAYS,
    every=st.integers(1, 12),
    unit=st.sampled_from(["day", "week", "month", "year"]),
)


@given(one=SPANS, other=SPANS)
def test_two_spans_meet_exactly_when_they_have_a_day_in_common(one: Days, other: Days) -> None:
    def days(span: Days) -> set[date]:
        return {span.first + timedelta(days=number) for number in range(len(span))}

    assert one.meets(other) == bool(days(one) & days(other))
    assert one.meets(other) == other.meets(one)


@given(rhythm=RHYTHMS, number=st.integers(0, 40))
def test_due_days_come_one_after_the_other(rhythm: Rhythm, number: int) -> None:
    assert rhythm.due(0) == rhythm.first
    assert rhythm.due(number) < rhythm.due(number + 1)
    assert rhythm.following(rhythm.due(number)) == rhythm.due(number + 1)


@given(rhythm=RHYTHMS, since=DAYS, length=st.integers(0, 400))
def test_looking_from_a_later_day_finds_the_same_due_days(
    rhythm: Rhythm, since: date, length: int
) -> None:
    last = since + timedelta(days=length)
    slow, number = [], 0
    while rhythm.due(number) <= last:
        if rhythm.due(number) >= since:
            slow.append(rhythm.due(number))
        number += 1
    assert list(rhythm.until(last, since=since)) == slow
    after = rhythm.following(since)
    assert after > since
    assert not [day for day in rhythm.until(after, since=since) if since < day < after]


@given(first=DAYS, every=st.integers(1, 6), number=st.integers(1, 60))
def test_a_monthly_day_is_kept_or_is_the_last_of_a_shorter_month(
    first: date, every: int, number: int
) -> None:
    due = Rhythm(first=first, every=every, unit="month").due(number)
    last = calendar.monthrange(due.year, due.month)[1]
    assert due.day == min(first.day, last)
    assert (due.year - first.year) * 12 + due.month - first.month == every * number


def test_what_begins_on_the_31st_comes_back_to_the_31st() -> None:
    rhythm = Rhythm(first=date(2026, 1, 31), every=1, unit="month")
    assert [rhythm.due(number) for number in range(4)] == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    ]
    leap = Rhythm(first=date(2024, 2, 29), every=1, unit="year")
    assert [leap.due(number).day for number in range(5)] == [29, 28, 28, 28, 29]


@given(day=DAYS, zone=ZONES)
def test_a_day_ends_where_the_next_begins_over_every_change_of_clocks(
    day: date, zone: ZoneInfo
) -> None:
    start, end = rules.starts_at(day, zone), rules.ends_at(day, zone)
    assert end == rules.starts_at(day + timedelta(days=1), zone)
    assert timedelta(hours=22, minutes=30) <= end - start <= timedelta(hours=25)
    assert (start + timedelta(hours=2)).astimezone(zone).date() == day
    assert (end - timedelta(seconds=1)).astimezone(zone).date() == day


def test_a_day_in_berlin_has_23_hours_in_march_and_25_in_october() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    assert rules.ends_at(spring, berlin) - rules.starts_at(spring, berlin) == timedelta(hours=23)
    assert rules.ends_at(autumn, berlin) - rules.starts_at(autumn, berlin) == timedelta(hours=25)


@given(
    now=st.integers(0, 15 * 365 * 24 * 60).map(
        lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    zone=ZONES,
)
def test_nights_and_weekends_lie_behind_us_and_begin_in_the_evening(
    now: datetime, zone: ZoneInfo
) -> None:
    night, weekend = rules.last_night(now, zone), rules.last_weekend(now, zone)
    assert night.since <= night.until <= now
    assert weekend.since <= weekend.until <= now
    assert night.since.astimezone(zone).hour == 18
    assert weekend.since.astimezone(zone).weekday() == 4
    assert night.until - night.since <= timedelta(hours=15)
    assert weekend.until - weekend.since <= timedelta(hours=63)


def test_the_weekend_of_a_wednesday_ran_from_friday_evening_to_monday_morning() -> None:
    span = rules.last_weekend(datetime(2026, 3, 11, 9, 0, tzinfo=UTC), ZoneInfo("UTC"))
    assert span.since == datetime(2026, 3, 6, 18, 0, tzinfo=UTC)
    assert span.until == datetime(2026, 3, 9, 8, 0, tzinfo=UTC)


def test_the_documented_bus_factor_is_one() -> None:
    found = rules.bus_factor({"Ann": 90, "Ben": 8, "Cem": 2})
    assert found.people == 1
    assert found.deeds == 100
    assert [(share.who, share.counts) for share in found.shares] == [
        ("Ann", True),
        ("Ben", False),
        ("Cem", False),
    ]


@pytest.mark.parametrize(
    ("deeds", "people"),
    [({}, 0), ({"Ann": 2}, 0), ({"Ann": 3}, 1), ({"Ann": 5, "Ben": 5, "Cem": 5}, 3)],
)
def test_who_did_little_cannot_run_it(deeds: dict[str, int], people: int) -> None:
    assert rules.bus_factor(deeds).people == people


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 500), max_size=8))
def test_whoever_did_most_counts_if_anybody_does(deeds: dict[str, int]) -> None:
    found = rules.bus_factor(deeds)
    assert found.people <= sum(number > 0 for number in deeds.values())
    assert (found.people > 0) == (max(deeds.values(), default=0) >= rules.FEWEST_DEEDS)


def test_a_streak_ends_at_the_first_miss_and_weeks_without_promises_do_not_matter() -> None:
    kept, missed, idle = Week(done=2, missed=0), Week(done=1, missed=1), Week(done=0, missed=0)
    assert rules.streak([kept, idle, kept, missed, kept]) == Streak(kept=2, missed=0)
    assert rules.streak([missed, idle, missed, kept]) == Streak(kept=0, missed=2)
    assert rules.streak([idle]) == Streak(kept=0, missed=0)
    assert rules.streak([missed]).sentence() == "The last week with promises had a miss."
    assert rules.streak([kept] * 3).sentence() == "The last 3 weeks with promises had no miss."


@pytest.mark.parametrize(
    ("failed", "tried", "before", "is_emergency"),
    [
        (2, 2, (0, 100), False),  # two say nothing
        (3, 4, (10, 100), True),
        (3, 7, (10, 100), False),  # less than half
        (6, 10, (60, 100), False),  # as always here
        (9, 10, (60, 100), False),  # within three standard errors
        (20, 20, (60, 100), True),
        (3, 3, (0, 0), False),  # nothing to compare with, and too few
        (5, 5, (0, 0), False),
    ],
)
def test_failing_payments_are_an_emergency_only_beside_what_is_normal(
    *, failed: int, tried: int, before: tuple[int, int], is_emergency: bool
) -> None:
    assert (
        rules.rises(failed=failed, tried=tried, failed_before=before[0], tried_before=before[1])
        is is_emergency
    )
