"""A small Stripe over real HTTP, for tests and for trying the selling path by hand.

Start one in Python with `running()`, or by hand with `python -m tests.stripe_stand_in`.
"""

from __future__ import annotations

from tests.stripe_stand_in.server import KEY, WEBHOOK_SECRET, StandIn, running

__all__ = ["KEY", "WEBHOOK_SECRET", "StandIn", "running"]
