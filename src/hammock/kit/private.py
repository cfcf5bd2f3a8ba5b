"""Pages that are one visitor's: nobody keeps them, and no other site can send their forms.

A form needs no token for that. Browsers say themselves which site a form was sent from, in a header
that no page can change: `Sec-Fetch-Site` (all of them since 2023), before that `Origin`. What says
neither is no browser, and has no visitor's cookies. The rule is that of Go's
`http.CrossOriginProtection` (Valsorda, F. (2025), "Cross-Site Request Forgery").
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.defaults import permission_denied

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

REFUSAL = "This form was sent from another site."
_CHANGE_NOTHING = {"GET", "HEAD", "OPTIONS"}


def never_kept(view: View[P]) -> View[P]:
    """Ask browsers and everybody on the way to keep no copy of the view's pages."""

    @wraps(view)
    def answered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    return answered


def from_here(view: View[P]) -> View[P]:
    """Answer 403 to what another site sent; the view does not hear of it."""

    @csrf_exempt
    @wraps(view)
    def asked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method not in _CHANGE_NOTHING and not _is_from_here(request):
            return permission_denied(request, PermissionDenied(REFUSAL))
        return view(request, *args, **kwargs)

    return asked


def _is_from_here(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    if origin is None or origin == settings.HAMMOCK_URL:  # a proxy may name another host
        return True
    return origin.partition("://")[2] == request.get_host()
