"""The doors are tested in a running shop."""

from tests.fixtures import shelf, shop, till

__all__ = ["shelf", "shop", "till"]
