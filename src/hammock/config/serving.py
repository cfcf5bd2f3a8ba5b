"""`hammock serve`: the shop, the console and the background jobs, until Ctrl-C.

This process stays small and starts no Django: it has the installation prepared when something
changed since the last start, then watches over two processes, web and jobs, until it is told to
end. One that ends by itself is started again; if it had only just begun, all ends, for it would end
so again. They end by themselves when this process was killed (`kit/parents.py`).
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from types import FrameType

from hammock.config.environment import Environment, read
from hammock.kit import fingerprint
from hammock.kit.own_address import own_address

STOP_SECONDS = 10
SETTLED_SECONDS = 5.5  # as Granian reckons of its own processes
THREADS = 128  # of one process; nearly all of them wait for slow readers (config/gate.py)
HAMMOCK = (sys.executable, "-m", "hammock.config.cli")


def serve(arguments: Sequence[str]) -> int:
    """Serve until told to stop; answers with the exit code."""
    parser = argparse.ArgumentParser(prog="hammock serve", description=__doc__)
    parser.add_argument(
        "--sample", action="store_true", help="fill the sample business first if there is none"
    )
    options = parser.parse_args(arguments)
    environment = read()
    # Granian takes numbers alone, and shares a port with whoever has it: two shops would answer in
    # turns.
    address = own_address(host=environment.host, port=environment.port)
    if not fingerprint.is_current(environment.data, database_url=environment.database_url):
        prepare = [*HAMMOCK, "prepare", *(["--sample"] if options.sample else [])]
        prepared = subprocess.run(prepare, check=False)  # noqa: S603 - our own command
        if prepared.returncode:
            return prepared.returncode
    web = _web(environment, address=address)
    return watch({"the web": web, "the jobs": [*HAMMOCK, "work", "--by-serve"]})


def _web(environment: Environment, *, address: str) -> list[str]:
    return [
        *(sys.executable, "-m", "hammock.config.web", "hammock.config.wsgi:application"),
        *("--interface", "wsgi", "--no-ws", "--http", "1", "--blocking-threads", str(THREADS)),
        *("--host", address, "--port", str(environment.port)),
        *("--workers", str(environment.workers), "--workers-kill-timeout", "5"),
        "--respawn-failed-workers",
        *("--log-level", "warning"),
        *(
            "--static-path-route",
            "/static",
            "--static-path-mount",
            str(environment.data / "static"),
        ),
        *("--static-path-route", "/media", "--static-path-mount", str(environment.data / "media")),
    ]


def watch(commands: dict[str, list[str]]) -> int:
    """Keep the processes running until we are told to stop, or one cannot be kept; then end all."""
    over = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        over.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    children = [_Child(name, command) for name, command in commands.items()]
    kept = True
    while kept and not over.wait(0.2):
        kept = all(child.keep() for child in children)
    for child in children:
        child.end()
    return 0 if kept else 1


class _Child:
    """One of our processes."""

    def __init__(self, name: str, command: list[str]) -> None:
        self._name, self._command = name, command
        self._start()

    def keep(self) -> bool:
        """Start it again if it has ended; False if that would be in vain."""
        code = self._process.poll()
        if code is None:
            return True
        had_settled = time.monotonic() - self._began > SETTLED_SECONDS
        what_now = "it is started again" if had_settled else "all ends"
        sys.stderr.write(
            f"hammock serve: {self._name} ended by itself (code {code}), so {what_now}.\n"
        )
        if had_settled:
            self._start()
        return had_settled

    def end(self) -> None:
        """End it, by force if it does not end when it is told to."""
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _start(self) -> None:
        # A group of their own: a Ctrl-C reaches us alone, and we end them in order.
        self._process = subprocess.Popen(self._command, start_new_session=True)  # noqa: S603 - our own commands
        self._began = time.monotonic()
