"""The application that Granian serves: ready pages at once, everything else through Django."""

from __future__ import annotations

import os
import threading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hammock.config.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from hammock.config.front import Front
from hammock.config.gate import Gate
from hammock.departments.marketing.gathering import gatherer
from hammock.kit import collecting, snapshots

AT_ONCE = 2  # requests of shop and of console, in one process (docs/decisions/0003-front.md)
_behind = get_wsgi_application()

from hammock.config import counting  # noqa: E402 - it reaches models, which need Django set up

gatherer.is_behind_proxy = settings.SECURE_PROXY_SSL_HEADER is not None
application = Front(Gate(_behind, at_once=AT_ONCE), count=gatherer.see)

threading.Thread(
    target=snapshots.watch, args=(threading.Event(),), name="snapshots", daemon=True
).start()
threading.Thread(
    target=counting.watch, args=(gatherer, threading.Event()), name="visits", daemon=True
).start()

collecting.spare_what_is_loaded()
