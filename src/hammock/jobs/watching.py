"""The house watches itself, and writes its weeks down."""

from __future__ import annotations

from hammock.flows import check_week as checking
from hammock.flows import watch_house as watching
from hammock.kit.jobs import every, job


@every(minutes=5)
@job(priority=10)
def watch_house() -> None:
    """Look for emergencies, tell each new one once, close those that are over."""
    watching.watch_house()


@job(priority=10)
def look_again() -> None:
    """Look a second time whether the front page answers."""
    watching.watch_house(is_second_look=True)


@every(daily_at="06:00")
@job()
def check_week() -> None:
    """Count promises whose day is over as missed, and send last week's check-ins."""
    checking.check_week()
