"""Flows are tested in a running shop."""

from tests.fixtures import mailbox, shelf, shop, staff, till

__all__ = ["mailbox", "shelf", "shop", "staff", "till"]
