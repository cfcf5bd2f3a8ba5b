"""A consistent copy of the database, and putting one in its place; SQLite and PostgreSQL."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import connection

SQLITE, POSTGRESQL = "database.sqlite3", "database.pgdump"


def copy_database(folder: Path) -> Path:
    """Write the database as it is at this moment into the folder, while others go on writing."""
    if connection.vendor == "sqlite":
        target = folder / SQLITE
        connection.ensure_connection()
        with sqlite3.connect(target) as copy:
            connection.connection.backup(copy)
        copy.close()
        return target
    target = folder / POSTGRESQL
    _run("pg_dump", "--format=custom", "--no-owner", f"--file={target}")
    return target


def check_copy(folder: Path) -> Path:
    """Find the copy of this installation's kind of database, whole. Raises `CommandError`."""
    expected = folder / (SQLITE if connection.vendor == "sqlite" else POSTGRESQL)
    if not expected.exists():
        raise CommandError(
            f"The backup was made from another kind of database; this one is {connection.vendor} "
            "(DATABASE_URL)."
        )
    if expected.name == SQLITE:
        with sqlite3.connect(expected) as copy:
            (answer,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
        copy.close()
        if answer != "ok":
            raise CommandError(f"{SQLITE}: {answer}")
    return expected


def put_database(copy: Path) -> None:
    """Let the copy be the database."""
    if connection.vendor == "sqlite":
        target = Path(str(connection.settings_dict["NAME"]))
        connection.close()
        for leftover in (f"{target}-wal", f"{target}-shm"):
            Path(leftover).unlink(missing_ok=True)
        shutil.move(copy, target)
        return
    connection.close()
    _run("pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", str(copy))


def _run(program: str, *arguments: str) -> None:
    if shutil.which(program) is None:
        raise CommandError(f"{program} is missing: install PostgreSQL's client programs.")
    settings: dict[str, Any] = connection.settings_dict
    environment = {
        **os.environ,
        "PGHOST": str(settings["HOST"] or ""),
        "PGPORT": str(settings["PORT"] or ""),
        "PGUSER": str(settings["USER"] or ""),
        "PGPASSWORD": str(settings["PASSWORD"] or ""),
    }
    given = {name: value for name, value in environment.items() if value}
    command = [program, f"--dbname={settings['NAME']}", *arguments]
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own client
        command, env=given, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CommandError(f"{program}: {done.stderr.strip()}")
