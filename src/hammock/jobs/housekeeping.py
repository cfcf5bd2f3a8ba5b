"""What keeps the house clean by itself."""

from __future__ import annotations

from datetime import timedelta

from hammock.kit.jobs import actions, every, job

KEPT = timedelta(days=7)


@every(daily_at="03:30")
@job(priority=-10)
def sweep_jobs() -> None:
    """Delete the jobs that were done a week ago; those that failed stay."""
    while actions.sweep(older_than=KEPT):
        pass
