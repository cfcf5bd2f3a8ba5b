"""A consistent copy of the database, and putting one in its place; SQLite and PostgreSQL."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from psycopg.conninfo import make_conninfo

SQLITE, POSTGRESQL = "database.sqlite3", "database.pgdump"
_LIBPQ = ("dbname", "host", "port", "user", "options", "service", "sslmode", "sslrootcert")

# What is there goes whole, tables of a newer version too, in the transaction that brings the copy.
_CLEAR = """
DO $$ DECLARE thing text; BEGIN
FOR thing IN SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
  WHERE schemaname = 'public' LOOP EXECUTE 'DROP TABLE ' || thing || ' CASCADE'; END LOOP;
FOR thing IN SELECT p.oid::regprocedure::text FROM pg_proc p
  WHERE p.pronamespace = 'public'::regnamespace AND NOT EXISTS (
    SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e'
  ) LOOP EXECUTE 'DROP FUNCTION ' || thing || ' CASCADE'; END LOOP;
END $$;
"""


def copy_database(folder: Path) -> Path:
    """Write the database as it is at this moment into the folder, while others go on writing."""
    if connection.vendor == "sqlite":
        target = folder / SQLITE
        connection.ensure_connection()
        with closing(sqlite3.connect(target)) as copy:
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, no log beside it
        return target
    target = folder / POSTGRESQL
    _run("pg_dump", "--format=custom", "--schema=public", "--no-owner", f"--file={target}")
    return target


def applied_migrations() -> list[str]:
    """List the migrations of the house that the database has, as `sales.0001_initial`."""
    ours = {app for app, _name in _known_migrations()}
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied if app in ours)


def refuse_newer(migrations: Iterable[str]) -> None:
    """Refuse a copy that has migrations which this version does not know."""
    known = {f"{app}.{name}" for app, name in _known_migrations()}
    unknown = sorted(set(migrations) - known)
    if unknown:
        raise CommandError(
            f"manifest.json: the backup is of a newer Hammock ({unknown[0]} is unknown here). "
            "Install that version first. Nothing was changed."
        )


def check_copy(folder: Path) -> Path:
    """Find the copy of this installation's kind of database, whole. Raises `CommandError`."""
    expected = folder / (SQLITE if connection.vendor == "sqlite" else POSTGRESQL)
    if not expected.exists():
        raise CommandError(
            "The backup was made from another kind of database; this one is "
            f"{connection.vendor} (DATABASE_URL). Nothing was changed."
        )
    if expected.name == POSTGRESQL:
        _run("pg_restore", "--list", str(expected), names_database=False)
        return expected
    try:
        with closing(sqlite3.connect(expected)) as copy:
            (answer,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        answer = str(error)
    if answer != "ok":
        raise CommandError(f"{SQLITE}: {answer}. Nothing was changed.")
    return expected


def refuse_running() -> None:
    """Refuse while somebody else has the database open: what they write would be lost."""
    if connection.vendor == "sqlite":
        others = _is_open_elsewhere(Path(str(connection.settings_dict["NAME"])))
    else:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
            others = bool(cursor.fetchone()[0])
    if others:
        raise CommandError(
            "Somebody works with the database: stop `hammock serve` first. Nothing was changed."
        )


def put_database(copy: Path) -> None:
    """Let the copy be the database, at one stroke: a rename, or one transaction of PostgreSQL."""
    connection.close()
    if connection.vendor != "sqlite":
        _exchange_postgresql(copy)
        return
    target = Path(str(connection.settings_dict["NAME"]))
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.new")  # a rename within one file system is atomic
    shutil.copyfile(copy, fresh)
    with fresh.open("rb") as written:
        os.fsync(written.fileno())
    for log in ("-wal", "-shm"):  # empty since `refuse_running`, or a damaged file's
        Path(f"{target}{log}").unlink(missing_ok=True)
    fresh.replace(target)


def _exchange_postgresql(copy: Path) -> None:
    script, clear = copy.with_suffix(".sql"), copy.with_suffix(".clear.sql")
    clear.write_text(_CLEAR)
    _run(
        "pg_restore",
        *("--schema=public", "--no-owner", "--no-privileges", f"--file={script}", str(copy)),
        names_database=False,
    )
    quiet = ("--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1")
    _run("psql", *quiet, "--single-transaction", f"--file={clear}", f"--file={script}")


def _known_migrations() -> set[tuple[str, str]]:
    disk = MigrationLoader(None).disk_migrations
    return {key for key, found in disk.items() if type(found).__module__.startswith("hammock.")}


def _is_open_elsewhere(path: Path) -> bool:
    """Tell whether another connection is open: in WAL mode each keeps a lock while it lives."""
    connection.close()
    if not path.exists():
        return False
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as probe:
        try:
            probe.execute("PRAGMA locking_mode = EXCLUSIVE")
            probe.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            return "locked" in str(error)
        except sqlite3.DatabaseError:
            return False  # it is damaged, which is why somebody restores a backup
    return False


def _run(program: str, *arguments: str, names_database: bool = True) -> None:
    if shutil.which(program) is None:
        raise CommandError(f"{program} is missing: install PostgreSQL's client programs.")
    params: dict[str, Any] = connection.get_connection_params()
    given = {name: params[name] for name in _LIBPQ if params.get(name)}
    command = [program, *arguments]
    if names_database:
        command.insert(1, f"--dbname={make_conninfo(**given)}")
    secret = {"PGPASSWORD": str(params["password"])} if params.get("password") else {}
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own client
        command, env={**os.environ, **secret}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CommandError(f"{program}: {done.stderr.strip()}")
