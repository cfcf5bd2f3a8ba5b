"""What planning does by itself."""

from __future__ import annotations

from hammock.flows import ask_reality_again as asking
from hammock.kit.jobs import every, job


@every(daily_at="05:10")
@job(priority=-10)
def ask_reality_again() -> None:
    """Ask the owner the reality check's questions again, a quarter after the last answers."""
    asking.ask_reality_again()
