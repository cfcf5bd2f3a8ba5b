"""Laws are tested in a running shop."""

from tests.fixtures import shelf, till

__all__ = ["shelf", "till"]
