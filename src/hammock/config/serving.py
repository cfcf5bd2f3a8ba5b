"""`hammock serve`: the shop, the console and the background jobs, until Ctrl-C.

This process stays small and starts no Django: it has the installation prepared when something
changed since the last start, then watches over two processes, web and jobs, and ends both when
either ends or when it is told to.
"""

from __future__ import annotations

import argparse
import errno
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from types import FrameType

from hammock.config.environment import Environment, read
from hammock.kit import fingerprint
from hammock.kit.errors import FieldError

STOP_SECONDS = 10
THREADS = 128  # of one process; nearly all of them wait for slow readers (config/gate.py)
HAMMOCK = (sys.executable, "-m", "hammock.config.cli")
Process = subprocess.Popen[bytes]


def serve(arguments: Sequence[str]) -> int:
    """Serve until told to stop; answers with the exit code."""
    parser = argparse.ArgumentParser(prog="hammock serve", description=__doc__)
    parser.add_argument(
        "--sample", action="store_true", help="fill the sample business first if there is none"
    )
    options = parser.parse_args(arguments)
    environment = read()
    address = _free_address(environment)
    if not fingerprint.is_current(environment.data, database_url=environment.database_url):
        prepare = [*HAMMOCK, "prepare", *(["--sample"] if options.sample else [])]
        prepared = subprocess.run(prepare, check=False)  # noqa: S603 - our own command
        if prepared.returncode:
            return prepared.returncode
    web = _web(environment, address=address)
    return watch({"the web": web, "the jobs": [*HAMMOCK, "work", "--addresses"]})


def _free_address(environment: Environment) -> str:
    """Find the number of HAMMOCK_HOST on this machine. Raises `FieldError` naming what is wrong.

    Granian takes numbers alone, and shares a port with whoever has it: two shops would answer in
    turns.
    """
    host, port = environment.host, environment.port
    wrong_host = FieldError(
        field="HAMMOCK_HOST", problem=f"“{host}” is no address of this machine (such as 127.0.0.1)"
    )
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise wrong_host from error
    family, kind, protocol, _, place = min(found, key=lambda one: one[0] != socket.AF_INET)
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(place)
        except OSError as error:
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise wrong_host from error
            raise FieldError(
                field="PORT", problem=f"{port} is not free ({error.strerror})"
            ) from error
    return str(place[0])


def _web(environment: Environment, *, address: str) -> list[str]:
    return [
        *(sys.executable, "-m", "hammock.config.web", "hammock.config.wsgi:application"),
        *("--interface", "wsgi", "--no-ws", "--http", "1", "--blocking-threads", str(THREADS)),
        *("--host", address, "--port", str(environment.port)),
        *("--workers", str(environment.workers), "--workers-kill-timeout", "5"),
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
    """Run the processes until one ends, which is said, or we are told to stop; then end all."""
    over = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        over.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    children = {name: _start(command) for name, command in commands.items()}
    ended: list[str] = []
    while not ended and not over.wait(0.2):
        ended = [name for name, child in children.items() if child.poll() is not None]
    was_told = over.is_set()
    for name in ended:
        code = children[name].returncode
        sys.stderr.write(f"hammock serve: {name} ended by itself (code {code}), so all ends.\n")
    for child in children.values():
        _end(child)
    return 0 if was_told else 1


def _start(command: list[str]) -> Process:
    # A group of their own: a Ctrl-C reaches us alone, and we end them in order.
    return subprocess.Popen(command, start_new_session=True)  # noqa: S603 - our own commands


def _end(child: Process) -> None:
    if child.poll() is None:
        child.terminate()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
