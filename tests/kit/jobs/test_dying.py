"""Death at any moment loses no job and doubles no effect."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from hammock.kit import jobs
from hammock.kit.jobs import worker
from hammock.kit.jobs.models import Job, State
from tests import databases
from tests.clocks import FrozenClock, frozen
from tests.crashes import When, crash_at, dying_everywhere
from tests.kit.jobs import working
from tests.kit.jobs.test_running import at_work
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("traces")
SHORT_LEASE = timedelta(seconds=2)


def test_dying_between_any_two_statements_loses_and_doubles_nothing(
    frozen_clock: FrozenClock,
) -> None:
    def start() -> None:
        Job.objects.all().delete()
        working.make_tables()
        jobs.enqueue_many("leave_trace", [{"n": 1}, {"n": 2}])

    deaths = 0
    for death in dying_everywhere(worker.run_until_empty, start=start):
        frozen_clock.advance(minutes=1)
        worker.run_until_empty()
        frozen_clock.advance(minutes=1)
        worker.run_until_empty()
        assert set(Job.objects.values_list("state", flat=True)) == {"done"}, death
        assert working.traces("effects") == [1, 2], death
        deaths += 1
    assert deaths >= 20


class Queue(RuleBasedStateMachine):
    """Queue, run, die and wait in any order; in the end all that was committed is done once."""

    def __init__(self) -> None:
        super().__init__()
        Job.objects.all().delete()
        working.make_tables()
        self._frozen = frozen()
        self.clock = self._frozen.__enter__()
        self.next = 0
        self.wanted: list[int] = []

    def _number(self) -> int:
        self.next += 1
        return self.next

    @rule(many=st.integers(1, 4))
    def queue(self, many: int) -> None:
        with transaction.atomic():
            for _job in range(many):
                self.wanted.append(self._number())
                jobs.enqueue("stubborn", n=self.wanted[-1])

    @rule()
    def queue_and_think_better_of_it(self) -> None:
        with transaction.atomic():
            jobs.enqueue("stubborn", n=self._number())
            transaction.set_rollback(True)

    @rule()
    def queue_what_always_fails(self) -> None:
        jobs.enqueue("always_fails")

    @rule(number=st.integers(1, 40), when=st.sampled_from(["before", "after"]))
    def queue_and_die(self, number: int, when: When) -> None:
        n = self._number()
        with crash_at(number, when=when), transaction.atomic():
            jobs.enqueue("stubborn", n=n)
        if Job.objects.filter(name="stubborn", kwargs__n=n).exists():
            self.wanted.append(n)

    @rule()
    def run(self) -> None:
        worker.run_until_empty()

    @rule(number=st.integers(1, 60), when=st.sampled_from(["before", "after"]))
    def run_and_die(self, number: int, when: When) -> None:
        with crash_at(number, when=when):
            worker.run_until_empty()

    @rule(seconds=st.integers(1, 4_000))
    def wait(self, seconds: int) -> None:
        self.clock.advance(seconds=seconds)

    @invariant()
    def nothing_is_done_twice_or_unasked(self) -> None:
        effects = working.traces("effects")
        assert len(effects) == len(set(effects))
        assert set(effects) <= set(self.wanted)

    def teardown(self) -> None:
        try:
            while Job.objects.filter(state__in=["queued", "running"]).exists():
                self.clock.advance(days=1)
                worker.run_until_empty()
            assert working.traces("effects") == sorted(self.wanted)
            failed = Job.objects.filter(state=State.FAILED)
            assert set(failed.values_list("name", "attempts")) <= {("always_fails", 3)}
        finally:
            self._frozen.__exit__(None, None, None)


def test_any_history_of_queueing_running_and_dying_ends_with_all_done_once() -> None:
    run_state_machine_as_test(
        Queue, settings=settings(max_examples=25, stateful_step_count=20, deadline=None)
    )


@contextmanager
def worker_process(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker in a process of its own, on this test's database."""
    variables = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "hammock.config.settings",
        "DATABASE_URL": databases.url(),
        "HAMMOCK_DATA": str(tmp_path),
        "PYTHONPATH": f"{databases.ROOT / 'src'}{os.pathsep}{databases.ROOT}",
    }
    connection.close()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.kit.jobs.killable", str(SHORT_LEASE.total_seconds())],
        env=variables,
        cwd=databases.ROOT,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def expect_each_effect_once(number: int) -> None:
    """Compare the effects with 0 to `number`; tells all that is known of what is wrong."""
    effects = Counter(working.traces("effects"))
    for n in range(number):
        if effects[n] != 1:
            marks, ran = (working.traces(table).count(n) for table in ("marks", "runs"))
            rows = list(Job.objects.filter(kwargs__n=n).values())
            pytest.fail(f"{effects[n]} effects of {n}: {marks} marks, {ran} runs, {rows}")
    assert effects.total() == number


def ran_at_least(number: int) -> bool:
    return runs() >= number


def runs() -> int:
    return len(working.traces("runs"))


def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(tmp_path: Path) -> None:
    jobs.enqueue_many("leave_trace", [{"n": n} for n in range(400)])
    with worker_process(tmp_path) as process:
        until(lambda: runs() >= 20)
        process.send_signal(signal.SIGKILL)
        process.wait()
    left = Job.objects.exclude(state=State.DONE).count()
    assert left > 0
    with at_work(worker.Worker(threads=2, lease=SHORT_LEASE)):
        until(lambda: Job.objects.filter(state=State.DONE).count() == 400)
    expect_each_effect_once(400)


def test_a_worker_told_to_stop_leaves_nothing_running(tmp_path: Path) -> None:
    jobs.enqueue_many("leave_trace", [{"n": n} for n in range(400)])
    with worker_process(tmp_path) as process:
        until(lambda: runs() >= 20)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finished = Job.objects.filter(state=State.DONE).count()
    assert finished == runs() == len(working.traces("effects"))
    assert Job.objects.filter(state=State.QUEUED, attempts=0).count() == 400 - finished


@pytest.mark.slow
def test_workers_killed_again_and_again_lose_and_double_nothing(tmp_path: Path) -> None:
    jobs.enqueue_many("stubborn", [{"n": n} for n in range(1_500)])
    for kill in range(1, 6):
        with worker_process(tmp_path) as process:
            until(partial(ran_at_least, kill * 200))
            process.send_signal(signal.SIGKILL)
            process.wait()
    with at_work(worker.Worker(threads=2, lease=SHORT_LEASE)):
        until(lambda: Job.objects.filter(state=State.DONE).count() == 1_500, patience=120)
    expect_each_effect_once(1_500)


@pytest.mark.slow
@pytest.mark.postgres
def test_several_worker_processes_killed_in_turn_lose_and_double_nothing(tmp_path: Path) -> None:
    jobs.enqueue_many("stubborn", [{"n": n} for n in range(1_500)])
    with worker_process(tmp_path), worker_process(tmp_path) as second:
        until(lambda: runs() >= 600)
        second.send_signal(signal.SIGKILL)
        with worker_process(tmp_path):
            until(lambda: Job.objects.filter(state=State.DONE).count() == 1_500, patience=120)
    expect_each_effect_once(1_500)
