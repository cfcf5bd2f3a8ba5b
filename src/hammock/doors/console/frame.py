"""What all pages of the console share: who may open them, how they are shown, how lists turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme

from hammock.departments.team.models import Member

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
PAGE_SIZE = 50


@dataclass(frozen=True, kw_only=True)
class Link:
    """A place to go."""

    label: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that waits for a person: one sentence, and where (or how) it is dealt with.

    With `posts`, the button does it at once instead of leading there.
    """

    sentence: str
    action: Link
    posts: bool = False
    is_bad: bool = True


def needs(permission: str) -> Callable[[View[P]], View[P]]:
    """Let only members with this permission into a view; it is asked before anything is looked up.

    The view stands behind Wagtail's own gate already, so it never sees an anonymous visitor.
    """

    def gate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return gate


def show(
    request: HttpRequest,
    template: str,
    *,
    title: str,
    back: Link | None = None,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """Show a page of the console."""
    whole = {"title": title, "back": back, **context}
    return TemplateResponse(request, f"console/{template}", whole, status=status)


def turned(request: HttpRequest, rows: QuerySet[Any], *, size: int = PAGE_SIZE) -> Page[Any]:
    """Give the page of a list that the visitor asked for, or the nearest that there is."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def kept_query(request: HttpRequest) -> str:
    """Write the list's filters for links to its other pages."""
    query = request.GET.copy()
    query.pop("page", None)
    return f"&{query.urlencode()}" if query else ""


def who(request: HttpRequest) -> str:
    """Name the member who acts, for the records."""
    member = request.user
    return member.get_full_name() if isinstance(member, Member) else ""


def member(request: HttpRequest) -> Member:
    """Give the member who acts; behind Wagtail's gate there is one."""
    found = request.user
    if not isinstance(found, Member):
        raise PermissionDenied
    return found


def done(request: HttpRequest, sentence: str) -> None:
    """Tell the member, on the next page, what was done."""
    messages.success(request, sentence)


def failed(request: HttpRequest, sentence: str) -> None:
    """Tell the member, on the next page, what could not be done."""
    messages.error(request, sentence)


def came_from(request: HttpRequest, *, otherwise: str) -> str:
    """Give the page of ours that the form says it stood on, or another."""
    place = request.POST.get("next", "")
    return place if url_has_allowed_host_and_scheme(place, allowed_hosts=None) else otherwise
