"""How long the import of a year's orders takes, and how much memory: a fresh database, one process.

`python -m benchmarks.import_orders [FILE] [--postgres]`: without FILE it makes one of the shape
and size of Online Retail II's first year, the same rows each time.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tests import postgres

ROWS = 502_938
ORDERS, NOTES, ADJUSTMENTS, STOCK_NOTES = 20_119, 4_456, 3, 3_150
HEADER = (
    "Invoice", "StockCode", "Description", "Quantity",
    "InvoiceDate", "Price", "Customer ID", "Country",
)  # fmt: skip
COUNTRIES = ("United Kingdom",) * 18 + ("EIRE", "Germany", "France", "Channel Islands", "RSA")
START = datetime(2009, 12, 1, 8, 0)  # noqa: DTZ001 - the file's times have no zone


@dataclass(frozen=True, kw_only=True)
class Run:
    """One import: whole seconds of the process, its largest resident memory, the rows it read."""

    seconds: float
    peak_mb: float
    rows: int


def main() -> None:
    """Import and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, help="a file of the uci-online-retail format")
    parser.add_argument("--postgres", action="store_true", help="into a PostgreSQL of its own")
    options = parser.parse_args()
    server = postgres.cluster(durable=True) if options.postgres else nullcontext(None)
    with tempfile.TemporaryDirectory(prefix="hammock-bench-") as folder, server as url:
        file = options.file or made_up(Path(folder) / "orders.csv.gz")
        run = measured(file.resolve(), data=Path(folder) / "data", database_url=url)
    print(f"import_seconds: {run.seconds:.1f}")
    print(f"import_peak_mb: {run.peak_mb:.0f}")
    print(f"import_rows: {run.rows}")


def measured(file: Path, *, data: Path, database_url: str | None) -> Run:
    """Import `file` into a new database; a report that is not equal to the file is an error."""
    environment = {**os.environ, "HAMMOCK_DATA": str(data)}
    environment.pop("DATABASE_URL", None)
    if database_url:
        environment["DATABASE_URL"] = database_url
    subprocess.run(_hammock("migrate", "--verbosity", "0"), env=environment, check=True)
    command = _hammock("import", "orders", str(file), "--mapping", "uci-online-retail", "--json")
    started = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        said = process.stdout.read() if process.stdout else ""
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    if process.returncode or not json.loads(said)["equal"]:
        raise SystemExit(f"the import ended with code {process.returncode}")
    kilobytes = used.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return Run(seconds=seconds, peak_mb=kilobytes / 1024, rows=json.loads(said)["rows"])


def made_up(path: Path) -> Path:
    """Write a file as large and as odd as the real one, the same each time."""
    chance = random.Random(20_091_201)  # noqa: S311 - the same each time is the point
    codes = [
        f"{chance.randrange(10_000, 99_999)}{chance.choice(('', 'A', 'B'))}" for _ in range(4600)
    ]
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEADER)
        left = ROWS
        kinds = ["C"] * NOTES + ["A"] * ADJUSTMENTS + ["0"] * STOCK_NOTES + [""] * ORDERS
        chance.shuffle(kinds)
        kinds.append(kinds.pop(kinds.index("")))  # the last is an order, which takes what is left
        for place, kind in enumerate(kinds):
            is_last = place == len(kinds) - 1
            most = {"C": 4, "A": 1, "0": 1, "": 46}[kind]
            size = (
                left if is_last else min(chance.randint(1, most), left - (len(kinds) - place - 1))
            )
            rows.writerows(_invoice(kind, place, size, codes, chance))
            left -= size
    return path


def _invoice(
    kind: str, place: int, size: int, codes: list[str], chance: random.Random
) -> Iterator[tuple[object, ...]]:
    number = f"{'' if kind == '0' else kind}{489_434 + place}"
    at = START + timedelta(days=place // 76, minutes=7 * (place % 76))
    customer = "" if kind in {"0", "A"} or chance.random() < 0.1 else 12_346 + place % 4336
    country = chance.choice(COUNTRIES)
    for _ in range(size):
        code = codes[min(int(chance.expovariate(1 / 900)), len(codes) - 1)]
        quantity = chance.choice((1, 1, 2, 4, 6, 12, 24, 48)) * (-1 if kind in {"C", "0"} else 1)
        price = 0 if kind == "0" else chance.randint(20, 1500) / 100
        if chance.random() < 0.005:
            code = chance.choice(("POST", "DOT", "M", "D", "S", "ADJUST"))
        yield (
            number, code, f" GIFT FOR THE HOME NO {code}", quantity,
            f"{at:%Y-%m-%d %H:%M:%S}", price, customer, country,
        )  # fmt: skip


def _hammock(*words: str) -> list[str]:
    return [sys.executable, "-c", "from hammock.config.cli import main; main()", *words]


if __name__ == "__main__":
    main()
