"""Tables that only grow, rows by the hundred thousand, one moment: what the ORM does not do.

Migrations of append-only tables end with `refuse_changes(table)`. The triggers hold against every
writer, ours included; corrections are new rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, models, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import StateApps

_SQLITE = """
CREATE TRIGGER {table}_no_{verb_name} BEFORE {verb} ON "{table}"
BEGIN SELECT RAISE(ABORT, '{table} only grows: {verb} refused'); END
"""
_POSTGRESQL = """
CREATE OR REPLACE FUNCTION {table}_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{table} only grows: % refused', TG_OP
USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON "{table}"
FOR EACH ROW EXECUTE FUNCTION {table}_only_grows();
"""


def refuse_changes(table: str) -> Operation:
    """Make the migration operation that lets `table` only grow."""

    def forwards(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                editor.execute(_SQLITE.format(table=table, verb=verb, verb_name=verb.lower()), None)
        else:
            editor.execute(_POSTGRESQL.format(table=table), params=None)  # its % is SQL

    return RunPython(forwards)


def run_sql(*, sqlite: Sequence[str], postgresql: Sequence[str]) -> Operation:
    """Make the migration operation that runs each database's own statements."""

    def forwards(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        for statement in sqlite if editor.connection.vendor == "sqlite" else postgresql:
            editor.execute(statement, params=None)

    return RunPython(forwards)


def insert_rows(
    model: type[models.Model], *, columns: Sequence[str], rows: Iterable[Sequence[int | str]]
) -> None:
    """Write rows of whole numbers and texts into the model's table, in the caller's transaction.

    For the bulk of an import: SQLite's executemany and PostgreSQL's COPY take a small part of the
    time that `bulk_create` takes. Nothing of the model's Python runs, so every column without a
    database default must be given; the database's constraints and triggers hold as ever.
    """
    quote = connection.ops.quote_name
    table, names = quote(model._meta.db_table), ", ".join(map(quote, columns))  # noqa: SLF001 - its documented API
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", list(rows))  # noqa: S608 - names of columns


def guards_of(table: str) -> frozenset[str]:
    """Name the triggers by which `refuse_changes` lets the table only grow."""
    if connection.vendor == "sqlite":
        return frozenset({f"{table}_no_update", f"{table}_no_delete"})
    return frozenset({f"{table}_no_change"})


@contextmanager
def one_moment() -> Iterator[None]:
    """Let all reads of the block see the database as it is now, while others go on writing.

    Nothing can be written inside, and it stands in no transaction.
    """
    if connection.vendor == "sqlite":
        # Django would open with BEGIN IMMEDIATE, which keeps every writer waiting until the end.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            cursor.execute("PRAGMA query_only = ON")
            try:
                yield
            finally:
                cursor.execute("PRAGMA query_only = OFF")
                cursor.execute("ROLLBACK")
        return
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def triggers() -> frozenset[str]:
    """Name every trigger that the database has now (a rebuilt SQLite table loses its own)."""
    sql = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return frozenset(str(row[0]) for row in cursor.fetchall())
