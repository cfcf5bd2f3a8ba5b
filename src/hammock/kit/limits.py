"""What no form of ours sends is refused before anybody reads it: large bodies, signs of no text."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

MOST_BYTES = 1_000_000  # the largest form of the shop is a few kilobytes
CONSOLE = "/console/"
_RAW = (CONSOLE, "/api/")  # files are uploaded there, and providers send what they like
_NUL = "\x00"

Answer = Callable[[HttpRequest], HttpResponse]


def is_refused(*, path: str, length: str, cookies: str) -> bool:
    """Tell whether a body of this Content-Length is refused there; the console takes uploads.

    Whether a session is one is asked later (`doors/console/walls.py`); who has none is no member.
    """
    too_long = not length.isdecimal() or int(length) > MOST_BYTES
    may_upload = path.startswith(CONSOLE) and f"{settings.SESSION_COOKIE_NAME}=" in cookies
    return too_long and not may_upload


def limit_bodies(get_response: Answer) -> Answer:
    """Answer 413 to a body that is refused, and 400 to a shop's form or address with a NUL in it.

    No text has a NUL, and PostgreSQL takes none.
    """

    def limited(request: HttpRequest) -> HttpResponse:
        length = request.headers.get("Content-Length") or "0"
        cookies = request.headers.get("Cookie", "")
        if is_refused(path=request.path, length=length, cookies=cookies):
            return too_long()
        if _has_nul(request):
            return HttpResponse(
                "A field or the address holds a sign that no text has (NUL).",
                status=400,
                content_type="text/plain",
            )
        return get_response(request)

    return limited


def too_long() -> HttpResponse:
    """Answer to a body that is too long."""
    return HttpResponse(
        f"The body is larger than {MOST_BYTES} bytes.", status=413, content_type="text/plain"
    )


def _has_nul(request: HttpRequest) -> bool:
    if _NUL in request.path or "%00" in request.META.get("QUERY_STRING", ""):
        return True
    if request.method != "POST" or request.path.startswith(_RAW):
        return False
    return any(_NUL in f"{name}{value}" for name, value in request.POST.items())
