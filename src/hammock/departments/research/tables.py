"""The engine on which a study's table work runs: DuckDB in this process, or a configured one.

Owns its connection. The work itself is written once, with Ibis (`slices`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hammock.departments.research.errors import TableEngineUnusable
from hammock.departments.research.ports import table_engine

if TYPE_CHECKING:
    from ibis.backends import BaseBackend

LONGEST_PROBLEM = 200  # characters


def engine() -> BaseBackend:
    """Connect to the engine. Raises `TableEngineUnusable` when it is not there."""
    import ibis

    address = table_engine()
    kind, _, _ = address.partition("://")
    try:
        found: BaseBackend = ibis.connect(address)
    except Exception as error:  # each engine's driver has errors of its own
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        problem = first.replace(address, "its address")[:LONGEST_PROBLEM].rstrip(".")
        raise TableEngineUnusable(kind=kind, problem=problem) from error
    return found
