"""A real `hammock serve` on the sample business, started and ended as a person would."""

from __future__ import annotations

import email
import email.policy
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

from hammock.config.environment import SETTINGS

ROOT = Path(__file__).resolve().parent.parent.parent
HAMMOCK = (sys.executable, "-m", "hammock.config.cli")
UP_SECONDS = 120  # a shared machine may be slow; the measured figure is printed, not judged
END_SECONDS = 10
FILL_SECONDS = 900

Found = TypeVar("Found")
_tick = threading.Event()
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def until(look: Callable[[], Found | None], *, what: str, seconds: float = 30) -> Found:
    """Look again and again until something is found; fails naming `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        _tick.wait(0.05)
    raise AssertionError(f"{what} did not come within {seconds:.0f} s")


def fetch(url: str, *, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    """Fetch without a browser; answers with status and body, also of refusals."""
    try:
        with _direct.open(urllib.request.Request(url, headers=headers or {}), timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read()


@dataclass(frozen=True, kw_only=True)
class Business:
    """One installation, the address it is served at, and the owner's cookies once signed in."""

    data: Path
    port: int
    signed_in: list[Any] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Give the shop's address, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        """Give what its processes see: none of the tests' own settings."""
        outside = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        return outside | {
            "DJANGO_SETTINGS_MODULE": "hammock.config.settings",
            "HAMMOCK_DATA": str(self.data),
            "HAMMOCK_URL": self.url,
            "PORT": str(self.port),
            "PYTHONPATH": str(ROOT / "src"),
        }

    def command(self, *words: str) -> str:
        """Run one `hammock` command and answer with what it printed."""
        done = subprocess.run(
            [*HAMMOCK, *words],
            env=self.environment(),
            cwd=self.data,
            capture_output=True,
            text=True,
            timeout=FILL_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def first_login(self) -> str:
        """Give the owner's first-login link; empty once there is a password."""
        found = re.search(r"First login: (\S+)", self.command("addresses"))
        return found[1] if found else ""

    def mails(self, *, to: str) -> list[EmailMessage]:
        """Read the mails in the outbox to one address, oldest first."""
        written = (self.data / "outbox").glob("*.log")  # names order only whole seconds
        in_order = sorted(written, key=lambda one: one.stat().st_mtime_ns)
        found = [mail for path in in_order for mail in _messages(path)]
        return [mail for mail in found if to in (mail["To"] or "")]

    def mail(self, *, to: str, about: str) -> EmailMessage:
        """Wait for the newest mail to an address whose subject holds the words `about`."""

        def look() -> EmailMessage | None:
            fitting = [mail for mail in self.mails(to=to) if about in mail["Subject"]]
            return fitting[-1] if fitting else None

        return until(look, what=f"a mail to {to} about “{about}”")

    def processes(self) -> list[int]:
        """List the processes that run on this data (where the system has /proc)."""
        mark = f"HAMMOCK_DATA={self.data}\0".encode()
        return [int(path.parent.name) for path in _environments() if mark in _read(path)]


@contextmanager
def served(business: Business, *, told_by: signal.Signals = signal.SIGTERM) -> Iterator[float]:
    """Serve it and give the seconds until the first page; ends it and sees that all is gone."""
    began = time.monotonic()
    log = business.data / "serve.log"
    process = started(business)
    try:
        until(lambda: is_up(business, process), what="the first page", seconds=UP_SECONDS)
        yield time.monotonic() - began
    finally:
        process.send_signal(told_by)
        try:
            code = process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"serving did not end within {END_SECONDS} s") from None
    assert code == 0, log.read_text(errors="replace")[-2000:]
    assert business.processes() == []
    assert _is_free(business.port)


def started(business: Business) -> subprocess.Popen[bytes]:
    """Start serving, as in a terminal of its own."""
    with (business.data / "serve.log").open("ab") as out:
        return subprocess.Popen(
            [*HAMMOCK, "serve"],
            env=business.environment(),
            cwd=business.data,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def fill(data: Path, *, days: int) -> None:
    """Fill the sample with `days` behind it."""
    Business(data=data, port=free_port()).command("demo", "--noinput", "--days", str(days))


def free_port() -> int:
    """Find a port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_up(business: Business, process: subprocess.Popen[bytes]) -> bool:
    """Tell whether it answers; fails, with what it said, where it has ended."""
    assert process.poll() is None, (business.data / "serve.log").read_text()[-2000:]
    try:
        return fetch(f"{business.url}/")[0] == 200
    except OSError:
        return False


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _environments() -> Iterator[Path]:
    return Path("/proc").glob("[0-9]*/environ")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # somebody else's, or gone meanwhile
        return b""


def _messages(path: Path) -> Iterator[EmailMessage]:
    """Read the mails of a file: Django names it by second and object, so two may share one."""
    for written in path.read_bytes().split(b"\n" + b"-" * 79 + b"\n"):
        if written.strip():
            message = email.message_from_bytes(written, policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            yield message
