"""Purchases a second, from the product's page to the goods, beside django-oscar's.

The shops run on this machine on SQLite opened alike, and are walked by the same script engine
(benchmarks/walking.py): product page, cart, checkout, payment, thank-you. They are measured in
turns, round after round, so that a machine which is faster for a while is so for all of them; a
shop that is not being measured is idle. Ours is `hammock serve` with its default settings,
background jobs included; every order ends paid, booked and delivered, and
`last_mail_after_seconds` tells how long after a round the last of its mails is out: the jobs keep
pace. django-oscar is its own default shop behind Granian; its default checkout takes no payment at
all. It runs with one worker, and again with as many as ours has. `bare_database_per_second` is the
limit: SQLite alone, with the same number of commits and about as many rows as one of our orders.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from benchmarks.peers import CACHE, ROOT, environment, running
from benchmarks.walking import Open, Step, Submit, Walker
from hammock.config.environment import read

SECONDS = float(os.environ.get("BENCHMARK_SECONDS", "20"))  # of each shop, over all rounds
ROUNDS = 4
WARM_SECONDS = 3.0
VISITORS = 8
OURS, OSCARS, OSCARS_WORKERS = 8931, 8932, 8933
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


@dataclass(kw_only=True)
class Shop:
    """A running shop, how it is walked, and what was bought in it so far."""

    origin: str
    steps: Callable[[int], Sequence[Step]]
    ends_with: str
    finish: Callable[[], None] = lambda: None
    orders: int = 0
    seconds: float = 0.0
    longest_finish: float = 0.0
    numbers: Iterator[int] = field(default_factory=count)

    @property
    def per_second(self) -> float:
        """Purchases a second."""
        return self.orders / self.seconds

    def measure(self, *, seconds: float) -> None:
        """Let visitors buy for a while, and add it to what was measured before."""
        began = time.perf_counter()
        self.orders += self.visited(until=began + seconds)
        ended = time.perf_counter()
        self.seconds += ended - began
        self.finish()
        self.longest_finish = max(self.longest_finish, time.perf_counter() - ended)

    def visited(self, *, until: float) -> int:
        """Let visitors begin purchases until then; tells how many came through."""
        bought = [0] * VISITORS
        faults: list[BaseException] = []

        def visit(index: int) -> None:
            walker = Walker(self.origin)
            try:
                while time.perf_counter() < until and not faults:
                    walker.forget()
                    walker.walk(self.steps(next(self.numbers)), ends_with=self.ends_with)
                    bought[index] += 1
            except BaseException as fault:
                faults.append(fault)
            finally:
                walker.close()

        visitors = [threading.Thread(target=visit, args=(index,)) for index in range(VISITORS)]
        for visitor in visitors:
            visitor.start()
        for visitor in visitors:
            visitor.join()
        if faults:
            raise faults[0]
        return sum(bought)


@contextmanager
def ours(folder: Path) -> Iterator[Shop]:
    """Run `hammock serve` on the sample business."""
    origin = f"http://127.0.0.1:{OURS}"
    variables = {"HAMMOCK_DATA": str(folder), "PORT": str(OURS), "HAMMOCK_URL": origin}
    subprocess.run(
        [SCRIPT, "demo", "--noinput", "--days", "1"],
        env={**os.environ, **variables},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    with running([SCRIPT, "serve"], variables=variables, until=f"{origin}/products/"):
        yield Shop(
            origin=origin,
            steps=our_steps,
            ends_with="Thank you",
            finish=lambda: await_mails(folder / "hammock.sqlite3"),
        )


def await_mails(database: Path) -> None:
    """Return when nothing waits any more for the jobs that a sale queues."""
    connection = sqlite3.connect(database)
    left = """SELECT EXISTS (SELECT 1 FROM jobs_job WHERE state IN ('queued', 'running')
        AND name IN ('handle_webhook', 'deliver_order', 'send_goods', 'send_mail'))"""
    while connection.execute(left).fetchone()[0]:
        time.sleep(0.02)
    connection.close()


@contextmanager
def oscars(folder: Path, *, port: int, workers: int) -> Iterator[Shop]:
    """Run django-oscar's own shop."""
    python = environment("oscar", OSCAR)
    variables = {
        "OSCAR_DATABASE": str(folder / "oscar.sqlite3"),
        "OSCAR_MEDIA": str(folder / "media"),
        "PYTHONPATH": str(ROOT),
    }
    folder.mkdir()
    subprocess.run(
        [python, "-W", "ignore", "-m", "benchmarks.oscar_shop.fill"],
        env={**os.environ, **variables},
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    origin = f"http://127.0.0.1:{port}"
    command: list[str | Path] = [
        *(python, "-m", "granian", "benchmarks.oscar_shop.shop_wsgi:application"),
        *("--interface", "wsgi", "--port", str(port), "--workers", str(workers)),
        *("--blocking-threads", "8", "--no-ws"),
    ]
    with running(command, variables=variables, until=f"{origin}/catalogue/"):
        yield Shop(origin=origin, steps=oscar_steps, ends_with="order number")


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
    with tempfile.TemporaryDirectory(dir=CACHE) as name, ExitStack() as stack:
        folder = Path(name)
        workers = read({"HAMMOCK_DATA": str(folder / "settings")}).workers
        our = stack.enter_context(ours(folder / "ours"))
        oscar = stack.enter_context(oscars(folder / "one", port=OSCARS, workers=1))
        wide = stack.enter_context(oscars(folder / "wide", port=OSCARS_WORKERS, workers=workers))
        shops = (our, oscar, wide)
        for shop in shops:
            shop.visited(until=time.perf_counter() + WARM_SECONDS)
            shop.finish()
        for _ in range(ROUNDS):
            for shop in shops:
                shop.measure(seconds=SECONDS / ROUNDS)
        stack.close()
        print(f"orders_per_second: {our.per_second:.1f}")
        print(f"oscar_orders_per_second: {oscar.per_second:.2f}")
        print(f"orders_to_oscar: {our.per_second / oscar.per_second:.1f}")
        print(f"last_mail_after_seconds: {our.longest_finish:.1f}")
        print(f"oscar_workers: {workers}")
        print(f"oscar_with_workers_per_second: {wide.per_second:.2f}")
        print(f"orders_to_oscar_with_workers: {our.per_second / wide.per_second:.1f}")
        print(f"bare_database_per_second: {bare_database(folder):.0f}")
        print(f"queries_order_to_paid: {queries_order_to_paid(folder / 'ours')}")


if __name__ == "__main__":
    main()
