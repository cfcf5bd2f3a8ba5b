"""Background jobs: queued in the transaction that made them necessary, run once or again.

The whole interface of this package to the rest of the house:

- `@job(...)` makes a module-level function (keyword-only arguments, JSON values) a task under its
  dotted-free name, such as `deliver_order`;
- `enqueue("deliver_order", order_id=7)` queues it by that name, in the caller's transaction;
- `@every(...)` puts a task on the timetable.

`backend` speaks Django's tasks API over these tables, `worker` runs them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from hammock.kit.jobs.registry import JobTask, every, job

__all__ = ["JobTask", "enqueue", "enqueue_each", "enqueue_many", "every", "job"]


def enqueue(
    name: str,
    /,
    *,
    dedupe: str | None = None,
    run_after: datetime | None = None,
    **kwargs: object,
) -> int | None:
    """Queue a registered job by name in the caller's transaction; answers with its id.

    With `dedupe`, None when a job of this name and key is queued or running already: give a key
    only to work of which one run at about that time is enough, for what changes while it runs does
    not run it again. It starts at `run_after` (aware), at once by default. Raises `UnknownJob`,
    and `JobArguments` when the job does not take these arguments or they are no JSON.
    """
    from hammock.kit.jobs import actions  # models cannot be imported before the apps are

    return actions.enqueue(name, dedupe=dedupe, run_after=run_after, kwargs=kwargs)


def enqueue_each(names: Iterable[str], /, **kwargs: object) -> None:
    """Queue several registered jobs with the same arguments, in one statement.

    Raises as `enqueue` does, before anything is queued.
    """
    from hammock.kit.jobs import actions  # models cannot be imported before the apps are

    actions.enqueue_each(names, kwargs=kwargs)


def enqueue_many(name: str, every_kwargs: Iterable[Mapping[str, object]]) -> int:
    """Queue a registered job once for each of the arguments; tells how many.

    Raises as `enqueue` does, before anything is queued.
    """
    from hammock.kit.jobs import actions  # models cannot be imported before the apps are

    return actions.enqueue_many(name, every_kwargs=every_kwargs)
