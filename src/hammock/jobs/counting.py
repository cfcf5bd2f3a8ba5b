"""What was counted of visitors forgets them."""

from __future__ import annotations

from hammock.flows import count_visits as counting
from hammock.kit.jobs import every, job


@every(daily_at="00:15")
@job(priority=-10)
def forget_visitors() -> None:
    """Delete yesterday's hashes of browsers and the secret that they were made with."""
    counting.forget_visitors()
