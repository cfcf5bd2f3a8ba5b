"""Django's tasks API over our tables, so that a library's own tasks (Wagtail's) run here too."""

from __future__ import annotations

from typing import Any

from django_tasks import TaskResult, TaskResultStatus
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError
from django_tasks.exceptions import TaskResultDoesNotExist
from django_tasks.utils import normalize_json

from hammock.kit.jobs import actions, registry
from hammock.kit.jobs.models import Job, State

_STATUS = {
    State.QUEUED: TaskResultStatus.READY,
    State.RUNNING: TaskResultStatus.RUNNING,
    State.DONE: TaskResultStatus.SUCCESSFUL,
    State.FAILED: TaskResultStatus.FAILED,
}


class JobBackend(BaseTaskBackend):
    """Queues tasks as jobs in the caller's transaction.

    What a task returns is not kept: a result tells how the job went, its value is None.
    OPTIONS["REFRESHING"] lists tasks (dotted paths) that make something anew from what they find:
    while one waits, the same one is not queued beside it, or two would write the same rows at once.
    """

    task_class = registry.JobTask
    supports_defer = True
    supports_get_result = True
    supports_priority = True

    def enqueue(self, task: Task[..., Any], args: Any, kwargs: dict[str, Any]) -> TaskResult[Any]:
        """Queue the task with arguments by position, by name, or both."""
        self.validate_task(task)
        given, named = list(normalize_json(args)), normalize_json(kwargs)
        row = None
        if task.module_path in self.options.get("REFRESHING", ()) and task.run_after is None:
            row = actions.waiting_task(task, args=given, kwargs=named)
        if row is None:
            row = actions.enqueue_task(task, args=given, kwargs=named)
        return result_of(row, task=task)

    def get_result(self, result_id: str) -> TaskResult[Any]:
        """Tell how the job of this id stands; raises TaskResultDoesNotExist."""
        try:
            row = Job.objects.get(pk=int(result_id))
        except (ValueError, Job.DoesNotExist) as error:
            raise TaskResultDoesNotExist(result_id) from error
        return result_of(row, task=registry.task_of(row.name))


def result_of(row: Job, *, task: Task[..., Any]) -> TaskResult[Any]:
    """Tell a job as Django's tasks API does; the last worker stands once for each attempt."""
    errors = []
    if row.last_error:
        class_path = row.last_error.partition(":")[0]
        errors.append(TaskError(exception_class_path=class_path, traceback=row.last_error))
    return TaskResult(
        task=task,
        id=str(row.pk),
        status=_STATUS[State(row.state)],
        enqueued_at=row.enqueued_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        last_attempted_at=row.started_at,
        args=row.args,
        kwargs=row.kwargs,
        backend=task.backend,
        errors=errors,
        worker_ids=[row.leased_by] * row.attempts,
    )
