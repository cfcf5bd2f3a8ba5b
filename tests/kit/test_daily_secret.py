"""A day's secret: the same for all processes, read by its owner alone, gone the day after."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

from hammock.kit import daily_secret
from tests.races import race

DAY, NEXT = date(2026, 3, 10), date(2026, 3, 11)


def test_all_who_ask_on_a_day_get_the_same_and_on_the_next_another(tmp_path: Path) -> None:
    folder = tmp_path / "visits"
    got = [finish.value for finish in race(*[lambda: daily_secret.of(DAY, folder=folder)] * 6)]
    assert len(set(got)) == 1
    assert len(got[0]) == daily_secret.BYTES
    assert daily_secret.of(DAY, folder=folder) == got[0]
    assert daily_secret.of(NEXT, folder=folder) != got[0]


def test_nobody_else_reads_it_and_nothing_lies_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "visits"
    daily_secret.of(DAY, folder=folder)
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_it_is_deleted_when_its_day_is_over(tmp_path: Path) -> None:
    folder = tmp_path / "visits"
    for day in (DAY, NEXT):
        daily_secret.of(day, folder=folder)
    assert daily_secret.forget(before=NEXT, folder=folder) == 1
    assert [path.name for path in folder.iterdir()] == ["2026-03-11"]
    assert daily_secret.forget(before=NEXT, folder=tmp_path / "nowhere") == 0
