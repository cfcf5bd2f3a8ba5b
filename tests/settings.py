"""Hammock's own settings, in a throw-away data folder."""

import os
import tempfile

os.environ["HAMMOCK_DATA"] = tempfile.mkdtemp(prefix="hammock-tests-")
os.environ.setdefault("DATABASE_URL", f"sqlite:///{os.environ['HAMMOCK_DATA']}/tests.sqlite3")

from hammock.config.settings import *  # noqa: E402, F403
