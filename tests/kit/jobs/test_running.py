"""What is queued is run: in order, outside transactions, again when it failed, not for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from hammock.kit import clock, jobs
from hammock.kit.jobs import actions, leases, worker
from hammock.kit.jobs.models import Job, State
from hammock.kit.sqlite.log import Log
from tests.clocks import FrozenClock
from tests.crashes import SimulatedCrash
from tests.kit.jobs import working
from tests.races import race
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("traces")
LEASE = timedelta(seconds=30)


@contextmanager
def at_work(runner: worker.Worker) -> Iterator[threading.Event]:
    """Run the worker in a thread of its own; stopped and joined at the end of the block."""
    stop = threading.Event()

    def run() -> None:
        try:
            runner.run(stop)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        working.released.set()
        thread.join(30)
        assert not thread.is_alive()


@pytest.fixture(autouse=True)
def fresh_events() -> None:
    working.started.clear()
    working.released.clear()


def done(number: int) -> Callable[[], bool]:
    return lambda: Job.objects.filter(state=State.DONE).count() == number


def claim(name: str, *, limit: int = 10, again: int = 10) -> list[Job]:
    with transaction.atomic():
        return leases.claim(worker=name, lease=LEASE, limit=limit, again=again)


def settle(name: str, job: Job, error: Exception | None = None) -> None:
    with transaction.atomic():
        leases.settle(worker=name, outcomes=[leases.Outcome(job=job, error=error)])


def test_a_job_runs_outside_any_transaction() -> None:
    jobs.enqueue("needs_no_transaction")
    assert worker.run_until_empty() == worker.Ran(done=1, failed=0)


def test_what_jobs_commit_is_forced_with_the_row_that_says_they_are_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    jobs.enqueue_many("leave_trace", [{"n": n} for n in range(5)])
    done_when_forced: list[int] = []
    force = Log.force

    def forced(log: Log) -> None:
        done_when_forced.append(Job.objects.filter(state=State.DONE).count())
        force(log)

    monkeypatch.setattr(Log, "force", forced)
    worker.run_until_empty()
    once_claimed_and_once_done = [0, 5]
    is_ours = connection.vendor == "sqlite"  # PostgreSQL forces its own log
    assert done_when_forced == (once_claimed_and_once_done if is_ours else [])


def test_the_urgent_runs_first_then_the_oldest(frozen_clock: FrozenClock) -> None:
    jobs.enqueue("lazy", n=3)
    frozen_clock.advance(seconds=1)
    jobs.enqueue("lazy", n=4)
    jobs.enqueue("urgent", n=2)
    jobs.enqueue("urgent", run_after=clock.now() - timedelta(hours=1), n=1)
    assert [job.kwargs["n"] for job in claim("w")] == [1, 2, 3, 4]


def test_a_job_that_a_job_queues_runs_too() -> None:
    jobs.enqueue("leave_trace", n=1)
    with transaction.atomic():
        jobs.enqueue_many("leave_trace", [{"n": n} for n in range(2, 90)])
    assert worker.run_until_empty().done == 89


def test_a_failing_job_waits_longer_each_time_and_then_has_failed(
    frozen_clock: FrozenClock,
) -> None:
    job_id = working.queued("always_fails", word="never")
    waits = []
    for _attempt in range(2):
        assert worker.run_until_empty() == worker.Ran(done=0, failed=1)
        job = Job.objects.get(pk=job_id)
        waits.append((job.run_after - clock.now()).total_seconds())
        assert (job.state, job.lease_until) == (State.QUEUED, None)
        frozen_clock.move_to(job.run_after)
    assert 15 <= waits[0] <= 18.75
    assert 60 <= waits[1] <= 75
    worker.run_until_empty()
    job = Job.objects.get(pk=job_id)
    assert (job.state, job.attempts, job.finished_at) == (State.FAILED, 3, clock.now())
    assert job.last_error.startswith("builtins.ValueError: never ")
    assert "Traceback (most recent call last)" in job.last_error
    frozen_clock.advance(days=9)
    assert worker.run_until_empty() == worker.Ran(done=0, failed=0)


def test_one_failing_job_does_not_touch_its_neighbours() -> None:
    jobs.enqueue("leave_trace", n=1)
    jobs.enqueue("always_fails")
    jobs.enqueue("leave_trace", n=2)
    assert worker.run_until_empty() == worker.Ran(done=2, failed=1)
    assert working.traces("effects") == [1, 2]


def test_a_job_that_leaves_the_program_only_fails() -> None:
    jobs.enqueue("leaves_early")
    assert worker.run_until_empty() == worker.Ran(done=0, failed=1)


def test_a_name_that_is_no_longer_registered_fails_with_its_name() -> None:
    Job.objects.create(name="long_gone")
    Job.objects.create(name="nowhere.at_all")
    assert worker.run_until_empty() == worker.Ran(done=0, failed=2)
    errors = sorted(Job.objects.values_list("last_error", flat=True))
    assert "“long_gone”" in errors[0]
    assert "“nowhere.at_all”" in errors[1]


def test_what_a_dead_worker_held_returns_when_the_lease_ends(frozen_clock: FrozenClock) -> None:
    jobs.enqueue("leave_trace", n=1)
    claim("dead")
    assert worker.run_until_empty().done == 0
    frozen_clock.advance(LEASE)
    assert worker.run_until_empty().done == 0
    frozen_clock.advance(seconds=1)
    assert worker.run_until_empty().done == 1
    assert Job.objects.get().attempts == 2


def test_a_job_whose_workers_all_died_has_failed_and_says_so(frozen_clock: FrozenClock) -> None:
    jobs.enqueue("always_fails")
    for number in range(3):
        assert len(claim(f"dead {number}")) == 1
        frozen_clock.advance(LEASE + timedelta(seconds=1))
        assert leases.return_expired(held=()) == 1
        frozen_clock.advance(days=1)
    job = Job.objects.get()
    assert job.state == State.FAILED
    assert "WorkerLost: Worker dead 2 did not come back" in job.last_error


def test_the_heartbeat_keeps_a_lease(frozen_clock: FrozenClock) -> None:
    jobs.enqueue("leave_trace", n=1)
    (mine,) = claim("slow")
    frozen_clock.advance(seconds=29)
    leases.prolong(worker="slow", lease=LEASE, held=[mine.pk])
    frozen_clock.advance(seconds=29)
    assert leases.return_expired(held=()) == 0
    frozen_clock.advance(seconds=2)
    assert leases.return_expired(held=()) == 1


def test_a_worker_that_lost_its_lease_changes_nothing_any_more(frozen_clock: FrozenClock) -> None:
    jobs.enqueue("always_fails")
    (mine,) = claim("slow")
    frozen_clock.advance(seconds=31)
    leases.return_expired(held=())
    (theirs,) = claim("heir")
    for error in (None, ValueError("late")):
        settle("slow", mine, error)
        leases.give_back(worker="slow", jobs=[mine])
        leases.prolong(worker="slow", lease=timedelta(days=9), held=[mine.pk])
    job = Job.objects.get()
    assert (job.state, job.leased_by, job.attempts) == (State.RUNNING, "heir", 2)
    assert job.lease_until == theirs.lease_until
    settle("heir", theirs)
    assert Job.objects.get().state == State.DONE


def test_a_claim_that_its_worker_never_heard_of_comes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The commit came through, its answer did not: nobody may keep such a lease alive."""
    monkeypatch.setattr(worker, "_AFTER_FAULT", 0.0)
    true_claim, fell_silent = leases.claim, threading.Event()

    def claim_and_fall_silent(**terms: Any) -> list[Job]:
        taken = true_claim(**terms)
        if taken and not fell_silent.is_set():
            fell_silent.set()
            transaction.on_commit(_fall_silent)
        return taken

    monkeypatch.setattr(leases, "claim", claim_and_fall_silent)
    jobs.enqueue("leave_trace", n=1)
    with at_work(worker.Worker(threads=1, lease=timedelta(seconds=1))):
        until(done(1))
    assert Job.objects.get().attempts == 2
    assert working.traces("runs") == [1]


