"""`hammock serve` watches over its processes, and says which ended and how."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.running import until

SLEEPS = [sys.executable, "-c", "import time; time.sleep(60)"]
WATCHES = "import sys; from hammock.config.serving import watch; sys.exit(watch({commands!r}))"


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ("raise SystemExit(3)", "the jobs ended by itself (code 3)"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "(code -9)"),
    ],
)
def test_when_one_process_ends_at_once_all_end_and_it_is_named(ends: str, said: str) -> None:
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


def test_a_process_that_ended_after_a_while_is_started_again(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    ends_first = f"""
import pathlib, time
starts = pathlib.Path({str(starts)!r})
with starts.open("a") as file:
    file.write("again ")
if starts.read_text() == "again again ":
    time.sleep(60)
raise SystemExit(3)
"""
    commands = {"the web": SLEEPS, "the jobs": [sys.executable, "-c", ends_first]}
    watches = f"from hammock.config import serving; serving.SETTLED_SECONDS = 0; {WATCHES}"
    watching = subprocess.Popen(
        [sys.executable, "-c", watches.format(commands=commands)],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until(
            lambda: starts.exists() and starts.read_text() == "again again ",
            what="the second start",
        )
    finally:
        watching.terminate()
        _, said = watching.communicate(timeout=50)
    assert watching.returncode == 0
    assert said == ("hammock serve: the jobs ended by itself (code 3), so it is started again.\n")
