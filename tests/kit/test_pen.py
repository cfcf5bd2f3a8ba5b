"""The pen goes from thread to thread and from process to process, and a death gives it on."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db.utils import OperationalError

from hammock.kit.sqlite import pen as pens
from hammock.kit.sqlite.pen import Pen
from tests.waiting import until

PATIENCE = 30.0
HOLDER = """
import sys
from pathlib import Path
from hammock.kit.sqlite.pen import Pen
pen = Pen(Path(sys.argv[1]))
pen.take()
print("taken", flush=True)
sys.stdin.readline()
pen.give()
print("given", flush=True)
sys.stdin.readline()
"""


@contextmanager
def another_process_holding(path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "taken\n"
            yield process
        finally:
            process.kill()


def taking(pen: Pen) -> threading.Event:
    """Take the pen in a thread; set when it is taken."""
    has_it = threading.Event()

    def take() -> None:
        pen.take()
        has_it.set()

    threading.Thread(target=take, daemon=True).start()
    return has_it


def test_a_writer_waits_while_another_process_writes(tmp_path: Path) -> None:
    with another_process_holding(tmp_path / "pen") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        has_it = taking(Pen(tmp_path / "pen"))
        assert not has_it.wait(0.2)
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "given\n"
        assert has_it.wait(PATIENCE)


def test_the_pen_of_a_process_that_dies_goes_on(tmp_path: Path) -> None:
    with another_process_holding(tmp_path / "pen") as process:
        has_it = taking(Pen(tmp_path / "pen"))
        assert not has_it.wait(0.2)
        process.kill()
        assert has_it.wait(PATIENCE)


def test_who_waits_longest_in_a_process_is_next(tmp_path: Path) -> None:
    pen = Pen(tmp_path / "pen")
    pen.take()
    first = taking(pen)
    until(lambda: len(pen._line) == 1)
    second = taking(pen)
    until(lambda: len(pen._line) == 2)
    pen.give()
    assert first.wait(PATIENCE)
    assert not second.is_set()
    pen.give()
    assert second.wait(PATIENCE)


def test_who_waits_too_long_in_a_process_is_refused_and_leaves_the_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pens, "PATIENCE_SECONDS", 0.01)
    pen = Pen(tmp_path / "pen")
    pen.take()
    with pytest.raises(OperationalError, match="database is locked"):
        pen.take()
    pen.give()
    pen.take()
    pen.give()