def _fall_silent() -> None:
    raise OperationalError("the answer to COMMIT was lost")


def test_few_of_those_that_lost_a_worker_are_claimed_at_once(frozen_clock: FrozenClock) -> None:
    jobs.enqueue_many("leave_trace", [{"n": n} for n in range(6)])
    assert len(claim("dead")) == 6
    frozen_clock.advance(seconds=31)
    leases.return_expired(held=())
    jobs.enqueue("leave_trace", n=9)
    assert [job.kwargs["n"] for job in claim("heir", again=2)] == [0, 1, 9]


def test_rivals_never_claim_the_same_job() -> None:
    jobs.enqueue_many("leave_trace", [{"n": n} for n in range(60)])
    claims = race(*[lambda name=name: claim(f"w{name}", limit=25) for name in range(4)])
    assert [finish.error for finish in claims] == [None] * 4
    taken = [job.pk for finish in claims for job in finish.value]
    assert len(taken) == len(set(taken)) == 60


def test_threads_run_what_is_queued_before_and_after_they_start() -> None:
    jobs.enqueue_many("leave_trace", [{"n": n} for n in range(300)])
    with at_work(worker.Worker(threads=3)):
        until(done(300))
        for n in range(300, 320):
            jobs.enqueue("leave_trace", n=n)
        until(done(320))
    assert working.traces("effects") == working.traces("runs") == list(range(320))


def test_short_jobs_run_one_after_another_whatever_the_number_of_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker._Turn, "end_if_long", lambda _turn: None)
    working.most_inside = 0
    jobs.enqueue_many("counts_who_runs", [{} for _ in range(100)])
    with at_work(worker.Worker(threads=4)):
        until(done(100))
    assert working.most_inside == 1


