"""Starting stays light: what only some work needs is imported when that work begins."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import hammock

pytestmark = pytest.mark.long

HEAVY = ("numpy", "scipy", "sklearn", "altair", "tokenizers", "duckdb", "ibis", "pandas")
SAYS_WHAT_IT_LOADED = f"""
import sys
import hammock.config.wsgi
from django.urls import get_resolver
get_resolver().url_patterns
import hammock.jobs
print([name for name in {HEAVY!r} if name in sys.modules])
"""
SAYS_WHAT_IT_BEGAN = """
import threading
from hammock.config.web import import_all
import_all()
from django.db import connection
print(threading.active_count(), connection.connection)
"""


def test_nothing_that_serves_loads_the_libraries_of_research_and_charts() -> None:
    assert _said(SAYS_WHAT_IT_LOADED) == "[]"


def test_the_web_is_forked_from_a_process_without_threads_and_connections() -> None:
    assert _said(SAYS_WHAT_IT_BEGAN) == "1 None"


def _said(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(Path(hammock.__file__).parent.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()
