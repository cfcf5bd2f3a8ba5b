"""Which jobs there are: name → task, and name → timetable.

Filled while Django starts, by the decorators `job` and `every`; read-only afterwards.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ParamSpec, TypeVar

from django.utils.module_loading import import_string
from django_tasks.base import Task

from hammock.kit.jobs import rules
from hammock.kit.jobs.errors import DuplicateJob, JobArguments, UnknownJob

P = ParamSpec("P")
T = TypeVar("T")

_RESERVED = {"dedupe", "run_after"}  # enqueue's own

_tasks: dict[str, JobTask[..., Any]] = {}
_timetable: dict[str, rules.Schedule] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class JobTask(Task[P, T]):
    """A Django task that is tried `attempts` times before it counts as failed."""

    attempts: int = 8


def job(
    *, queue: str = "default", attempts: int = 8, priority: int = 0
) -> Callable[[Callable[P, T]], JobTask[P, T]]:
    """Register a module-level function, keyword-only arguments, under its name.

    `queue` is a word to group by in the console; higher `priority` (−100 to 100) is claimed first.
    Raises `DuplicateJob` when the name is taken, `JobArguments` when the function takes arguments
    by position.
    """

    def register(function: Callable[P, T]) -> JobTask[P, T]:
        name = function.__name__
        if name in _tasks:
            first = _tasks[name].module_path
            second = f"{function.__module__}.{function.__qualname__}"
            raise DuplicateJob(name=name, first=first, second=second)
        _refuse_signature(function, name)
        made: JobTask[P, T] = JobTask(
            func=function, queue_name=queue, priority=priority, attempts=attempts
        )
        _tasks[name] = made
        return made

    return register


def every(
    *, minutes: int | None = None, hours: int | None = None, daily_at: str | None = None
) -> Callable[[JobTask[P, T]], JobTask[P, T]]:
    """Put a registered job that needs no arguments on the timetable.

    Say one of the three; `daily_at` is "HH:MM" on the wall in the business's time zone. Moments
    missed while nothing ran are made up for once.
    """
    when = rules.schedule(minutes=minutes, hours=hours, daily_at=daily_at)

    def put(task: JobTask[P, T]) -> JobTask[P, T]:
        refuse_arguments(task, {})
        _timetable[task.name] = when
        return task

    return put


def tasks() -> Mapping[str, JobTask[..., Any]]:
    """List the registered jobs by name."""
    return dict(_tasks)


def timetable() -> Mapping[str, rules.Schedule]:
    """List the timetable: when each of its jobs is due."""
    return dict(_timetable)


def registered(name: str) -> JobTask[..., Any]:
    """Find the job of that name; raises `UnknownJob`."""
    try:
        return _tasks[name]
    except KeyError:
        raise UnknownJob(name=name) from None


def task_of(name: str) -> Task[..., Any]:
    """Find what a row's name means: a registered job, or a library's task by its dotted path."""
    if "." not in name:
        return registered(name)
    try:
        found = import_string(name)
    except ImportError as error:
        raise UnknownJob(name=name) from error
    if not isinstance(found, Task):
        raise UnknownJob(name=name)
    return found


def name_of(task: Task[..., Any]) -> str:
    """Tell the name under which a row keeps this task."""
    known = _tasks.get(task.name)
    return task.name if known and known.func is task.func else str(task.module_path)


def refuse_arguments(task: Task[..., Any], kwargs: Mapping[str, object]) -> None:
    """Raise `JobArguments` unless the task takes these and both databases can keep them."""
    try:
        _signature_of(task.func).bind(**kwargs)
        text = json.dumps(kwargs, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise JobArguments(name=task.name, problem=str(error)) from error
    if "\\u0000" in text:
        raise JobArguments(name=task.name, problem="an argument holds a NUL character")


@cache
def _signature_of(function: Callable[..., Any]) -> inspect.Signature:
    return inspect.signature(function)


def _refuse_signature(function: Callable[..., Any], name: str) -> None:
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            raise JobArguments(name=name, problem=f"“{parameter.name}” must be keyword-only")
        if parameter.name in _RESERVED:
            raise JobArguments(name=name, problem=f"no argument may be called “{parameter.name}”")
