"""`hammock serve` watches over its processes, and says which ended and how."""

from __future__ import annotations

import subprocess
import sys

import pytest

SLEEPS = [sys.executable, "-c", "import time; time.sleep(60)"]
WATCHES = "import sys; from hammock.config.serving import watch; sys.exit(watch({commands!r}))"


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ("raise SystemExit(3)", "the jobs ended by itself (code 3)"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "(code -9)"),
    ],
)
def test_when_one_process_ends_all_end_and_it_is_named(ends: str, said: str) -> None:
    commands = {"the web": SLEEPS, "the jobs": [sys.executable, "-c", ends]}
    done = subprocess.run(
        [sys.executable, "-c", WATCHES.format(commands=commands)],
        check=False,
        capture_output=True,
        text=True,
        timeout=50,
    )
    assert done.returncode == 1
    assert said in done.stderr
