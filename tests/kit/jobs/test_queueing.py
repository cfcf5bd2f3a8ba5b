"""Work is queued in the caller's transaction, by names that exist, and once where asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django_tasks import TaskResultStatus, task

from hammock.kit import clock, jobs
from hammock.kit.jobs import actions, leases, queries, registry, worker
from hammock.kit.jobs.errors import (
    AlreadyQueued,
    DuplicateJob,
    JobArguments,
    NotFailed,
    UnknownJob,
)
from hammock.kit.jobs.models import Job, State
from tests.clocks import FrozenClock
from tests.kit.jobs import working
from tests.races import race

pytestmark = pytest.mark.usefixtures("traces")


def takes_by_position(n: int) -> None:
    """Show what is refused."""


def takes_a_reserved_word(*, dedupe: str) -> None:
    """Show what is refused."""


@task()
def librarys_own(n: int, *, word: str) -> None:
    """Leave a run, as a library's task with an argument by position would."""
    assert word == "by name"
    working.urgent.call(n=n)


def test_a_job_is_queued_only_if_the_transaction_commits() -> None:
    with transaction.atomic():
        jobs.enqueue("leave_trace", n=1)
    with transaction.atomic():
        jobs.enqueue("leave_trace", n=2)
        transaction.set_rollback(True)
    assert [job.kwargs for job in Job.objects.all()] == [{"n": 1}]


def test_a_queued_job_carries_what_its_decorator_said() -> None:
    job = Job.objects.get(pk=working.queued("always_fails"))
    assert (job.name, job.queue, job.max_attempts) == ("always_fails", "default", 3)
    assert (job.state, job.attempts, job.dedupe_key) == (State.QUEUED, 0, None)


def test_an_unregistered_name_is_refused_by_name() -> None:
    with pytest.raises(UnknownJob, match="“make_gold”"):
        jobs.enqueue("make_gold")
    with pytest.raises(UnknownJob, match="“make_gold”"):
        jobs.enqueue_many("make_gold", [{}])
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    "kwargs", [{}, {"m": 1}, {"n": 1, "m": 2}, {"n": {1}}, {"n": float("nan")}, {"n": "a\x00"}]
)
def test_arguments_that_the_job_or_the_store_cannot_take_are_refused(
    kwargs: dict[str, object],
) -> None:
    with pytest.raises(JobArguments, match="leave_trace"):
        actions.enqueue("leave_trace", dedupe=None, run_after=None, kwargs=kwargs)
    with pytest.raises(JobArguments, match="leave_trace"):
        jobs.enqueue_many("leave_trace", [{"n": 1}, kwargs])
    assert not Job.objects.exists()


def test_two_functions_of_one_name_are_refused() -> None:
    def leave_trace(*, n: int) -> None:
        pass

    with pytest.raises(DuplicateJob, match=r"working\.leave_trace"):
        jobs.job()(leave_trace)


def test_a_job_must_take_its_arguments_by_name() -> None:
    with pytest.raises(JobArguments, match="keyword-only"):
        jobs.job()(takes_by_position)
    with pytest.raises(JobArguments, match="“dedupe”"):
        jobs.job()(takes_a_reserved_word)
    assert not {"takes_by_position", "takes_a_reserved_word"} & set(registry.tasks())


def test_the_timetable_takes_no_job_that_needs_arguments() -> None:
    with pytest.raises(JobArguments, match="leave_trace"):
        jobs.every(hours=1)(working.leave_trace)
    assert "leave_trace" not in registry.timetable()


def test_a_dedupe_key_is_live_once_until_the_job_is_done() -> None:
    assert jobs.enqueue("leave_trace", dedupe="one", n=1) is not None
    assert jobs.enqueue("leave_trace", dedupe="one", n=1) is None
    assert jobs.enqueue("leave_trace", dedupe="two", n=2) is not None
    assert jobs.enqueue("urgent", dedupe="one", n=3) is not None
    worker.run_until_empty()
    assert jobs.enqueue("leave_trace", dedupe="one", n=1) is not None


def test_a_deduped_job_leaves_the_callers_transaction_whole() -> None:
    jobs.enqueue("leave_trace", dedupe="one", n=1)
    with transaction.atomic():
        assert jobs.enqueue("leave_trace", dedupe="one", n=1) is None
        jobs.enqueue("leave_trace", n=2)
    assert Job.objects.count() == 2


def test_of_rivals_with_one_dedupe_key_one_queues() -> None:
    def queue() -> int | None:
        with transaction.atomic():
            return jobs.enqueue("leave_trace", dedupe="one", n=1)

    finishes = race(*[queue] * 6)
    assert [finish.error for finish in finishes] == [None] * 6
    assert sum(finish.value is not None for finish in finishes) == 1
    assert Job.objects.count() == 1


def test_the_database_itself_refuses_a_second_live_key() -> None:
    """The negative control of the race: without the look beforehand the unique key decides."""
    jobs.enqueue("leave_trace", dedupe="one", n=1)
    with pytest.raises(IntegrityError):
        Job.objects.create(name="leave_trace", dedupe_key="one", kwargs={"n": 1})


def test_many_jobs_are_queued_at_once_and_all_run() -> None:
    assert jobs.enqueue_many("leave_trace", [{"n": n} for n in range(100)]) == 100
    assert worker.run_until_empty().done == 100
    assert working.traces("effects") == list(range(100))


