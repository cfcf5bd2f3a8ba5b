"""The tests' database: migrated once, kept as a template, made pristine again in milliseconds.

244 migrations take many seconds, so they run once for each state of the code's migrations and
models. On SQLite the migrated file is kept in pytest's cache folder and copied over the test's
file after each test that really committed. On PostgreSQL a migrated template database is copied
once a process; afterwards a function inside it puts back every table that differs, with triggers
off, for the ledger's own refuse to delete.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

ROOT = Path(__file__).resolve().parent.parent
_PACKAGES = ("Django", "wagtail", "django-taggit", "django-modelcluster", "django-tasks")


def prepare(*, cache: Path, process: str) -> None:
    """Give this process a migrated database of its own; `cache` keeps templates between runs."""
    cache.mkdir(parents=True, exist_ok=True)
    if connection.vendor == "sqlite":
        _prepare_sqlite(cache)
    else:
        _prepare_postgresql(cache, process)


def restore() -> None:
    """Put the database back as the migrations left it, whatever was committed."""
    if connection.vendor == "sqlite":
        connections.close_all()
        _copy(_template_file(), Path(connection.settings_dict["NAME"]))
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pristine.restore()")
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


_templates: dict[str, Path] = {}


def _template_file() -> Path:
    return _templates["sqlite"]


def _prepare_sqlite(cache: Path) -> None:
    template = cache / f"template-{fingerprint()}.sqlite3"
    with _alone(cache / "template.lock"):
        if not template.exists():
            for old in cache.glob("template-*"):
                old.unlink()
            _migrate_file(template)
    _templates["sqlite"] = template
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
        cursor.execute(_PRISTINE)
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


# Rows that the migrations made are kept in a schema of their own. `replica` switches triggers and
# foreign keys off for the session, which only a superuser may: the test cluster's own user is one.
_PRISTINE = """
CREATE SCHEMA pristine;
DO $$
DECLARE t text;
BEGIN
  FOR t IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE 'CREATE TABLE pristine.' || t || ' AS SELECT * FROM public.' || t;
  END LOOP;
END $$;
CREATE FUNCTION pristine.restore() RETURNS void LANGUAGE plpgsql
SET session_replication_role = replica SET lock_timeout = '20s' AS $$
DECLARE t text; had_rows boolean; differs boolean;
BEGIN
  FOR t IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'pristine' LOOP
    EXECUTE 'SELECT EXISTS (SELECT FROM pristine.' || t || ')' INTO had_rows;
    IF had_rows THEN
      EXECUTE 'SELECT (SELECT count(*) FROM public.' || t || ') <> '
        || '(SELECT count(*) FROM pristine.' || t || ') OR EXISTS ('
        || 'SELECT r::text FROM public.' || t || ' r EXCEPT ALL '
        || 'SELECT r::text FROM pristine.' || t || ' r)' INTO differs;
    ELSE
      EXECUTE 'SELECT EXISTS (SELECT FROM public.' || t || ')' INTO differs;
    END IF;
    IF differs THEN
      EXECUTE 'DELETE FROM public.' || t;
      EXECUTE 'INSERT INTO public.' || t || ' SELECT * FROM pristine.' || t;
    END IF;
  END LOOP;
END $$;
"""
