"""What all tests share: the database, the clock, and what may be left out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests import browsers, databases
from tests.clocks import FrozenClock, frozen

settings.register_profile(
    "hammock",
    deadline=None,  # a shared machine is slow at times, which is no fault of the code
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("hammock")

_TOUCHES_DATABASE = {"db", "transactional_db", "live_server"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-only",
        action="store_true",
        help="only tests that touch the database, and no browser's: the PostgreSQL run",
    )
    parser.addoption(
        "--no-database", action="store_true", help="only tests that touch no database: the fast run"
    )


class Spread(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Hands tests one by one to whichever process is free, and all journeys to the first."""

    def _split_scope(self, nodeid: str) -> str:
        return "journeys" if nodeid.startswith("tests/journeys/") else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return Spread(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    vendor = connection.vendor
    left_out = [item for item in items if not _belongs(item, config, vendor)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    if browsers.chromium() is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


def _belongs(item: pytest.Item, config: pytest.Config, vendor: str) -> bool:
    if item.get_closest_marker("postgres") and vendor != "postgresql":
        return False
    names = set(getattr(item, "fixturenames", ()))
    touches = bool(names & _TOUCHES_DATABASE) or item.get_closest_marker("django_db") is not None
    if config.getoption("--no-database"):
        return not touches
    if config.getoption("--database-only"):
        return touches and item.get_closest_marker("browser") is None
    return True


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter and reporter.stats.get("skipped"):
        reporter.write_line("CI leaves nothing out: the skipped tests above are an error", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_blocker: DjangoDbBlocker, pytestconfig: pytest.Config
) -> Iterator[None]:
    """Bring up the migrated database, and restore it after each test that really commits."""
    cache: Path = pytestconfig.rootpath / ".pytest_cache" / "hammock"
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        databases.prepare(cache=cache, process=databases.process_name())
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _self: databases.restore())
        yield
        databases.let_go()


@pytest.fixture
def frozen_clock() -> Iterator[FrozenClock]:
    """`kit.clock` stands at noon of 10 March 2026 until the test moves it."""
    with frozen() as standing:
        yield standing
