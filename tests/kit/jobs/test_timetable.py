"""The timetable queues each moment once, whoever looks, and makes up for what was missed once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hammock.jobs import housekeeping
from hammock.kit import clock, jobs
from hammock.kit.jobs import actions, registry, rules, timetable, worker
from hammock.kit.jobs.models import Due, Job
from tests import databases
from tests.clocks import FrozenClock
from tests.crashes import dying_everywhere
from tests.races import race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def hourly_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `tick`, every hour, be all that is on the timetable."""
    hourly = rules.schedule(minutes=None, hours=1, daily_at=None)
    monkeypatch.setattr(registry, "_timetable", {"tick": hourly})


def test_a_job_new_to_the_timetable_waits_for_its_first_moment(frozen_clock: FrozenClock) -> None:
    frozen_clock.advance(minutes=30)
    assert timetable.queue_due() == 0
    assert timetable.next_due() == clock.in_(minutes=30)
    frozen_clock.advance(minutes=30)
    assert timetable.queue_due() == 1
    assert Job.objects.get().name == "tick"


def test_a_moment_is_queued_once_however_often_one_looks(frozen_clock: FrozenClock) -> None:
    timetable.queue_due()
    frozen_clock.advance(hours=1)
    assert [timetable.queue_due() for _look in range(3)] == [1, 0, 0]
    worker.run_until_empty()
    assert timetable.queue_due() == 0
    assert Job.objects.count() == 1


def test_two_schedulers_never_double_a_moment(frozen_clock: FrozenClock) -> None:
    timetable.queue_due()
    for _hour in range(5):
        frozen_clock.advance(hours=1)
        finishes = race(*[timetable.queue_due] * 4)
        assert [finish.error for finish in finishes] == [None] * 4
        assert sum(finish.value for finish in finishes) == 1
        worker.run_until_empty()
    assert Job.objects.count() == 5


def test_what_was_missed_while_nothing_ran_is_made_up_for_once(frozen_clock: FrozenClock) -> None:
    timetable.queue_due()
    frozen_clock.advance(days=3, minutes=20)
    assert timetable.queue_due() == 1
    assert worker.run_until_empty().done == 1
    assert timetable.queue_due() == 0
    assert Due.objects.latest("due_at").due_at == datetime(2026, 3, 13, 12, tzinfo=UTC)


def test_a_run_that_is_not_over_is_not_queued_again(frozen_clock: FrozenClock) -> None:
    timetable.queue_due()
    frozen_clock.advance(hours=1)
    timetable.queue_due()
    frozen_clock.advance(hours=1)
    assert timetable.queue_due() == 0
    assert Job.objects.count() == 1
    worker.run_until_empty()
    frozen_clock.advance(hours=1)
    assert timetable.queue_due() == 1


def test_no_moment_is_lost_or_doubled_when_the_scheduler_dies_anywhere(
    frozen_clock: FrozenClock,
) -> None:
    def start() -> None:
        databases.restore()
        timetable.queue_due()
        Due.objects.update(due_at=clock.now() - timedelta(hours=1))

    deaths = 0
    for death in dying_everywhere(timetable.queue_due, start=start):
        timetable.queue_due()
        assert Job.objects.count() == 1, death
        deaths += 1
    assert deaths >= 6


def test_the_clock_set_back_queues_nothing(frozen_clock: FrozenClock) -> None:
    timetable.queue_due()
    frozen_clock.advance(hours=-5)
    assert timetable.queue_due() == 0


def test_the_sweep_keeps_each_jobs_latest_moment(frozen_clock: FrozenClock) -> None:
    for _hour in range(4):
        timetable.queue_due()
        frozen_clock.advance(hours=1)
    frozen_clock.advance(days=30)
    latest = Due.objects.latest("due_at").due_at
    actions.sweep(older_than=timedelta(days=7))
    assert [due.due_at for due in Due.objects.all()] == [latest]


def test_the_house_sweeps_its_done_jobs_by_itself(frozen_clock: FrozenClock) -> None:
    jobs.enqueue("tick")
    worker.run_until_empty()
    frozen_clock.advance(housekeeping.KEPT + timedelta(seconds=1))
    jobs.enqueue("sweep_jobs")
    worker.run_until_empty()
    assert [job.name for job in Job.objects.all()] == ["sweep_jobs"]
