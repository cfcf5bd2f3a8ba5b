"""`python -m benchmarks.jobs_worker WHAT NUMBER …`: what benchmarks.jobs measures, by itself.

`rate N M` makes the tables, queues N no-op jobs in transactions of 50, runs them, prints jobs a
second, queueing included, and leaves M jobs queued that each write a row; `work` runs jobs until it
is killed; `count M` runs what the killed left behind and prints lost and doubled.
"""

from __future__ import annotations

import sys
import threading
import time
from datetime import timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - after setup
from django.db import connection, transaction  # noqa: E402

from hammock.kit import clock  # noqa: E402
from hammock.kit.jobs import enqueue, job, leases  # noqa: E402
from hammock.kit.jobs.models import Job, State  # noqa: E402
from hammock.kit.jobs.worker import Worker  # noqa: E402

AT_ONCE = 50
LEASE = timedelta(seconds=2)


@job()
def nothing(*, n: int) -> None:
    """Do nothing."""


@job(attempts=50)
def mark(*, n: int) -> None:
    """Leave one row, however often it runs: what a careful handler does."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("INSERT INTO marks VALUES (%s) ON CONFLICT DO NOTHING", [n])
        if cursor.rowcount:
            cursor.execute("INSERT INTO effects VALUES (%s)", [n])


def fill(name: str, count: int) -> None:
    """Queue jobs one by one, fifty to a transaction."""
    for start in range(0, count, AT_ONCE):
        with transaction.atomic(durable=True):
            for n in range(start, min(start + AT_ONCE, count)):
                enqueue(name, n=n)


def rate(count: int) -> float:
    """Queue and run no-op jobs; tells how many a second."""
    began = time.perf_counter()
    fill("nothing", count)
    Worker().run_until_empty()
    took = time.perf_counter() - began
    if Job.objects.exclude(state=State.DONE).exists():
        raise RuntimeError("not every job was done")
    return count / took


def prepare() -> None:
    """Make the database and the tables of marks."""
    call_command("migrate", interactive=False, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS marks (n bigint PRIMARY KEY)")
        cursor.execute("CREATE TABLE IF NOT EXISTS effects (n bigint)")


def finish() -> None:
    """Run what is left when the dead workers' leases are over, without the waits between attempts.

    Those grow to hours, for a provider's outage; whether a job is lost shows without them.
    """
    time.sleep(LEASE.total_seconds())
    leases.return_expired(held=())
    Job.objects.filter(state=State.QUEUED).update(run_after=clock.now())
    Worker().run_until_empty()


def counted(count: int) -> tuple[int, int]:
    """Tell how many effects are missing and how many are there twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT n), count(*) FROM effects")
        different, whole = cursor.fetchone()
    return count - different, whole - different


def main() -> None:
    """Do what was asked."""
    what, numbers = sys.argv[1], [int(word) for word in sys.argv[2:]]
    if what == "rate":
        prepare()
        print(rate(numbers[0]))
        fill("mark", numbers[1])
    elif what == "count":
        finish()
        lost, doubled = counted(numbers[0])
        print(lost, doubled)
    else:
        Worker(lease=LEASE).run(threading.Event())


if __name__ == "__main__":
    main()
