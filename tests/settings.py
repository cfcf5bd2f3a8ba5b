"""Hammock's own settings, in a throw-away data folder."""

import atexit
import os
import shutil
import tempfile

os.environ["HAMMOCK_DATA"] = tempfile.mkdtemp(prefix="hammock-tests-")
atexit.register(shutil.rmtree, os.environ["HAMMOCK_DATA"], ignore_errors=True)
if not os.environ.get("DATABASE_URL", "").startswith("postgresql:"):
    # Each process its own file: a worker of xdist inherits its parent's variables.
    os.environ["DATABASE_URL"] = f"sqlite:///{os.environ['HAMMOCK_DATA']}/tests.sqlite3"

from hammock.config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # slow ones keep tests waiting
