"""Mails: what went out, what waits, what failed."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from hammock.departments.team import roles
from hammock.doors.console import frame
from hammock.doors.console.frame import Finding, Link
from hammock.flows.try_again import retry_mail
from hammock.kit import mail, personal, showing
from hammock.kit.mail import queries
from hammock.kit.mail.models import OutgoingMail

STATES = (("", "All"), *OutgoingMail.State.choices)

# A mail's HTML may show itself and nothing else: no scripts, no calls to anywhere.
SHUT_IN = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def findings() -> list[Finding]:
    """Tell of mails that did not arrive, and of a mailbox that does not open."""
    return [*_refused(), *_came_back(), *_shut()]


def _refused() -> Iterator[Finding]:
    failed = queries.refused().count()
    if failed:
        what = "1 mail was" if failed == 1 else f"{failed} mails were"
        yield Finding(
            sentence=f"{what} refused by the mail server. Check EMAIL_URL, then try again.",
            action=Link(label="See mails", url=_listed(OutgoingMail.State.FAILED)),
        )


def _came_back() -> Iterator[Finding]:
    back = queries.came_back().count()
    if back:
        what = "1 mail" if back == 1 else f"{back} mails"
        yield Finding(
            sentence=f"{what} came back in the last {queries.TOLD_FOR.days} days. Each says why; "
            "ask the reader for another address, or try again.",
            action=Link(label="See mails", url=_listed(OutgoingMail.State.BOUNCED)),
        )


def _shut() -> Iterator[Finding]:
    shut = queries.shut_mailbox()
    if shut is not None:
        yield Finding(
            sentence="The mailbox does not open, so answers and returned mails have not been read "
            f"since {showing.moment(shut.since)}. Check INBOX_URL and the mailbox’s password.",
            action=Link(label="See what it said", url=reverse("console:mails")),
        )


def _listed(state: str) -> str:
    return f"{reverse('console:mails')}?state={state}"


@frame.needs("mail.view_outgoingmail")
def mail_list(request: HttpRequest) -> HttpResponse:
    """Show mails, newest first."""
    state = request.GET.get("state", "")
    words = request.GET.get("q", "").strip()
    found = _visible(request).defer("html", "text", "attachments").order_by("-queued_at", "-pk")
    if state:
        found = found.filter(state=state)
    if words:
        fits = Q(subject__icontains=words)
        found = found.filter(fits if personal.is_hidden() else fits | Q(to__icontains=words))
    return frame.show(
        request,
        "mails.html",
        title="Mails",
        page=frame.turned(request, found),
        query=frame.kept_query(request),
        state=state,
        states=STATES,
        words=words,
        shut=queries.shut_mailbox(),
    )


@frame.needs("mail.view_outgoingmail")
def mail_detail(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Show one mail as its reader sees it, shut in a frame that can do nothing."""
    letter = _mail(request, mail_id)
    return frame.show(
        request,
        "mail.html",
        title=letter.subject,
        back=Link(label="Mails", url=reverse("console:mails")),
        mail=letter,
        may_change=request.user.has_perm("mail.change_outgoingmail"),
    )


@xframe_options_sameorigin
@frame.needs("mail.view_outgoingmail")
def mail_body(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Give a mail's HTML for the frame."""
    letter = _mail(request, mail_id)
    pictures = {
        one["content_id"]: one["content"] for one in letter.attachments if one.get("content_id")
    }
    response = HttpResponse(mail.standing_alone(letter.html, pictures=pictures))
    response["Content-Security-Policy"] = SHUT_IN
    return response


@require_POST
@frame.needs("mail.change_outgoingmail")
def mail_retry(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Try to send a mail again that failed or came back."""
    letter = _mail(request, mail_id)
    if retry_mail(mail_id=mail_id):
        frame.done(request, f"The mail to {letter.to} is queued again.")
    else:
        frame.failed(request, "Only a mail that did not arrive is tried again; this one is not.")
    return redirect("console:mail", mail_id=mail_id)


def _visible(request: HttpRequest) -> QuerySet[OutgoingMail]:
    """Leave out mails that let their reader into the console, for all but the owner."""
    if roles.may(frame.role(request), "team", acts=False):
        return OutgoingMail.objects.all()
    return OutgoingMail.objects.exclude(
        Q(key__startswith="invitation:") | Q(key__startswith="way-in:")
    )


def _mail(request: HttpRequest, mail_id: int) -> OutgoingMail:
    letter = _visible(request).filter(pk=mail_id).first()
    if letter is None:
        raise Http404
    return letter


urls = [
    path("mails/", mail_list, name="mails"),
    path("mails/<int:mail_id>/", mail_detail, name="mail"),
    path("mails/<int:mail_id>/body/", mail_body, name="mail_body"),
    path("mails/<int:mail_id>/retry/", mail_retry, name="mail_retry"),
]