def test_a_job_waits_for_its_moment(frozen_clock: FrozenClock) -> None:
    jobs.enqueue("leave_trace", run_after=clock.in_(hours=1), n=1)
    assert worker.run_until_empty().done == 0
    frozen_clock.advance(hours=1)
    assert worker.run_until_empty().done == 1


def test_a_librarys_task_is_queued_and_run_with_its_arguments_by_position(
    frozen_clock: FrozenClock,
) -> None:
    with transaction.atomic():
        result = librarys_own.using(run_after=clock.in_(minutes=5)).enqueue(4, word="by name")
    assert result.status == TaskResultStatus.READY
    frozen_clock.advance(minutes=5)
    assert worker.run_until_empty().done == 1
    result.refresh()
    assert (result.status, result.attempts) == (TaskResultStatus.SUCCESSFUL, 1)
    assert (result.args, result.kwargs) == ([4], {"word": "by name"})
    assert working.traces("runs") == [4]


def test_what_makes_something_anew_waits_once(
    frozen_clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        librarys_own.get_backend().options, "REFRESHING", [librarys_own.module_path]
    )
    first = librarys_own.enqueue(4, word="by name")
    assert librarys_own.enqueue(4, word="by name").id == first.id
    assert librarys_own.enqueue(5, word="by name").id != first.id
    with transaction.atomic():
        (running, *_) = leases.claim(worker="w", lease=timedelta(seconds=30), limit=1, again=1)
    assert str(running.pk) == first.id
    after = librarys_own.enqueue(4, word="by name")
    assert after.id != first.id  # the one that runs may have read what was there before
    Job.objects.filter(pk=after.id).update(run_after=clock.in_(hours=1))  # it failed and waits
    assert librarys_own.enqueue(4, word="by name").id != after.id


def test_any_other_task_of_a_library_is_queued_as_often_as_it_is_asked_for() -> None:
    first = librarys_own.enqueue(4, word="by name")
    assert librarys_own.enqueue(4, word="by name").id != first.id


def test_a_house_job_can_be_queued_as_a_django_task_too() -> None:
    result = working.leave_trace.enqueue(n=5)
    assert Job.objects.get(pk=int(result.id)).name == "leave_trace"
    worker.run_until_empty()
    assert working.leave_trace.get_result(result.id).status == TaskResultStatus.SUCCESSFUL


def test_a_failed_tasks_result_tells_its_error(frozen_clock: FrozenClock) -> None:
    result = working.always_fails.enqueue()
    worker.run_until_empty()
    waiting = working.always_fails.get_result(result.id)
    assert waiting.status == TaskResultStatus.READY
    assert waiting.errors[0].exception_class is ValueError
    frozen_clock.advance(days=1)
    worker.run_until_empty()
    frozen_clock.advance(days=1)
    worker.run_until_empty()
    failed = working.always_fails.get_result(result.id)
    assert (failed.status, failed.attempts) == (TaskResultStatus.FAILED, 3)


def test_only_a_failed_job_is_tried_again_by_hand(frozen_clock: FrozenClock) -> None:
    job_id = working.queued("always_fails")
    with pytest.raises(NotFailed, match="queued"), transaction.atomic():
        actions.retry(job_id=job_id)
    _run_to_the_end(frozen_clock)
    assert [job.pk for job in queries.failed_jobs()] == [job_id]
    with transaction.atomic():
        actions.retry(job_id=job_id)
    job = Job.objects.get(pk=job_id)
    assert (job.state, job.attempts, job.finished_at) == (State.QUEUED, 0, None)


def test_a_failed_job_whose_key_is_live_again_stays_failed(frozen_clock: FrozenClock) -> None:
    job_id = working.queued("always_fails", dedupe="one")
    _run_to_the_end(frozen_clock)
    jobs.enqueue("always_fails", dedupe="one")
    with pytest.raises(AlreadyQueued, match="“one”"), transaction.atomic():
        actions.retry(job_id=job_id)
    assert Job.objects.get(pk=job_id).state == State.FAILED


def test_jobs_are_counted_by_state(frozen_clock: FrozenClock) -> None:
    jobs.enqueue("always_fails")
    _run_to_the_end(frozen_clock)
    jobs.enqueue("leave_trace", n=1)
    worker.run_until_empty()
    due = clock.now()
    jobs.enqueue("leave_trace", n=2)
    jobs.enqueue("leave_trace", run_after=clock.in_(days=1), n=3)
    frozen_clock.advance(minutes=1)
    assert queries.counts() == queries.JobCounts(
        queued=2, running=0, done=1, failed=1, waiting_since=due
    )


def test_the_sweep_takes_old_done_jobs_and_nothing_else(frozen_clock: FrozenClock) -> None:
    jobs.enqueue("always_fails")
    _run_to_the_end(frozen_clock)
    jobs.enqueue("leave_trace", n=1)
    worker.run_until_empty()
    frozen_clock.advance(days=7, seconds=1)
    jobs.enqueue("leave_trace", n=2)
    worker.run_until_empty()
    jobs.enqueue("leave_trace", n=3)
    assert actions.sweep(older_than=timedelta(days=7)) == 1
    assert sorted(Job.objects.values_list("state", flat=True)) == ["done", "failed", "queued"]


def _run_to_the_end(frozen_clock: FrozenClock) -> None:
    for _attempt in range(3):
        worker.run_until_empty()
        frozen_clock.advance(days=1)
