"""Jobs that the tests of the queue run, and the tables in which they leave their traces.

`runs` takes a row for every time a job ran; `effects` is what a careful handler does: a mark made
unique by its reason first, and the effect in the same transaction, only if the mark was new.
"""

from __future__ import annotations

import sys
import threading
from typing import Any

from django.db import connection, transaction

from hammock.kit import turns
from hammock.kit.jobs import enqueue, job
from tests.crashes import SimulatedCrash

_TABLES = (
    "CREATE TABLE IF NOT EXISTS marks (n bigint PRIMARY KEY)",
    "CREATE TABLE IF NOT EXISTS effects (n bigint)",
    "CREATE TABLE IF NOT EXISTS runs (n bigint)",
)


def make_tables() -> None:
    """Make the empty trace tables anew."""
    with connection.cursor() as cursor:
        for name in ("marks", "effects", "runs"):
            cursor.execute(f"DROP TABLE IF EXISTS {name}")
        for statement in _TABLES:
            cursor.execute(statement)


def queued(name: str, **kwargs: Any) -> int:
    """Queue a job that is not deduped; answers with its id."""
    job_id = enqueue(name, **kwargs)
    assert job_id is not None
    return job_id


def traces(table: str) -> list[int]:
    """List the numbers in a trace table, sorted."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT n FROM {table} ORDER BY n")
        return [row[0] for row in cursor.fetchall()]


@job()
def leave_trace(*, n: int) -> None:
    """Do the numbered effect once, however often it runs."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("INSERT INTO runs VALUES (%s)", [n])
        cursor.execute("INSERT INTO marks VALUES (%s) ON CONFLICT DO NOTHING", [n])
        if cursor.rowcount:
            cursor.execute("INSERT INTO effects VALUES (%s)", [n])


@job(attempts=3)
def always_fails(*, word: str = "no") -> None:
    """Fail with a text that no database likes."""
    raise ValueError(f"{word} \x00 \udcff")


@job()
def leaves_early() -> None:
    """Try to end the process."""
    sys.exit(3)


@job(priority=50)
def urgent(*, n: int) -> None:
    """Leave a run; claimed before the others."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO runs VALUES (%s)", [n])


@job(priority=-50)
def lazy(*, n: int) -> None:
    """Leave a run; claimed after the others."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO runs VALUES (%s)", [n])


@job()
def needs_no_transaction() -> None:
    """Fail if it runs inside a transaction."""
    with transaction.atomic(durable=True):
        pass


@job(attempts=1_000)
def stubborn(*, n: int) -> None:
    """Do the numbered effect once, and never give up."""
    leave_trace.call(n=n)


started = threading.Event()
released = threading.Event()


@job()
def waits() -> None:
    """Say that it runs, and run until released."""
    started.set()
    assert released.wait(30)


@job()
def waits_outside() -> None:
    """Wait as for somebody outside, until released."""
    with turns.waiting():
        started.set()
        assert released.wait(30)


inside = 0
most_inside = 0


@job()
def counts_who_runs() -> None:
    """Note how many of these run at once."""
    global inside, most_inside
    inside += 1
    most_inside = max(most_inside, inside)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    inside -= 1


@job()
def kills_its_thread() -> None:
    """Die as nothing that a handler may catch."""
    raise SimulatedCrash


@job()
def tick() -> None:
    """Stand on a test's timetable."""
