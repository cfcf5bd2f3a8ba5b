"""Studies run in the background."""

from __future__ import annotations

from hammock.flows import run_study as studying
from hammock.kit.jobs import every, job


@job(priority=-20)
def run_study(*, study_id: int, run: int) -> None:
    """Study a market from where it was cut off; stops when somebody asks for it."""
    studying.run_study(study_id=study_id, run=run)


@every(daily_at="03:40")
@job(priority=-10)
def forget_steps() -> None:
    """Delete what was kept of studies that nobody goes on with."""
    studying.forget_steps()
