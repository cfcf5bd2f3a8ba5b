"""The gate of the goods' files, in HTTP: whole or in pieces, resumable, never shown in the page."""

from __future__ import annotations

from typing import TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from hammock.departments.catalogue.ports import FileMissing, StoreFailed
from hammock.departments.delivery.errors import DownloadsUsedUp, NotEntitled, RangeNotSatisfiable
from hammock.flows.download_file import Deliverable, look_at_download, open_download
from hammock.kit.links import LinkRefused

R = TypeVar("R", bound=HttpResponseBase)

_UNCHANGED = "private, no-cache, no-transform"


@require_safe
def download(request: HttpRequest, token: str) -> HttpResponseBase:
    """Give the file that the signed link names: 200, 206 for a piece, 416, or a page that says why.

    HEAD tells the same headers and counts nothing.
    """
    try:
        return _described(token) if request.method == "HEAD" else _given(request, token)
    except LinkRefused as refusal:
        text = "Download links work for two days. Fresh ones are on your purchases page."
        return _page(request, str(refusal), text, status=410 if refusal.expired else 404)
    except NotEntitled as refusal:
        return _page(request, "Nothing to download here", str(refusal), status=404)
    except DownloadsUsedUp as refusal:
        return _page(request, "Downloaded as often as it may be", str(refusal), status=403)
    except RangeNotSatisfiable as refusal:
        return HttpResponse(
            str(refusal),
            status=416,
            content_type="text/plain",
            headers={"Content-Range": f"bytes */{refusal.size}", "Accept-Ranges": "bytes"},
        )
    except (FileMissing, StoreFailed):
        text = "The file cannot be read right now. It was not counted: please try again later."
        return _page(request, "Not available right now", text, status=503)


def _described(token: str) -> HttpResponse:
    file = look_at_download(token=token)
    response = HttpResponse(content_type=file.content_type)
    response.headers["Content-Length"] = str(file.size)
    return _with_headers(response, file)


def _given(request: HttpRequest, token: str) -> StreamingHttpResponse:
    file = open_download(
        token=token,
        wanted_range=request.headers.get("Range"),
        if_range=request.headers.get("If-Range"),
    )
    response = StreamingHttpResponse(
        file.pieces, status=206 if file.is_partial else 200, content_type=file.content_type
    )
    response.headers["Content-Length"] = str(file.length)
    if file.is_partial:
        last = file.start + file.length - 1
        response.headers["Content-Range"] = f"bytes {file.start}-{last}/{file.size}"
    return _with_headers(response, file)


def _with_headers(response: R, file: Deliverable) -> R:
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = f'"{file.etag}"'
    response.headers["Cache-Control"] = _UNCHANGED
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox"
    response.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=file.name) or "attachment"
    )
    return response


def _page(request: HttpRequest, title: str, text: str, *, status: int) -> HttpResponse:
    link = {"title": "My purchases", "url": reverse("shop:purchases")}
    response = render(
        request,
        "shop/message.html",
        {"title": title, "text": text, "link": link},
        status=status,
    )
    response.headers["Cache-Control"] = "no-store"
    return response
