"""Bodies that no form of ours sends are refused before anybody reads them."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

MOST_BYTES = 1_000_000  # the largest form of the shop is a few kilobytes


def is_refused(*, path: str, length: str) -> bool:
    """Tell whether a body of this Content-Length is refused there; the console takes uploads."""
    too_long = not length.isdecimal() or int(length) > MOST_BYTES
    return too_long and not path.startswith("/console/")


def limit_bodies(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Answer 413 to a request outside the console whose body is larger than `MOST_BYTES`."""

    def limited(request: HttpRequest) -> HttpResponse:
        length = request.headers.get("Content-Length") or "0"
        if is_refused(path=request.path, length=length):
            return HttpResponse(
                f"The body is larger than {MOST_BYTES} bytes.",
                status=413,
                content_type="text/plain",
            )
        return get_response(request)

    return limited
