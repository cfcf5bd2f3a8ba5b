"""Runs the jobs: a dispatcher that claims and settles in batches, and threads that work.

The dispatcher is the only one that touches the queue's rows: one transaction settles what the
threads finished and claims what they do next, so the price of a commit is shared by many jobs.
It also beats the heart, brings back what died elsewhere, and turns the timetable. Jobs run
outside any transaction.

Threads that all run Python only take it from each other, so short jobs run one after another; one
that waits for a server outside (`kit/turns.py`), or takes longer than `_LONG`, lets others begin.

Death at any moment loses nothing: a job is done only when its row says so, and what a dead worker
held comes back when the lease ends.
"""

from __future__ import annotations

import logging
import os
import queue
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.db import Error as DatabaseFault
from django.db import close_old_connections, connection, connections, transaction
from django_tasks import TaskContext

from hammock.kit import clock, ids, turns
from hammock.kit.jobs import actions, backend, leases, registry, rules, timetable
from hammock.kit.jobs.leases import Outcome
from hammock.kit.jobs.models import Job
from hammock.kit.sqlite.log import forced_later

logger = logging.getLogger("hammock.jobs")

_IDLE = 0.6  # seconds between two looks at an empty queue: under two queries a second
_GATHER = 0.05  # seconds in which finished jobs gather for one commit while others run
_AHEAD = 0.2  # seconds of work claimed ahead at the pace that was measured
_MOST = 256  # jobs claimed at once
_AFTER_FAULT = 1.0  # seconds to wait when the database does not answer
_LONG = 0.1  # seconds after which a job no longer keeps others waiting
_BATCH_HERE = 32  # jobs claimed at once by run_until_empty


@dataclass(frozen=True, kw_only=True)
class Ran:
    """How many runs did their work, and how many ended with an error."""

    done: int
    failed: int


class Worker:
    """One worker of the queue, with a name that no other ever has."""

    def __init__(self, *, threads: int = 4, lease: timedelta = timedelta(seconds=30)) -> None:
        self.name = f"{socket.gethostname()[:40]}:{os.getpid()}:{ids.time_ordered()}"
        self._threads = threads
        self._lease = lease
        self._inbox: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._finished: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self._unsettled: list[Outcome] = []
        self._held: set[int] = set()  # claimed and not settled, as far as this process knows
        self._limit = threads
        self._one_at_a_time = threading.Semaphore(1)
        self._running: set[_Turn] = set()
        self._turned_at = self._next_beat = time.monotonic()
        self._next_tick = clock.now()
        self._broken: BaseException | None = None

    def run_until_empty(self) -> Ran:
        """Run in this thread what is due by `kit.clock` until nothing is.

        Jobs that fail wait for their next attempt and are not waited for; the timetable does not
        turn. What is no Exception (a simulated death) goes through and leaves the leases behind.
        """
        done = failed = 0
        leases.return_expired(held=())
        while jobs := self._claim(limit=_BATCH_HERE, again=1):
            outcomes = [_run(job) for job in jobs]
            with transaction.atomic():
                leases.settle(worker=self.name, outcomes=outcomes)
            wrong = sum(outcome.error is not None for outcome in outcomes)
            done, failed = done + len(outcomes) - wrong, failed + wrong
        return Ran(done=done, failed=failed)

    def run(self, stop: threading.Event) -> None:
        """Run jobs in threads until `stop` is set; then finish what runs, give back the rest.

        A database that does not answer is waited for. Poll `stop` only: a signal's handler may set
        it in this very thread.
        """
        crew = [
            threading.Thread(target=self._work, name=f"job-{number}", daemon=True)
            for number in range(self._threads)
        ]
        for thread in crew:
            thread.start()
        logger.info("worker %s takes up work", self.name)
        try:
            while not stop.is_set() and self._broken is None:
                self._wait(had_fault=not self._turn())
        finally:
            self._wind_up(crew)
        if self._broken is not None:
            raise self._broken

    def _turn(self) -> bool:
        """Do what is due of settling, claiming, beating and the timetable; False on a fault."""
        try:
            close_old_connections()
            self._let_others_begin()
            self._keep_time()
            self._collect()
            if self._unsettled or (self._room() > 0 and leases.any_due()):
                self._settle_and_claim()
        except DatabaseFault:
            logger.exception("worker %s cannot reach the queue; it tries again", self.name)
            connection.close()
            return False
        return True

    def _keep_time(self) -> None:
        if time.monotonic() >= self._next_beat:
            leases.prolong(worker=self.name, lease=self._lease, held=self._held)
            leases.return_expired(held=self._held)
            self._next_beat = time.monotonic() + self._lease.total_seconds() / 3
        if clock.now() >= self._next_tick:
            timetable.queue_due()
            self._next_tick = timetable.next_due()

    def _let_others_begin(self) -> None:
        for turn in tuple(self._running):
            turn.end_if_long()

    def _collect(self) -> None:
        while not self._finished.empty():
            self._unsettled.append(self._finished.get())

    def _room(self) -> int:
        return self._limit - (len(self._held) - len(self._unsettled))

    def _settle_and_claim(self) -> None:
        self._measure_pace()
        with transaction.atomic():
            leases.settle(worker=self.name, outcomes=self._unsettled)
            busy = len(self._held) - len(self._unsettled)
            jobs = self._claim(limit=max(self._room(), 0), again=max(self._threads - busy, 0))
        self._held -= {outcome.job.pk for outcome in self._unsettled}
        self._held |= {job.pk for job in jobs}
        self._unsettled = []
        for job in jobs:
            self._inbox.put(job)

    def _measure_pace(self) -> None:
        now = time.monotonic()
        pace = len(self._unsettled) / max(now - self._turned_at, 0.001)
        self._limit = max(self._threads, min(_MOST, int(pace * _AHEAD)))
        self._turned_at = now

    def _claim(self, *, limit: int, again: int) -> list[Job]:
        if limit == 0:
            return []
        with transaction.atomic():
            return leases.claim(worker=self.name, lease=self._lease, limit=limit, again=again)

    def _wait(self, *, had_fault: bool) -> None:
        if had_fault:
            time.sleep(_AFTER_FAULT)
            return
        actions.work_here.wait(_LONG if self._held else _IDLE)
        actions.work_here.clear()
        until = time.monotonic() + _GATHER
        while self._finished.qsize() < len(self._held) and time.monotonic() < until:
            actions.work_here.wait(_GATHER)
            actions.work_here.clear()

    def _work(self) -> None:
        try:
            while (job := self._inbox.get()) is not None:
                close_old_connections()
                self._finished.put(self._run_in_turn(job))
                if self._inbox.qsize() < self._threads:  # else there is work, and settling can wait
                    actions.work_here.set()
        except BaseException as error:
            self._broken = error
            actions.work_here.set()
        finally:
            connections.close_all()

    def _run_in_turn(self, job: Job) -> Outcome:
        turn = _Turn(self._one_at_a_time)
        self._running.add(turn)
        try:
            with turns.having(turn):
                return _run(job)
        finally:
            self._running.discard(turn)

    def _wind_up(self, crew: list[threading.Thread]) -> None:
        unbegun = self._empty_inbox()
        self._one_at_a_time.release(len(crew))
        for _thread in crew:
            self._inbox.put(None)
        for thread in crew:
            while thread.is_alive():
                thread.join(self._lease.total_seconds() / 3)
                leases.prolong(worker=self.name, lease=self._lease, held=self._held)
        self._collect()
        with transaction.atomic():
            leases.settle(worker=self.name, outcomes=self._unsettled)
            leases.give_back(worker=self.name, jobs=unbegun)
        logger.info("worker %s has stopped", self.name)

    def _empty_inbox(self) -> list[Job]:
        jobs: list[Job] = []
        with suppress(queue.Empty):
            while job := self._inbox.get_nowait():
                jobs.append(job)
        return jobs


