"""Reading what the owner brings and needs."""

from __future__ import annotations

from hammock.departments.planning.rules.means import Means


def means() -> Means | None:
    """Tell what the owner brings and needs, as last answered; None before the first answer."""
    return None
