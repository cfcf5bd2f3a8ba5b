"""Snapshots: public pages as ready bytes, answered before Django is entered.

A public view says `@public`: its response depends on nothing but the address. The server keeps such
a response under its path for as long as the generation lasts, and `renew`, called in the
transaction that changes something shown, ends the generation. Each process looks at the number a
few times a second; the one that renewed knows at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.db import close_old_connections, transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse

from hammock.kit import ids

HEADER = "Hammock-Generation"
FOUND = "Hammock-Found"  # on a search's answer: how many results it shows; browsers never see it
P = ParamSpec("P")

_known = 0


def public(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Mark a view's good answers as the same for everybody until something shown changes."""

    @wraps(view)
    def marked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        generation = current()
        response = view(request, *args, **kwargs)
        return mark(response, generation=generation)

    return marked


def mark(response: HttpResponse, *, generation: int) -> HttpResponse:
    """Let the server keep this response while `generation`, read before rendering, is true."""
    if response.status_code == 200:
        response[HEADER] = str(generation)
    return response


def current() -> int:
    """Tell the generation as this process knows it."""
    return _known


def renew() -> None:
    """End the generation, in the caller's transaction."""
    from hammock.kit.snapshots.models import Generation

    Generation.objects.get_or_create(id=1, defaults={"number": ids.time_ordered()})
    Generation.objects.filter(id=1).update(number=F("number") + 1)
    transaction.on_commit(look)


def look() -> int:
    """Read the generation's number anew and remember it."""
    global _known
    from hammock.kit.snapshots.models import Generation

    _known = Generation.objects.filter(id=1).values_list("number", flat=True).first() or 0
    return _known


def watch(stop: threading.Event, *, seconds: float = 0.3) -> None:
    """Keep looking until stopped; runs in a thread of the serving process."""
    while not stop.wait(seconds):
        close_old_connections()
        look()