class _Turn:
    """A job's turn to run; one that was long, or waits, has none and keeps nobody waiting."""

    def __init__(self, one_at_a_time: threading.Semaphore) -> None:
        self._one_at_a_time = one_at_a_time
        self._guard = threading.Lock()
        self._began: float | None = None

    def take(self) -> None:
        """Wait for the turn."""
        self._one_at_a_time.acquire()
        with self._guard:
            self._began = time.monotonic()

    def leave(self) -> None:
        """End the turn, if it did not end before."""
        with self._guard:
            if self._began is not None:
                self._began = None
                self._one_at_a_time.release()

    def end_if_long(self) -> None:
        """End the turn of a job that has run for long."""
        began = self._began
        if began is not None and time.monotonic() - began > _LONG:
            self.leave()


def run_forever(stop: threading.Event, *, threads: int = 4) -> None:
    """Run jobs and the timetable until `stop` is set; see `Worker.run`."""
    Worker(threads=threads).run(stop)


def run_until_empty() -> Ran:
    """Run what is due now in this thread, for tests and the sample business."""
    return Worker().run_until_empty()


def _run(job: Job) -> Outcome:
    """Run a job; what it commits is on the disk with the row that says how it ended."""
    with forced_later():
        return _ran(job)


def _ran(job: Job) -> Outcome:
    try:
        task = registry.task_of(job.name)
        args = job.args
        if task.takes_context:
            args = [TaskContext(task_result=backend.result_of(job, task=task)), *args]
        task.call(*args, **job.kwargs)
    except (Exception, SystemExit) as error:  # any fault of a job is the job's, not the worker's
        logger.warning(
            "job %s %s failed (attempt %s of %s)\n%s",
            job.pk,
            job.name,
            job.attempts,
            job.max_attempts,
            rules.told(error),  # fit for every stream, as the traceback itself may not be
        )
        return Outcome(job=job, error=error)
    return Outcome(job=job, error=None)
