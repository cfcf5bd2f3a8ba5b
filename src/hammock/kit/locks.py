"""Locks: of rows in key order, and of names for what has no row yet; never outside a transaction.

On PostgreSQL they are SELECT … FOR UPDATE and advisory locks; on SQLite every transaction opens
with BEGIN IMMEDIATE, so whoever holds one holds the only pen. docs/locks.md tells the order.
"""

from __future__ import annotations

from hashlib import sha256
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


def share(name: str) -> None:
    """Hold the name until the transaction ends, beside all others that share it."""
    _hold(name, by="pg_advisory_xact_lock_shared")


def claim(name: str) -> None:
    """Hold the name alone until the transaction ends: waits for those that share it, as they do."""
    _hold(name, by="pg_advisory_xact_lock")


def _hold(name: str, *, by: str) -> None:
    refuse_outside_transaction()
    if connection.vendor != "postgresql":
        return  # the transaction holds the only pen
    key = int.from_bytes(sha256(name.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {by}(%s)", [key])
