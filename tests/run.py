"""`python -m tests.run [--fast | --slow] [pytest's own arguments]`: the whole suite, both stores.

Without a flag: everything but the slow tests on SQLite, the browser's journeys among them (one
process walks them all), then on PostgreSQL all that touches the database. `--fast`: in less than
a minute what needs neither database nor browser nor a second for itself. `--slow`: only the slow
tests, on both. What is left out is said, and with CI=true it is an error. The last lines are
pytest's own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests import browsers, postgres

ROOT = Path(__file__).resolve().parent.parent
_CORES = os.cpu_count() or 1
_BUSY = _CORES + 1  # processes of a run whose tests wait for pages, databases and children
_NOTHING_COLLECTED = 5


def main(arguments: Sequence[str]) -> int:
    """Run the suite; answers with 0 when everything that was asked for passed."""
    flags = [word for word in arguments if word in {"--fast", "--slow"}]
    others = [word for word in arguments if word not in flags]
    if len(flags) > 1:
        sys.stderr.write("tests.run: say --fast or --slow, not both\n")
        return 2
    if flags == ["--fast"]:
        others = ["--no-database", *others]
        return _pytest("not (browser or slow or long)", others, database=None, processes=_CORES)
    chosen = "slow" if flags else "not slow"
    if not _say_what_is_missing():
        return 1
    results = [_pytest(chosen, others, database=None)]
    try:
        with postgres.cluster() as url:
            results.append(_pytest(chosen, ["--database-only", *others], database=url))
    except postgres.NoPostgres:
        pass  # said above
    # Arguments may choose tests of which none touches a database, so one empty run is fine.
    ran = [code for code in results if code != _NOTHING_COLLECTED]
    return max(ran, default=_NOTHING_COLLECTED)


def _say_what_is_missing() -> bool:
    missing = []
    if browsers.chromium() is None:
        missing.append("browser journeys: no Chromium found (Debian: apt-get install chromium)")
    if (lack := postgres.lack()) is not None:
        missing.append(f"the PostgreSQL run: {lack}")
    for what in missing:
        sys.stdout.write(f"SKIPPED {what}\n")
    sys.stdout.flush()
    return not (missing and os.environ.get("CI") == "true")


def _pytest(
    chosen: str, others: Sequence[str], *, database: str | None, processes: int = _BUSY
) -> int:
    store = "PostgreSQL" if database else "SQLite"
    sys.stdout.write(f"== {store}: {chosen}\n")
    sys.stdout.flush()
    environment = {**os.environ, "DATABASE_URL": database or ""}
    command = [sys.executable, "-m", "pytest", "-q", "-n", str(processes), "-m", chosen, *others]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
