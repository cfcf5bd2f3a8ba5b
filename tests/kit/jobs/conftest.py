"""The queue is tested on real transactions, with its traces' tables at hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from hammock.kit.jobs import registry
from tests.kit.jobs import working


@pytest.fixture(autouse=True)
def nothing_on_the_timetable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no job of the house come due among those that a test counts."""
    monkeypatch.setattr(registry, "_timetable", {})


@pytest.fixture
def traces(transactional_db: None) -> Iterator[None]:
    """Make the trace tables, and drop them afterwards."""
    working.make_tables()
    yield
    with connection.cursor() as cursor:
        for name in ("marks", "effects", "runs"):
            cursor.execute(f"DROP TABLE {name}")
