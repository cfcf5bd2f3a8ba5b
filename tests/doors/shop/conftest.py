"""The doors are tested in a running shop."""

from tests.fixtures import shelf, shop, staff, till

__all__ = ["shelf", "shop", "staff", "till"]
