"""Hours count once and never in silence; days off are what the records say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from hammock.departments.catalogue.models import Shop
from hammock.departments.ledger.rules import Chart
from hammock.departments.planning import hours
from hammock.departments.planning.hours import Deeds, NoTimer, TimerForgotten, TimerRuns
from hammock.departments.planning.models import Energy, Timing, WeekHours
from hammock.departments.planning.rules import hours as rules
from hammock.departments.planning.rules.hours import Run
from hammock.flows import note_hours as noting
from hammock.flows.record_expense import Expense, record_expense
from hammock.kit import clock
from hammock.kit.errors import FieldError
from hammock.kit.money import Money
from tests.clocks import NOON, FrozenClock
from tests.races import race

BERLIN = ZoneInfo("Europe/Berlin")
ME, OTHER = 7, 8
MONDAY = date(2026, 3, 9)  # the frozen clock stands on the Tuesday after it
pytestmark = pytest.mark.django_db(transaction=True)

_FIRST = datetime(2026, 3, 1)  # noqa: DTZ001 - Hypothesis adds the zone
_LAST = datetime(2026, 11, 1)  # noqa: DTZ001 - likewise
RUNS = st.lists(
    st.builds(
        lambda start, minutes: Run(started_at=start, stopped_at=start + timedelta(minutes=minutes)),
        st.datetimes(_FIRST, _LAST, timezones=st.just(UTC)),  # both changes of the clock are within
        st.integers(1, 1440),
    ),
    max_size=20,
)


@given(RUNS)
def test_no_minute_is_lost_or_made_up_at_midnight_or_when_the_clock_changes(
    runs: list[Run],
) -> None:
    whole = sum((run.stopped_at - run.started_at for run in runs), timedelta())
    by_day = rules.minutes_by_day(runs, zone=BERLIN)
    lost = whole / timedelta(minutes=1) - sum(by_day.values())
    assert 0 <= lost < max(1, len(by_day))  # each day rounds down to the minute
    for run in runs:
        assert run.started_at.astimezone(BERLIN).date() in by_day


def test_a_run_over_midnight_belongs_to_both_days() -> None:
    run = Run(
        started_at=datetime(2026, 3, 8, 22, 30, tzinfo=UTC),
        stopped_at=datetime(2026, 3, 9, 0, 30, tzinfo=UTC),
    )
    assert rules.minutes_by_day([run], zone=UTC) == {date(2026, 3, 8): 90, MONDAY: 30}
    assert rules.minutes_by_day([run], zone=BERLIN) == {date(2026, 3, 8): 30, MONDAY: 90}


@given(
    timed=st.dictionaries(st.integers(0, 20), st.integers(0, 600)),
    written=st.dictionaries(st.integers(0, 2), st.integers(0, 10_080)),
)
def test_a_written_week_counts_instead_of_its_timer_and_whole_weeks_add_up(
    timed: dict[int, int], written: dict[int, int]
) -> None:
    first = date(2026, 2, 16)
    days = {first + timedelta(days=at): minutes for at, minutes in timed.items()}
    weeks = {first + timedelta(weeks=at): minutes for at, minutes in written.items()}
    found = rules.worked(
        since=first,
        until=first + timedelta(weeks=3),
        today=date(2026, 4, 1),
        timed=days,
        written=weeks,
    )
    by_timer = sum(minutes for day, minutes in days.items() if rules.monday(day) not in weeks)
    assert (found.timed, found.written) == (by_timer, sum(weeks.values()))


def test_the_timer_runs_once_and_survives_a_restart(frozen_clock: FrozenClock) -> None:
    noting.start_timer(member_id=ME)
    with pytest.raises(TimerRuns):
        noting.start_timer(member_id=ME)
    noting.start_timer(member_id=OTHER)  # another's timer is another's
    frozen_clock.advance(hours=2, minutes=5)
    # Nothing but the row knows of it: a restarted program reads the same.
    assert hours.hours_worked(since=MONDAY, until=date(2026, 3, 16)).minutes == 0
    noting.stop_timer(member_id=ME)
    with pytest.raises(NoTimer):
        noting.stop_timer(member_id=ME)
    found = hours.hours_worked(since=MONDAY, until=date(2026, 3, 16), member_id=ME)
    assert (found.minutes, str(found.hours)) == (125, "2.08")


def test_two_clicks_at_once_start_one_timer() -> None:
    ends = race(*[lambda: noting.start_timer(member_id=ME)] * 2)
    assert Timing.objects.count() == 1
    assert sorted(type(end.value or end.error).__name__ for end in ends) == ["TimerRuns", "Timing"]


def test_a_timer_forgotten_overnight_is_asked_about_and_counts_nothing_in_silence(
    frozen_clock: FrozenClock,
) -> None:
    noting.start_timer(member_id=ME)
    frozen_clock.advance(hours=19)
    with pytest.raises(TimerForgotten) as refused:
        noting.stop_timer(member_id=ME)
    assert refused.value.sentence() == (
        "The timer has run since 10 March, 12:00. When did you stop?"
    )
    assert hours.hours_worked(since=MONDAY, until=date(2026, 3, 16)).minutes == 0
    for wrong in (NOON, NOON - timedelta(hours=1), NOON + timedelta(hours=20)):
        with pytest.raises(FieldError) as wrongly:
            noting.stop_timer(member_id=ME, stopped_at=wrong)
        assert wrongly.value.field == "stopped_at"
    noting.stop_timer(member_id=ME, stopped_at=NOON + timedelta(hours=3))
    assert hours.hours_worked(since=MONDAY, until=date(2026, 3, 16)).minutes == 180


def test_a_timer_forgotten_for_days_cannot_claim_them(frozen_clock: FrozenClock) -> None:
    noting.start_timer(member_id=ME)
    frozen_clock.advance(days=4)
    with pytest.raises(FieldError, match="more than a day"):
        noting.stop_timer(member_id=ME, stopped_at=NOON + timedelta(days=3))
    assert hours.days_timed(since=MONDAY, until=date(2026, 3, 16), member_id=ME) == {
        date(2026, 3, 10)
    }
    assert noting.drop_timer(member_id=ME)
    assert not noting.drop_timer(member_id=ME)
    assert not Timing.objects.exists()


@pytest.mark.parametrize(
    ("week_of", "minutes", "words"),
    [
        (date(2026, 3, 2), -1, "0 or more"),
        (date(2026, 3, 2), 168 * 60 + 1, "168 hours"),
        (MONDAY, 37 * 60, "36 hours so far"),
        (date(2026, 3, 16), 60, "not begun"),
        (date(2026, 3, 3), 60, "Monday"),
    ],
)
def test_hours_that_a_week_cannot_have_are_refused(
    week_of: date, minutes: int, words: str, frozen_clock: FrozenClock
) -> None:
    with pytest.raises(FieldError, match=words):
        noting.write_week(member_id=ME, week_of=week_of, minutes=minutes)
    assert not WeekHours.objects.exists()


def test_the_database_itself_refuses_an_eighth_day() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        WeekHours.objects.create(member_id=ME, week_of=MONDAY, minutes=168 * 60 + 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Energy.objects.create(member_id=ME, week_of=MONDAY, level=6)


def _of_the_week() -> int:
    return hours.hours_worked(since=MONDAY, until=date(2026, 3, 16)).minutes


def test_a_week_is_written_over_the_timer_and_given_back_to_it(frozen_clock: FrozenClock) -> None:
    noting.start_timer(member_id=ME)
    frozen_clock.advance(hours=3)
    noting.stop_timer(member_id=ME)
    noting.write_week(member_id=ME, week_of=MONDAY, minutes=20 * 60)
    assert _of_the_week() == 20 * 60
    noting.write_week(member_id=ME, week_of=MONDAY, minutes=10 * 60)
    assert _of_the_week() == 10 * 60
    # Of a week that goes on, what is written lies on the days that have begun.
    assert hours.hours_worked(since=MONDAY, until=date(2026, 3, 10)).minutes == 5 * 60
    assert noting.write_week(member_id=ME, week_of=MONDAY, minutes=None) is None
    assert _of_the_week() == 3 * 60


def test_energy_is_one_tap_a_week_and_the_second_corrects_it(frozen_clock: FrozenClock) -> None:
    noting.tap_energy(member_id=ME, level=2)
    noting.tap_energy(member_id=ME, level=4)
    assert hours.energy_of(member_id=ME, week_of=MONDAY) == 4
    for level in (0, 6, -1):
        with pytest.raises(FieldError):
            noting.tap_energy(member_id=ME, level=level)
    frozen_clock.advance(days=7)
    assert hours.energy_of(member_id=ME, week_of=MONDAY + timedelta(days=7)) is None
    noting.tap_energy(member_id=ME, level=1)
    told = hours.energies(member_id=ME, until=clock.today(), weeks=4)
    assert [one.level for one in told] == [4, 1]


def _rest(deeds: Deeds, *, since: date = date(2026, 3, 2)) -> rules.Rest:
    return hours.rest(since=since, until=date(2026, 3, 9), member_id=ME, deeds=deeds)


def test_days_off_are_those_without_hours_and_without_deeds(frozen_clock: FrozenClock) -> None:
    with clock.at(datetime(2026, 3, 3, 9, tzinfo=UTC)):
        noting.start_timer(member_id=ME)
    with clock.at(datetime(2026, 3, 3, 11, tzinfo=UTC)):
        noting.stop_timer(member_id=ME)
    deeds = Deeds(days={date(2026, 3, 6)}, begun=date(2026, 2, 1))
    found = _rest(deeds)
    assert (found.known, found.off, found.longest) == (7, 5, 2)
    assert found.last == date(2026, 3, 8)


def test_of_days_before_anything_was_noted_nothing_is_claimed(frozen_clock: FrozenClock) -> None:
    assert _rest(Deeds()).known == 0
    assert _rest(Deeds(begun=date(2026, 3, 5))).known == 4


def test_a_written_week_without_a_trace_tells_nothing_of_its_days(
    frozen_clock: FrozenClock,
) -> None:
    noting.write_week(member_id=ME, week_of=date(2026, 3, 2), minutes=600)
    begun = Deeds(begun=date(2026, 2, 1))
    assert _rest(begun).known == 0
    seen = Deeds(days={date(2026, 3, 4)}, begun=date(2026, 2, 1))
    assert (_rest(seen).known, _rest(seen).off) == (7, 6)


def test_what_an_hour_brought_is_profit_over_hours_of_the_weeks_that_tell(
    shop: Shop, frozen_clock: FrozenClock
) -> None:
    assert hours.wage(currency="EUR") is None
    record_expense(
        Expense(
            amount=Money(3000, "EUR"),
            account=Chart.TOOLS,
            centre="guides",
            description="Server",
            spent_at=datetime(2026, 3, 4, 12, tzinfo=UTC),
        )
    )
    noting.write_week(member_id=ME, week_of=date(2026, 3, 2), minutes=20 * 60)
    found = hours.wage(currency="EUR")
    assert found is not None
    assert (found.an_hour, found.weeks) == (Money(-150, "EUR"), 1)


def test_stretches_find_each_run_of_days_once() -> None:
    days = [date(2026, 1, 1) + timedelta(days=at) for at in (0, 1, 2, 4, 5, 6, 7, 20)]
    assert rules.stretches(days, length=3) == [date(2026, 1, 3), date(2026, 1, 7)]
    assert rules.stretches([], length=3) == []
