"""Decisions are tested with a kind and people of the tests' own."""

from tests.fixtures import shelf, shop, staff, till

__all__ = ["shelf", "shop", "staff", "till"]
