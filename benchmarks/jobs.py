"""No-op jobs a second, queueing included, on SQLite and PostgreSQL; and what kill -9 costs.

The peer is django-tasks-db with its own worker on SQLite, in an environment of its own; it gets
fewer tasks, for each takes it many times as long. For `lost` and `doubled`, workers are killed
again and again while they run jobs that each leave one row, on SQLite and on PostgreSQL; the two
are added up.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg

from benchmarks.peers import CACHE, ROOT, environment
from tests import postgres

JOBS = int(os.environ.get("BENCHMARK_JOBS", "5000"))
PEER_JOBS = max(JOBS // 10, 1)
KILLED_JOBS, KILLS = 1000, 4
PATIENCE_SECONDS = 60.0
PEER = ("django-tasks-db[compat]==0.13.0",)  # on the Django that we use


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What one database made of the jobs."""

    per_second: float
    lost: int
    doubled: int


def measured(variables: Mapping[str, str]) -> Measured:
    """Measure the rate, then kill workers, on the database that the settings name."""
    per_second = float(_ours(variables, "rate", str(JOBS), str(KILLED_JOBS)))
    for _ in range(KILLS):
        _work_and_die(variables)
    lost, doubled = _ours(variables, "count", str(KILLED_JOBS)).split()
    return Measured(per_second=per_second, lost=int(lost), doubled=int(doubled))


def peer(folder: Path) -> float:
    """Measure django-tasks-db on SQLite with its own worker."""
    python = environment("django-tasks-db", PEER)
    done = subprocess.run(
        [python, "-m", "benchmarks.tasks_db_peer", str(PEER_JOBS)],
        env={**os.environ, "PEER_DATABASE": str(folder / "peer.sqlite3")},
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return float(done.stdout.strip().splitlines()[-1])


def main() -> None:
    """Print the figures."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as name:
        folder = Path(name)
        found = [measured({"HAMMOCK_DATA": str(folder / "sqlite")})]
        print(f"jobs_per_second: {found[0].per_second:.0f}", flush=True)
        if postgres.lack() is None:
            with postgres.cluster(durable=True) as url:
                found.append(measured({"HAMMOCK_DATA": str(folder / "pg"), "DATABASE_URL": url}))
            print(f"jobs_per_second_postgresql: {found[1].per_second:.0f}", flush=True)
        print(f"django_tasks_db_per_second: {peer(folder):.0f}")
        print(f"lost: {sum(one.lost for one in found)}")
        print(f"doubled: {sum(one.doubled for one in found)}")


def _ours(variables: Mapping[str, str], *arguments: str) -> str:
    return subprocess.run(
        [*_worker(), *arguments],
        env=_full(variables),
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout.strip()


def _work_and_die(variables: Mapping[str, str]) -> None:
    """Let a worker do some of the jobs, then kill it with -9 among the next."""
    until_left = _left(variables) - KILLED_JOBS // 20
    worker = subprocess.Popen([*_worker(), "work"], env=_full(variables), cwd=ROOT)
    try:
        until = time.monotonic() + PATIENCE_SECONDS
        while _left(variables) > until_left and time.monotonic() < until:
            time.sleep(0.05)
    finally:
        worker.kill()
        worker.wait()


def _left(variables: Mapping[str, str]) -> int:
    """Count the jobs that are not done, past Django."""
    query = "SELECT count(*) FROM jobs_job WHERE state <> 'done'"
    if "DATABASE_URL" in variables:
        with psycopg.connect(variables["DATABASE_URL"]) as cluster:
            (left,) = cluster.execute(query).fetchone() or (0,)
    else:
        path = Path(variables["HAMMOCK_DATA"]) / "hammock.sqlite3"
        with closing(sqlite3.connect(path, timeout=20)) as database:
            (left,) = database.execute(query).fetchone()
    return int(left)


def _worker() -> list[str]:
    return [sys.executable, "-m", "benchmarks.jobs_worker"]


def _full(variables: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "hammock.config.settings", **variables}


if __name__ == "__main__":
    main()
