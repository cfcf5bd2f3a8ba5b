"""What stands before every page under /console/: the second factor, masks, and the audit log.

Which role may open which page is asked at each page itself (`frame.behind_walls`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, ResolverMatch, resolve

from hammock.departments.team import access, roles
from hammock.departments.team.models import Member
from hammock.flows.note_deed import Done, note_deed
from hammock.kit import clock, limits, personal

OURS = frozenset({"console", "entry", ""})
OPEN = frozenset({"access", "password", "session_end", "sessions_end"})
OPEN_STARTS = ("mfa_", "account_", "wagtailadmin_logout", "wagtailadmin_sprite")
SEEN_EVERY = 300  # seconds between two notes of when a session was last seen
TAKEN = frozenset({"chosen", "duplicate_found", "select_format"})
"""What Wagtail's choosers say of an upload that they took."""
NEVER_NOTED = frozenset({"token", "uidb64", "session_id"})

Answer = Callable[[HttpRequest], HttpResponseBase]


def keep_walls(get_response: Answer) -> Answer:
    """Lead those who must to their second factor, mask persons, and note what was done."""

    def walled(request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith("/console/"):
            return get_response(request)
        match, member = _match(request), _member(request)
        length = request.headers.get("Content-Length") or "0"
        if member is None and limits.is_refused(path=request.path, length=length, cookies=""):
            return limits.too_long()
        if member is not None:
            _seen(request, member)
            if not _is_open(match) and access.must_set_up_factor(member):
                return _to_second_factor(request)
        hides = member is not None and not roles.sees_persons(member.known_role)
        with personal.hidden() if hides else nullcontext():
            answer = get_response(request)
            answer = _masked(answer) if hides else answer
        _note(request, answer, match, member)
        return answer

    return walled


def _match(request: HttpRequest) -> ResolverMatch | None:
    try:
        return resolve(request.path_info)
    except Resolver404:
        return None


def _member(request: HttpRequest) -> Member | None:
    return request.user if isinstance(request.user, Member) else None


def _is_open(match: ResolverMatch | None) -> bool:
    if match is None or match.url_name is None:
        return False
    ours = match.namespace in OURS and match.url_name in OPEN
    return ours or match.url_name.startswith(OPEN_STARTS)


def _to_second_factor(request: HttpRequest) -> HttpResponse:
    messages.warning(
        request,
        "This shop takes real money, so your role needs a second factor. Add one below; it takes "
        "a minute.",
    )
    return redirect("console:access")


def _seen(request: HttpRequest, member: Member) -> None:
    """Note every few minutes that the session is in use."""
    key = request.session.session_key
    known = UserSession.objects.filter(session_key=key, user=member).first()
    if known is None or (clock.now() - known.last_seen_at).total_seconds() > SEEN_EVERY:
        UserSession.objects.create_from_request(request)


def _masked(answer: HttpResponseBase) -> HttpResponseBase:
    """Mask what did not come from a personal column: addresses in texts, streams read later."""
    if isinstance(answer, StreamingHttpResponse):
        answer.streaming_content = _hidden_while_read(answer.streaming_content)
    elif isinstance(answer, HttpResponse) and answer.get("Content-Type", "").startswith("text/"):
        answer.content = personal.without_addresses(answer.content.decode()).encode()
    return answer


def _hidden_while_read(chunks: Any) -> Iterator[bytes]:
    rest = iter(chunks)
    while True:
        with personal.hidden():
            chunk = next(rest, None)
        if chunk is None:
            return
        yield chunk


def _note(
    request: HttpRequest,
    answer: HttpResponseBase,
    match: ResolverMatch | None,
    before: Member | None,
) -> None:
    """Write a line for a post that did what it was asked to."""
    member = _member(request) or before
    if request.method != "POST" or match is None or member is None:
        return
    if not _has_worked(request, answer, is_ours=match.namespace in OURS):
        return
    done = Done(
        page=match.view_name.removeprefix("console:").removeprefix("entry:"),
        on=", ".join(str(value) for name, value in match.kwargs.items() if name not in NEVER_NOTED),
        address=get_adapter().get_client_ip(request),
        browser=request.headers.get("User-Agent", ""),
    )
    note_deed(done, by=member)


def _has_worked(request: HttpRequest, answer: HttpResponseBase, *, is_ours: bool) -> bool:
    """Tell a post that worked: it led on (or, on our pages, answered well) and told no error.

    Wagtail's pages answer in place where a form was refused, save for their uploads and choosers.
    """
    if answer.status_code >= 400:
        return False
    if not is_ours and answer.status_code < 300:
        return _says_it_worked(answer)
    told = getattr(request._messages, "_queued_messages", ())  # type: ignore[attr-defined] # noqa: SLF001 - reading them takes them away
    return all(message.level < messages.ERROR for message in told)


def _says_it_worked(answer: HttpResponseBase) -> bool:
    if not isinstance(answer, JsonResponse):
        return False
    said = json.loads(answer.content)
    return isinstance(said, dict) and (said.get("success") is True or said.get("step") in TAKEN)
