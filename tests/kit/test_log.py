"""What was committed is on the disk before anybody outside hears of it, and not more often."""

from __future__ import annotations

from pathlib import Path

import pytest

from hammock.kit import turns
from hammock.kit.sqlite import log
from hammock.kit.sqlite.log import Log, committed, force_owed, forced_later, forced_once


@pytest.fixture
def forced(monkeypatch: pytest.MonkeyPatch) -> list[Log]:
    """The logs that were forced, in order."""
    seen: list[Log] = []
    monkeypatch.setattr(Log, "force", lambda one: seen.append(one))
    return seen


class Place:
    """A place that notes what was forced when it was left."""

    def __init__(self, forced: list[Log]) -> None:
        self.forced = forced
        self.forced_when_left: list[int] = []

    def take(self) -> None:
        """Have it."""

    def leave(self) -> None:
        """Leave it."""
        self.forced_when_left.append(len(self.forced))


def test_a_commit_by_itself_is_forced_at_once(forced: list[Log]) -> None:
    committed("/a")
    committed("/a")
    assert forced == [log.log_of("/a")] * 2


def test_the_commits_of_one_request_are_forced_once_when_it_ends(forced: list[Log]) -> None:
    with forced_once():
        committed("/a")
        committed("/a")
        assert forced == []
    assert forced == [log.log_of("/a")]
    force_owed()
    assert len(forced) == 1


def test_a_request_that_fails_is_forced_too(forced: list[Log]) -> None:
    with pytest.raises(ValueError, match="later"), forced_once():
        committed("/a")
        raise ValueError("later")
    assert len(forced) == 1


def test_a_disk_that_refuses_is_told_and_later_commits_are_forced_again(
    forced: list[Log], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(_log: Log) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr(Log, "force", refuses)
        with pytest.raises(OSError, match="no space left"), forced_once():
            committed("/a")
    committed("/a")
    assert forced == [log.log_of("/a")]


def test_a_request_that_commits_nothing_forces_nothing(forced: list[Log]) -> None:
    with forced_once():
        pass
    assert forced == []


def test_what_is_left_to_a_later_commit_is_not_forced_by_itself(forced: list[Log]) -> None:
    with forced_later():
        committed("/a")
    assert forced == []
    committed("/a")
    assert forced == [log.log_of("/a")]


def test_what_is_left_to_a_later_commit_is_forced_when_somebody_is_told(forced: list[Log]) -> None:
    with forced_later():
        committed("/a")
        force_owed()
        assert forced == [log.log_of("/a")]


@pytest.mark.django_db(transaction=True)
def test_what_was_committed_is_forced_before_somebody_outside_is_asked(forced: list[Log]) -> None:
    place = Place(forced)
    with forced_once(), turns.having(place):
        committed("/a")
        with turns.waiting():
            assert len(forced) == 1
        committed("/a")
    assert place.forced_when_left == [1, 1]
    assert len(forced) == 2


def test_a_log_is_forced_though_sqlite_replaced_its_file(tmp_path: Path) -> None:
    path = tmp_path / "books.sqlite3-wal"
    path.write_bytes(b"old")
    found = log.log_of(str(tmp_path / "books.sqlite3"))
    found.force()
    path.unlink()
    path.write_bytes(b"new")
    found.force()
    assert found._which[1] == path.stat().st_ino
