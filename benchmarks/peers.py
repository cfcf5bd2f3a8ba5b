"""Programs that a benchmark measures beside ours, each in an environment of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "hammock-benchmarks"
ROOT = Path(__file__).resolve().parent.parent


def environment(name: str, requirements: Sequence[str]) -> Path:
    """Make (once) a virtual environment with these requirements; answers with its python."""
    folder = CACHE / name
    python = folder / "bin" / "python"
    mark = folder / "installed.txt"
    wanted = "\n".join(requirements)
    if not mark.exists() or mark.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *requirements], check=True)
        mark.write_text(wanted)
    return python


@contextmanager
def running(
    command: Sequence[str | Path], *, variables: Mapping[str, str], until: str
) -> Iterator[None]:
    """Run a server until the block ends; the block starts when `until` answers."""
    process = subprocess.Popen(
        [str(part) for part in command],
        env={**os.environ, **variables},
        cwd=ROOT,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await(until, process)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"the server for {url} ended with {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"{url} does not answer")
