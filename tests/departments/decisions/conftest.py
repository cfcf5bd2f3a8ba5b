"""Decisions are tested with a kind and people of the tests' own."""

from tests.fixtures import staff

__all__ = ["staff"]
