"""What all pages of the console share: who may open them, how they are shown, how lists turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import Resolver404, URLPattern, resolve
from django.utils.http import url_has_allowed_host_and_scheme

from hammock.departments.team import roles
from hammock.departments.team.models import Comment, Member
from hammock.departments.team.roles import Role
from hammock.flows.write_comment import Subject

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
UNCOMMENTED = frozenset({"password", "access", "comments"})
P = ParamSpec("P")
M = TypeVar("M", bound=Model)
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


def role(request: HttpRequest) -> Role | None:
    """Tell the role of the member who asks; None for whoever has none."""
    member = request.user
    return member.known_role if isinstance(member, Member) else None


def member(request: HttpRequest) -> Member:
    """Give the member who asks; the console's gate let nobody else in."""
    if not isinstance(request.user, Member):
        raise PermissionDenied
    return request.user


def behind_walls(pattern: URLPattern) -> URLPattern:
    """Put the table of `team/roles.py` before a page: asked by its address's name, on every call.

    An address without a name, or that stands nowhere in the table, opens for the owner alone.
    """
    view, name = pattern.callback, pattern.name or ""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not roles.may(role(request), name, acts=request.method not in SAFE):
            raise PermissionDenied
        answer: HttpResponse = view(request, *args, **kwargs)
        return answer

    return URLPattern(pattern.pattern, guarded, pattern.default_args, pattern.name)


def may_open(request: HttpRequest, url: str, *, acts: bool = False) -> bool:
    """Tell whether the member may open (or post to) a page of the console by its address."""
    try:
        match = resolve(url.partition("?")[0])
    except Resolver404:
        return False
    if match.namespace != "console":
        return True
    return roles.may(role(request), match.url_name or "", acts=acts)


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
    match = request.resolver_match
    whole = {
        "title": title,
        "back": back,
        "may_act": match is None or may_open(request, request.path, acts=True),
        **_notes(request),
        **context,
    }
    return TemplateResponse(request, f"console/{template}", whole, status=status)


def _notes(request: HttpRequest) -> dict[str, Any]:
    """Give the comments on this page, where its readers comment."""
    match = request.resolver_match
    if match is None or match.namespace != "console":
        return {}
    found = subject(request.path)
    if found is None or not roles.may(role(request), "comment_new", acts=True):
        return {}
    about = Comment.objects.filter(page=found.page, key=found.key).select_related("author")
    return {"comments_here": list(about[:50]), "comment_path": found.path}


def subject(path: str) -> Subject | None:
    """Name what a page of the console shows, for comments; None where nobody comments."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    page = roles.PAGES.get(match.url_name or "")
    if match.namespace != "console" or page is None or match.url_name in UNCOMMENTED:
        return None
    if Role.MENTOR not in page.sees:
        return None
    key = "/".join(str(value) for value in match.kwargs.values())
    return Subject(page=match.url_name or "", key=key, path=path)


def turned(request: HttpRequest, rows: QuerySet[Any], *, size: int = PAGE_SIZE) -> Page[Any]:
    """Give the page of a list that the visitor asked for, or the nearest that there is."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def found(rows: QuerySet[M]) -> M:
    """Give the one row that is asked for. Raises `Http404`."""
    row = rows.first()
    if row is None:
        raise Http404
    return row


def kept_query(request: HttpRequest) -> str:
    """Write the list's filters for links to its other pages."""
    query = request.GET.copy()
    query.pop("page", None)
    return f"&{query.urlencode()}" if query else ""


def who(request: HttpRequest) -> str:
    """Name the member who acts, for the records."""
    member = request.user
    return member.get_full_name() if isinstance(member, Member) else ""


class Placed(Protocol):
    """An error that names its field, and the problem in words without capital and full stop."""

    field: str
    problem: str


def as_sentence(problem: str) -> str:
    """Make a sentence of a problem: a capital before it, a full stop behind."""
    return problem[:1].upper() + problem[1:] + "."


def refuse(form: forms.Form, error: Placed) -> None:
    """Say an error beside the field that it names; above the form, where it has no such field."""
    form.add_error(error.field if error.field in form.fields else None, as_sentence(error.problem))


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