def test_a_job_that_takes_long_lets_others_begin() -> None:
    jobs.enqueue("waits")
    jobs.enqueue_many("leave_trace", [{"n": n} for n in range(20)])
    with at_work(worker.Worker(threads=2)):
        assert working.started.wait(30)
        until(done(20))
        assert Job.objects.get(name="waits").state == State.RUNNING


def test_a_job_that_waits_for_somebody_outside_lets_others_begin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    jobs.enqueue("waits_outside")
    jobs.enqueue_many("leave_trace", [{"n": n} for n in range(20)])
    monkeypatch.setattr(worker._Turn, "end_if_long", lambda _turn: None)
    with at_work(worker.Worker(threads=2)):
        assert working.started.wait(30)
        until(done(20))
        working.released.set()
        until(done(21))


def test_a_job_queued_in_this_process_wakes_the_worker_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker, "_IDLE", 20.0)
    with at_work(worker.Worker(threads=1)) as stop:
        jobs.enqueue("leave_trace", n=1)
        until(done(1), patience=10)
        stop.set()
        actions.work_here.set()


def test_an_idle_worker_asks_one_cheap_question_a_turn() -> None:
    idle = worker.Worker(threads=1)
    idle._turn()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        idle._turn()
    statements = [query["sql"] for query in asked.captured_queries]
    assert len(statements) == 1
    assert statements[0].startswith("SELECT")
    assert worker._IDLE > 0.5


def test_the_heart_beats_while_a_long_job_runs() -> None:
    job_id = working.queued("waits")
    with at_work(worker.Worker(threads=1, lease=timedelta(seconds=1))):
        assert working.started.wait(30)
        first = Job.objects.get(pk=job_id).lease_until
        assert first is not None
        until(lambda: Job.objects.filter(pk=job_id, lease_until__gt=first).exists())
        working.released.set()
        until(done(1))
    assert Job.objects.get(pk=job_id).attempts == 1


def test_a_stopped_worker_finishes_what_runs_and_gives_back_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    jobs.enqueue("waits")
    jobs.enqueue_many("leave_trace", [{"n": n} for n in range(5)])
    runner = worker.Worker(threads=1)
    monkeypatch.setattr(runner, "_limit", 6)
    monkeypatch.setattr(runner, "_measure_pace", lambda: None)
    with at_work(runner) as stop:
        assert working.started.wait(30)
        until(lambda: Job.objects.filter(state=State.RUNNING).count() == 6)
        stop.set()
        until(lambda: runner._inbox.qsize() <= 1)  # only the word to go home is left
        working.released.set()
    assert Job.objects.get(name="waits").state == State.DONE
    rest = Job.objects.filter(name="leave_trace")
    assert set(rest.values_list("state", "attempts", "lease_until")) == {("queued", 0, None)}
    assert working.traces("runs") == []


def test_a_database_that_does_not_answer_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_AFTER_FAULT", 0.0)
    true_any_due = leases.any_due
    refused = threading.Event()

    def refuses_once() -> bool:
        if not refused.is_set():
            refused.set()
            raise OperationalError("gone")
        return true_any_due()

    monkeypatch.setattr(leases, "any_due", refuses_once)
    jobs.enqueue("leave_trace", n=1)
    with at_work(worker.Worker(threads=1)):
        until(done(1))
    assert refused.is_set()


def test_an_end_that_could_not_be_written_is_written_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker, "_AFTER_FAULT", 0.0)
    true_settle, faults = leases.settle, iter([OperationalError("gone")])

    def refuses_once(*, worker: str, outcomes: list[leases.Outcome]) -> None:
        if outcomes and (fault := next(faults, None)):
            raise fault
        true_settle(worker=worker, outcomes=outcomes)

    monkeypatch.setattr(leases, "settle", refuses_once)
    jobs.enqueue("leave_trace", n=1)
    with at_work(worker.Worker(threads=1)):
        until(done(1))
    assert next(faults, None) is None
    assert working.traces("runs") == [1]


def test_a_thread_that_dies_takes_its_worker_down_and_loses_nothing(
    frozen_clock: FrozenClock,
) -> None:
    jobs.enqueue("kills_its_thread", run_after=clock.now() - timedelta(days=900))
    with pytest.raises(SimulatedCrash):
        worker.Worker(threads=1).run(threading.Event())
    assert Job.objects.get().state == State.RUNNING
    Job.objects.update(lease_until=clock.now() - timedelta(seconds=1))
    assert leases.return_expired(held=()) == 1
    assert Job.objects.get().state == State.QUEUED


def test_two_workers_share_the_work_and_double_nothing() -> None:
    jobs.enqueue_many("leave_trace", [{"n": n} for n in range(200)])
    with at_work(worker.Worker(threads=2)), at_work(worker.Worker(threads=2)):
        until(done(200))
    assert working.traces("runs") == list(range(200))
