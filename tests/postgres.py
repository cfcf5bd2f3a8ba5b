"""A PostgreSQL cluster that lives for one block: on a socket in a temporary folder, no network."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
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
        careless = [] if durable else [word for setting in _CARELESS for word in ("-c", setting)]
        server = _start(
            programs / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", *careless
        )
        try:
            _await(programs / "pg_isready", folder, server)
            yield f"postgresql://postgres@{quote(str(folder), safe='')}/postgres"
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: nothing in it is kept
            server.wait(_PATIENCE)
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
    done = subprocess.run(
        _words(command),
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=2 * _PATIENCE,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stdout.decode(errors='replace')}")


def _start(*command: object) -> subprocess.Popen[bytes]:
    # On Linux the server does not outlive us, even if we are killed. Changing the user would
    # forget the promise, so it is made last.
    mortal = ["setpriv", "--pdeathsig", "QUIT"] if shutil.which("setpriv") else []
    log = Path(str(command[2])).with_name("log")
    with log.open("wb") as output:
        return subprocess.Popen(
            _words([*mortal, *command]),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def _await(pg_isready: Path, folder: Path, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while subprocess.run([pg_isready, "-q", "-h", folder], check=False).returncode:
        if server.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text()}")
        time.sleep(0.05)


def _words(command: Sequence[object]) -> list[str]:
    words = [str(word) for word in command]
    if os.getuid() == 0:
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *words]
    return words
