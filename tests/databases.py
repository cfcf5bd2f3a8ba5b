"""The tests' database: migrated once, and brought back to that state, or a later one, in no time.

244 migrations take many seconds, so they run once for each state of the code's migrations and
models. On SQLite the migrated file is kept in pytest's cache folder and copied over the test's
file after each test that really committed. On PostgreSQL a migrated template database is copied
once a process. A state of it is kept as a schema: the rows of its tables, and a function that finds
every table that differs, by number and hashes of its rows, and puts it back with triggers off, for
the ledger's own refuse to delete.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

ROOT = Path(__file__).resolve().parent.parent
MIGRATED = "migrated"
_PACKAGES = ("Django", "wagtail", "django-taggit", "django-modelcluster", "django-tasks")


def prepare(*, cache: Path, process: str) -> None:
    """Give this process a migrated database of its own; `cache` keeps templates between runs."""
    cache.mkdir(parents=True, exist_ok=True)
    if connection.vendor == "sqlite":
        _prepare_sqlite(cache)
    else:
        _prepare_postgresql(cache, process)


def restore(state: str = MIGRATED) -> None:
    """Put the database back as the migrations left it, or as it was when `state` was kept."""
    connections.close_all()
    if connection.vendor == "sqlite":
        _copy(_files[state], Path(connection.settings_dict["NAME"]))
    else:
        with _keeper().cursor() as cursor:
            cursor.execute(f"SELECT {_schema(state)}.restore()")


def keep(state: str) -> None:
    """Remember what the database holds now, for `restore(state)` in this process."""
    connections.close_all()  # on SQLite, the last to close writes the log back into the file
    if connection.vendor == "sqlite":
        file = Path(connection.settings_dict["NAME"])
        _files[state] = file.with_name(f"{_schema(state)}.sqlite3")
        shutil.copyfile(file, _files[state])
    else:
        with _keeper().cursor() as cursor:
            cursor.execute("SELECT kept.keep(%s)", [_schema(state)])


def migrated_file() -> Path:
    """Give SQLite's file as the migrations left it; copy it, do not change it."""
    return _files[MIGRATED]


def is_untouched() -> bool:
    """Tell whether nobody has asked the database for anything since it was restored."""
    return connection.connection is None


def let_go() -> None:
    """Close this thread's connections and the keeper, and return when the server has let it go."""
    for keeper in _keepers:
        if keeper.connection is not None:
            pid = keeper.connection.info.backend_pid
            keeper.close()
            with connection.cursor() as cursor:  # the server lets go a moment after the client
                cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])
    _keepers.clear()
    connections.close_all()


def url() -> str:
    """Tell this process's database as DATABASE_URL does, for programs that a test starts."""
    chosen = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{chosen['NAME']}"
    user, password = quote(chosen["USER"]), quote(chosen["PASSWORD"])
    host = quote(chosen["HOST"], safe="")
    port = f":{chosen['PORT']}" if chosen["PORT"] else ""
    return f"postgresql://{user}{':' + password if password else ''}@{host}{port}/{chosen['NAME']}"


def fingerprint() -> str:
    """Tell the migrations, models, apps and library versions as one short word."""
    digest = hashlib.sha256(repr(settings.INSTALLED_APPS).encode())
    for package in _PACKAGES:
        digest.update(f"{package} {version(package)}".encode())
    source = ROOT / "src" / "hammock"
    for path in sorted([*source.rglob("migrations/*.py"), *source.rglob("models.py")]):
        digest.update(str(path.relative_to(source)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


_files: dict[str, Path] = {}  # SQLite's, by state
_keepers: list[BaseDatabaseWrapper] = []


def _keeper() -> BaseDatabaseWrapper:
    """Give the connection that keeps and restores: its plans outlive each test's connections."""
    if not _keepers:
        _keepers.append(connections.create_connection(connection.alias))
    return _keepers[0]


def _schema(state: str) -> str:
    return "kept_" + re.sub(r"\W", "_", state)


def _prepare_sqlite(cache: Path) -> None:
    template = cache / f"template-{fingerprint()}.sqlite3"
    with _alone(cache / "template.lock"):
        if not template.exists():
            for old in cache.glob("template-*"):
                old.unlink()
            _migrate_file(template)
    _files[MIGRATED] = template
    restore()


def _migrate_file(template: Path) -> None:
    draft = template.with_suffix(".draft")
    own = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = str(draft)
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connections.close_all()  # the last to close writes the log back into the file
        connection.settings_dict["NAME"] = own
    draft.replace(template)


def _copy(template: Path, file: Path) -> None:
    fresh = file.with_suffix(".fresh")
    shutil.copyfile(template, fresh)
    for log in ("-wal", "-shm"):
        Path(f"{file}{log}").unlink(missing_ok=True)
    fresh.replace(file)


def _prepare_postgresql(cache: Path, process: str) -> None:
    template, own = f"hammock_template_{fingerprint()}", f"hammock_test_{process}"
    server = connection.settings_dict["NAME"]
    with _alone(cache / "template.lock"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template])
            known = cursor.fetchone()
        if not known:
            _migrate_template(server, template)
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{own}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{own}" TEMPLATE "{template}"')
    _use(own)


def _migrate_template(server: str, template: str) -> None:
    draft = f"{template}_draft"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{draft}"')
        cursor.execute(f'CREATE DATABASE "{draft}"')
    _use(draft)
    call_command("migrate", verbosity=0, interactive=False)
    with connection.cursor() as cursor:
        cursor.execute(_KEPT)
        cursor.execute("SELECT kept.keep(%s)", [_schema(MIGRATED)])
    _use(server)
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{draft}" RENAME TO "{template}"')


def _use(name: str) -> None:
    connections.close_all()
    connection.settings_dict["NAME"] = name


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def process_name() -> str:
    """Tell this process's short name: xdist's, or `main`."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


# `replica` switches triggers and foreign keys off for the session, which only a superuser may: the
# test cluster's own user is one.
_KEPT = """
CREATE SCHEMA kept;
CREATE FUNCTION kept.keep(state text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  t text;
  number bigint;
  hashes numeric;
  differing text[] := '{}';
BEGIN
  EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', state);
  EXECUTE format('CREATE SCHEMA %I', state);
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('SELECT count(*), sum(hashtextextended(r::text, 0)) FROM public.%I r', t)
      INTO number, hashes;
    IF number = 0 THEN
      differing := differing || format('SELECT %L WHERE EXISTS (SELECT FROM public.%I)', t, t);
    ELSE
      EXECUTE format('CREATE TABLE %I.%I AS SELECT * FROM public.%I', state, t, t);
      differing := differing || format(
        'SELECT %L FROM public.%I r HAVING count(*) <> %s '
        'OR sum(hashtextextended(r::text, 0)) IS DISTINCT FROM %s', t, t, number, hashes);
    END IF;
  END LOOP;
  EXECUTE format($make$
    CREATE FUNCTION %1$I.restore() RETURNS void LANGUAGE plpgsql
    SET session_replication_role = replica SET lock_timeout = '20s' AS $body$
    DECLARE t text;
    BEGIN
      FOR t IN %2$s LOOP
        EXECUTE format('DELETE FROM public.%%I', t);
        IF to_regclass(format('%1$I.%%I', t)) IS NOT NULL THEN
          EXECUTE format('INSERT INTO public.%%1$I SELECT * FROM %1$I.%%1$I', t);
        END IF;
      END LOOP;
    END $body$ $make$, state, array_to_string(differing, ' UNION ALL '));
END $$;
"""
