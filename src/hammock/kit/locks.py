"""Row locks: taken in key order, and never outside a transaction.

On PostgreSQL they are SELECT … FOR UPDATE; on SQLite every transaction opens with BEGIN IMMEDIATE,
so whoever holds one holds the only pen. docs/locks.md tells which lock comes first.
"""

from __future__ import annotations

from typing import TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

from hammock.kit.errors import HammockError

M = TypeVar("M", bound=Model)


class LockOutsideTransaction(HammockError):
    """A lock was asked for where it would be lost at once."""

    def sentence(self) -> str:
        """Say what to do."""
        return "Locks are taken inside a transaction."


def lock(rows: QuerySet[M]) -> list[M]:
    """Lock the rows until the transaction ends, in the order of their keys, and read them fresh."""
    refuse_outside_transaction()
    return list(locking(rows))


def lock_one(rows: QuerySet[M]) -> M:
    """Lock the one row and read it fresh. Raises its model's `DoesNotExist`."""
    refuse_outside_transaction()
    return locking(rows).get()


def refuse_outside_transaction() -> None:
    """Raise `LockOutsideTransaction` where a lock would be lost at once."""
    if not connection.in_atomic_block:
        raise LockOutsideTransaction


def locking(rows: QuerySet[M]) -> QuerySet[M]:
    """Describe the rows as `lock` reads them, for `kit.prepared`."""
    return rows.order_by("pk").select_for_update(of=("self",))
