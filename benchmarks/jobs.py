"""No-op jobs a second, queueing included, on SQLite and PostgreSQL; and what kill -9 costs.

The peer is django-tasks-db with its own worker on SQLite, in an environment of its own. For `lost`
and `doubled`, workers are killed again and again while they run jobs that each leave one row.
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
from pathlib import Path

from benchmarks.peers import CACHE, ROOT, environment
from tests import postgres

JOBS = int(os.environ.get("BENCHMARK_JOBS", "5000"))
KILLED_JOBS, KILLS = 2000, 6
PATIENCE_SECONDS = 120.0
PEER = ("django-tasks-db==0.13.0", "Django>=5.2,<6")


def _ours(variables: Mapping[str, str], *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.jobs_worker", *arguments],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "hammock.config.settings", **variables},
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


def kill_again_and_again(folder: Path) -> tuple[int, int]:
    """Kill workers in the middle of their work, then let one finish; tells lost and doubled."""
    variables = _in(folder)
    _ours(variables, "fill", str(KILLED_JOBS))
    command = [sys.executable, "-m", "benchmarks.jobs_worker", "work", "0"]
    full = {**os.environ, "DJANGO_SETTINGS_MODULE": "hammock.config.settings", **variables}
    for kill in range(KILLS + 1):
        worker = subprocess.Popen(command, env=full, cwd=ROOT)
        try:
            start = left = _left(folder)
            until = time.monotonic() + PATIENCE_SECONDS
            while left and (kill == KILLS or start - left < KILLED_JOBS // 20):
                if time.monotonic() > until:
                    break
                time.sleep(0.05)
                left = _left(folder)
        finally:
            worker.kill()
            worker.wait()
    lost, doubled = _ours(variables, "count", str(KILLED_JOBS)).split()
    return int(lost), int(doubled)


def _left(folder: Path) -> int:
    """Count the jobs that are not done, past Django."""
    with closing(sqlite3.connect(folder / "hammock.sqlite3", timeout=20)) as database:
        query = "SELECT count(*) FROM jobs_job WHERE state <> 'done'"
        return int(database.execute(query).fetchone()[0])


def peer(folder: Path) -> float:
    """Measure django-tasks-db on SQLite with its own worker."""
    python = environment("django-tasks-db", PEER)
    done = subprocess.run(
        [python, "-m", "benchmarks.tasks_db_peer", str(JOBS)],
        env={**os.environ, "PEER_DATABASE": str(folder / "peer.sqlite3")},
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stdout.strip().splitlines()[-1])


def main() -> None:
    """Print the figures."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as name:
        folder = Path(name)
        print(f"jobs_per_second: {float(_ours(_in(folder / 'rate'), 'rate', str(JOBS))):.0f}")
        lost, doubled = kill_again_and_again(folder / "killed")
        if postgres.lack() is None:
            with postgres.cluster(durable=True) as url:
                variables = {**_in(folder / "postgresql"), "DATABASE_URL": url}
                print(
                    f"jobs_per_second_postgresql: {float(_ours(variables, 'rate', str(JOBS))):.0f}"
                )
        print(f"django_tasks_db_per_second: {peer(folder):.0f}")
        print(f"lost: {lost}")
        print(f"doubled: {doubled}")


def _in(folder: Path) -> dict[str, str]:
    return {"HAMMOCK_DATA": str(folder)}


if __name__ == "__main__":
    main()
