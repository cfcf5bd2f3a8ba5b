"""Starting stays light: what only some work needs is imported when that work begins."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("numpy", "scipy", "sklearn", "altair", "tokenizers", "duckdb", "ibis", "pandas")
SAYS_WHAT_IT_LOADED = f"""
import sys
import hammock.config.wsgi
from django.urls import get_resolver
get_resolver().url_patterns
import hammock.jobs
print([name for name in {HEAVY!r} if name in sys.modules])
"""


def test_nothing_that_serves_loads_the_libraries_of_research_and_charts() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SAYS_WHAT_IT_LOADED], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
