"""A study that was cut off goes on from its last finished step, and says what a whole one says."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from hammock.departments.research.kept import KeptSteps, fingerprint
from hammock.departments.research.rules.steps import Arrays, Once, done_anew
from hammock.departments.research.rules.study import Study, study
from hammock.kit.text import shipped
from tests.departments.research.test_study import SERVED, demand, supply

pytestmark = pytest.mark.long

STEPS = ["demand-0", "supply-0", "neighbours", "niches", "served", "offers", "rehearsed"]
DIES = """
import os, signal, sys
from pathlib import Path
from tests.departments.research.test_kept import studied
from hammock.departments.research.kept import KeptSteps

def die(stage, share):
    if stage == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)

studied(KeptSteps(Path(sys.argv[1]), stands_on="this").once, heartbeat=die)
"""


def studied(
    once: Once = done_anew,
    *,
    heartbeat: Callable[[str, float], None] = lambda stage, share: None,
) -> Study:
    return study(demand(), supply(*SERVED), encoder=shipped(), once=once, heartbeat=heartbeat)


class Watched:
    """Notes which steps are done and not known from before."""

    def __init__(self, once: Once) -> None:
        self._once = once
        self.done: list[str] = []

    def once(self, step: str, do: Callable[[], Arrays]) -> Arrays:
        """Note the step if it is done."""

        def noted() -> Arrays:
            self.done.append(step)
            return do()

        return self._once(step, noted)


@pytest.mark.parametrize(
    ("stage", "finished"),
    [
        ("finding neighbours", 2),
        ("grouping", 3),
        ("comparing with supply", 4),
        ("rehearsing gaps", 6),
    ],
)
def test_a_killed_study_does_no_finished_step_again(
    tmp_path: Path, stage: str, finished: int
) -> None:
    died = subprocess.run([sys.executable, "-c", DIES, str(tmp_path), stage], check=False)
    assert died.returncode == -signal.SIGKILL
    watched = Watched(KeptSteps(tmp_path, stands_on="this").once)
    again = studied(watched.once)
    assert watched.done == STEPS[finished:]
    whole = studied()
    assert again.niches == whole.niches
    assert np.array_equal(again.niche_of, whole.niche_of)
    assert np.array_equal(again.chance, whole.chance)
    assert np.array_equal(again.demand, whole.demand)


def test_a_step_that_stands_on_something_else_is_never_taken(tmp_path: Path) -> None:
    one = KeptSteps(tmp_path, stands_on="one")
    one.once("step", lambda: {"found": np.arange(3)})
    kept = one.once("step", lambda: {"found": np.arange(9)})
    assert kept["found"].tolist() == [0, 1, 2]
    other = KeptSteps(tmp_path, stands_on="other").once("step", lambda: {"found": np.arange(9)})
    assert len(other["found"]) == 9
    assert [folder.name for folder in tmp_path.iterdir()] == ["other"]


def test_a_kept_step_that_cannot_be_read_is_done_again(tmp_path: Path) -> None:
    kept = KeptSteps(tmp_path, stands_on="this")
    kept.once("step", lambda: {"found": np.arange(3)})
    (file,) = (tmp_path / "this").iterdir()
    file.write_bytes(file.read_bytes()[:-40])
    assert kept.once("step", lambda: {"found": np.arange(4)})["found"].tolist() == [0, 1, 2, 3]


def test_no_more_is_kept_than_there_is_room_for(tmp_path: Path) -> None:
    kept = KeptSteps(tmp_path, stands_on="this", most=1_500)
    for step in ("first", "second"):
        found = kept.once(step, lambda: {"found": np.zeros(100)})
        assert len(found["found"]) == 100
    assert [file.name for file in (tmp_path / "this").iterdir()] == ["first.npz"]


def test_a_fingerprint_tells_where_one_text_ends() -> None:
    assert fingerprint(["ab", "c"]) != fingerprint(["a", "bc"])
    assert fingerprint(["ab"]) == fingerprint([b"ab"])
