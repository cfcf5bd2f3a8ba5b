"""django-tasks-db queueing and running no-op tasks; runs in an environment of its own."""

from __future__ import annotations

import os
import sys
import time

from django.conf import settings

if not settings.configured:
    settings.configure(
        INSTALLED_APPS=["django_tasks", "django_tasks_db"],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": os.environ["PEER_DATABASE"],
                "OPTIONS": {
                    "transaction_mode": "IMMEDIATE",
                    "timeout": 20,
                    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL",
                },
            }
        },
        TASKS={"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}},
        LOGGING_CONFIG=None,
        USE_TZ=True,
    )

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django_tasks import task  # noqa: E402


@task()
def nothing(n: int) -> None:
    """Do nothing."""


def main() -> None:
    """Print tasks a second, queueing included."""
    count = int(sys.argv[1])
    call_command("migrate", interactive=False, verbosity=0)
    began = time.perf_counter()
    for start in range(0, count, 50):
        with transaction.atomic():
            for n in range(start, min(start + 50, count)):
                nothing.enqueue(n)
    call_command("db_worker", batch=True, interval=0, verbosity=0)
    print(count / (time.perf_counter() - began))


if __name__ == "__main__":
    # The worker finds a task by its module's path, which must not be `__main__`.
    from benchmarks import tasks_db_peer

    tasks_db_peer.main()
