"""What is said of a form that Django refused for its token."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

TOO_OLD = (
    "This form was open for too long, or your browser keeps no cookies. Go back, load the page "
    "again, and send it once more."
)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say how to go on; Django's `reason` is for developers and is told to nobody."""
    return render(request, "403.html", {"exception": TOO_OLD}, status=403)
