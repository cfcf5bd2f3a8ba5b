"""`python -m tests.kit.jobs.killable SECONDS`: a worker with that lease, until SIGTERM or worse."""

from __future__ import annotations

import signal
import sys
import threading
from datetime import timedelta

import django


def main() -> None:
    """Run the worker."""
    django.setup()
    from hammock.kit.jobs import registry
    from hammock.kit.jobs.worker import Worker
    from tests.kit.jobs import working

    assert working.leave_trace.name == "leave_trace"  # its jobs are registered
    registry._timetable.clear()  # the house's own jobs would be counted among the test's
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    Worker(threads=2, lease=timedelta(seconds=float(sys.argv[1]))).run(stop)


if __name__ == "__main__":
    main()
