"""Purchases a second, from the product's page to the goods, beside django-oscar's.

Both shops run on this machine, each in its turn, on SQLite opened alike, and are walked by the same
script engine (benchmarks/walking.py): product page, cart, checkout, payment, thank-you. Ours is
`hammock serve` with its default settings, background jobs included; every order ends paid, booked
and delivered. django-oscar is its own default shop behind Granian with one worker; its default
checkout takes no payment at all. `bare_database_per_second` is the limit: SQLite alone, with the
same number of commits and about as many rows as one of our orders.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.peers import CACHE, ROOT, environment, running
from benchmarks.walking import Open, Step, Submit, Walker

SECONDS = float(os.environ.get("BENCHMARK_SECONDS", "20"))
WARM_SECONDS = 3.0
VISITORS = 4
OURS, OSCARS = 8931, 8932
OSCAR = ("django-oscar[sorl-thumbnail]==4.2.1", "granian==2.8.7")
SCRIPT = Path(sys.executable).parent / "hammock"


def our_steps(number: int) -> Sequence[Step]:
    """Buy a download with a test card."""
    return (
        Open(path="/products/honest-price-calculator/"),
        Submit(marked="/cart/add/", fields={"then": "checkout"}),
        Submit(
            marked='name="terms"',
            fields={
                "email": f"buyer{number}@example.org",
                "name": "A Buyer",
                "country": "DE",
                "terms": "on",
            },
        ),
        Submit(marked='name="card"'),
    )


def oscar_steps(number: int) -> Sequence[Step]:
    """Buy a download as a guest; the default shop takes no payment."""
    return (
        Open(path="/catalogue/price-guide_1/"),
        Submit(marked="/basket/add/"),
        Open(path="/checkout/"),
        Submit(
            marked='name="username"',
            fields={"username": f"buyer{number}@example.org", "options": "anonymous"},
        ),
        Open(path="/checkout/preview/"),
        Submit(marked="place_order"),
    )


def orders_per_second(
    origin: str, steps: Callable[[int], Sequence[Step]], *, ends_with: str
) -> float:
    """Let visitors buy for a while; tells how many purchases came through each second."""
    over = threading.Event()
    counting = threading.Event()
    counts = [0] * VISITORS
    faults: list[BaseException] = []

    def visit(index: int) -> None:
        walker, number = Walker(origin), index
        try:
            while not over.is_set():
                number += VISITORS
                walker.forget()
                walker.walk(steps(number), ends_with=ends_with)
                counts[index] += counting.is_set()
        except BaseException as fault:
            faults.append(fault)
            over.set()
        finally:
            walker.close()

    visitors = [threading.Thread(target=visit, args=(index,)) for index in range(VISITORS)]
    for visitor in visitors:
        visitor.start()
    time.sleep(WARM_SECONDS)
    counting.set()
    began = time.perf_counter()
    over.wait(SECONDS)
    took = time.perf_counter() - began
    over.set()
    for visitor in visitors:
        visitor.join()
    if faults:
        raise faults[0]
    return sum(counts) / took


def ours(folder: Path) -> float:
    """Measure `hammock serve` on the sample business."""
    origin = f"http://127.0.0.1:{OURS}"
    variables = {"HAMMOCK_DATA": str(folder), "PORT": str(OURS), "HAMMOCK_URL": origin}
    subprocess.run(
        [SCRIPT, "demo", "--noinput", "--days", "1"],
        env={**os.environ, **variables},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    with running([SCRIPT, "serve"], variables=variables, until=f"{origin}/products/"):
        return orders_per_second(origin, our_steps, ends_with="Thank you")


def oscars(folder: Path) -> float:
    """Measure django-oscar's own shop."""
    python = environment("oscar", OSCAR)
    variables = {
        "OSCAR_DATABASE": str(folder / "oscar.sqlite3"),
        "OSCAR_MEDIA": str(folder / "media"),
        "PYTHONPATH": str(ROOT),
    }
    subprocess.run(
        [python, "-W", "ignore", "-m", "benchmarks.oscar_shop.fill"],
        env={**os.environ, **variables},
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    origin = f"http://127.0.0.1:{OSCARS}"
    command: list[str | Path] = [
        *(python, "-m", "granian", "benchmarks.oscar_shop.shop_wsgi:application"),
        *("--interface", "wsgi", "--port", str(OSCARS), "--workers", "1"),
        *("--blocking-threads", "8", "--no-ws"),
    ]
    with running(command, variables=variables, until=f"{origin}/catalogue/"):
        return orders_per_second(origin, oscar_steps, ends_with="order number")


def bare_database(folder: Path) -> float:
    """Write what one order writes, with four commits, on SQLite alone."""
    connection = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, about TEXT, data TEXT)")
    ends, count = time.perf_counter() + SECONDS / 4, 0
    while time.perf_counter() < ends:
        for rows in (6, 1, 9, 8):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT INTO rows (about, data) VALUES (?, ?)", [("order", "x" * 200)] * rows
            )
            connection.execute("COMMIT")
        count += 1
    connection.close()
    return count / (SECONDS / 4)


def queries_order_to_paid(folder: Path) -> int:
    """Count the database's statements from the order to its payment, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.counting"],
        env={**os.environ, "HAMMOCK_DATA": str(folder)},
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return int(done.stdout.strip())


def main() -> None:
    """Print the figures."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as name:
        folder = Path(name)
        our_rate = ours(folder / "ours")
        print(f"orders_per_second: {our_rate:.1f}")
        oscar_rate = oscars(folder)
        print(f"oscar_orders_per_second: {oscar_rate:.2f}")
        print(f"orders_to_oscar: {our_rate / oscar_rate:.1f}")
        print(f"bare_database_per_second: {bare_database(folder):.0f}")
        print(f"queries_order_to_paid: {queries_order_to_paid(folder / 'ours')}")


if __name__ == "__main__":
    main()
