"""A PostgreSQL cluster that lives for one block: on a socket in a temporary folder, no network."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

_CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")
_PATIENCE = 60


class NoPostgres(Exception):
    """This machine has no PostgreSQL server programs."""

    def __str__(self) -> str:
        return (
            "no PostgreSQL server found: neither initdb on the PATH nor in /usr/lib/postgresql "
            "(Debian: apt-get install postgresql; macOS: brew install postgresql)"
        )


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[str]:
    """Start an empty cluster and yield its DATABASE_URL; it is gone afterwards.

    Its commits survive nothing unless `durable`, which benchmarks need. Root lends the work to the
    user `postgres`, for the server refuses to run as root. Raises `NoPostgres`.
    """
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="hpg-"))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        data = folder / "data"
        _run(programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N")
        careless = [] if durable else [f"-c {setting}" for setting in _CARELESS]
        options = " ".join([f"-k {folder} -c listen_addresses=", *careless])
        control = (programs / "pg_ctl", "-D", data, "-w", "-t", _PATIENCE)
        _run(*control, "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql://postgres@{quote(str(folder), safe='')}/postgres"
        finally:
            _run(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def lack() -> str | None:
    """Say what is missing for a cluster, or None."""
    try:
        _programs()
    except NoPostgres as missing:
        return str(missing)
    return None


def _programs() -> Path:
    if initdb := shutil.which("initdb"):
        return Path(initdb).resolve().parent
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4])
    )
    if not found:
        raise NoPostgres
    return found[-1].parent


def _run(*command: object) -> None:
    words = [str(word) for word in command]
    if os.getuid() == 0:
        words = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *words]
        home = pwd.getpwnam("postgres").pw_dir
        environment = {**os.environ, "HOME": home}
    else:
        environment = dict(os.environ)
    done = subprocess.run(
        words,
        env=environment,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if "start" not in words else subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        timeout=2 * _PATIENCE,
        check=False,
    )
    if done.returncode:
        said = (done.stdout or b"").decode(errors="replace")
        raise RuntimeError(f"{words[-1]} of PostgreSQL failed: {said}")
