"""What the owner is reminded of, told and congratulated on."""

from __future__ import annotations

from hammock.flows import ask_back as asking
from hammock.flows import find_milestones as finding
from hammock.flows import write_letter as writing
from hammock.kit.jobs import every, job


@every(daily_at="07:00")
@job()
def ask_back() -> None:
    """Ask the owner what came of the choices whose date has come."""
    asking.ask_back()


@every(hours=1)
@job(priority=-10)
def find_milestones() -> None:
    """Find what was reached for the first time."""
    finding.find_milestones()


@every(daily_at="06:30")
@job(priority=-10)
def write_letter() -> None:
    """Write the owner's letter on Monday, or on the first day after it that anything runs."""
    writing.write_letter()
