"""Bodies that no form of ours sends are refused before anybody reads them."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

MOST_BYTES = 1_000_000  # the largest form of the shop is a few kilobytes


def limit_bodies(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Answer 413 to a request outside the console whose body is larger than `MOST_BYTES`."""

    def limited(request: HttpRequest) -> HttpResponse:
        length = request.headers.get("Content-Length") or "0"
        too_long = not length.isdecimal() or int(length) > MOST_BYTES
        if too_long and not request.path.startswith("/console/"):
            return HttpResponse(
                f"The body is larger than {MOST_BYTES} bytes.",
                status=413,
                content_type="text/plain",
            )
        return get_response(request)

    return limited
