"""The front of the house: ready pages at once, everything else through Django's own handler.

Django's WSGI handler runs in a bounded pool of threads; its sync views are faster there than
under Django's ASGI handler (docs/decisions/0003-front.md has the figures).
"""

from __future__ import annotations

import os
from typing import Any, cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hammock.config.settings")

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

from hammock.config.front import Front

THREADS = 8

_django: Any = WSGIMiddleware(cast("Any", get_wsgi_application()), workers=THREADS)
application = Front(_django)
