"""Comments: what the team notes on orders, products, centres and pages of the console."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_POST

from hammock.departments.team import roles
from hammock.departments.team.models import Comment
from hammock.doors.console import frame
from hammock.flows.write_comment import write_comment
from hammock.kit.errors import FieldError


def comment_list(request: HttpRequest) -> HttpResponse:
    """Show all comments on pages that this member may open, newest first."""
    role = frame.role(request)
    readable = [name for name in roles.PAGES if roles.may(role, name, acts=False)]
    found = Comment.objects.filter(page__in=readable).select_related("author")
    return frame.show(
        request,
        "comments.html",
        title="Comments",
        lead="What the team noted, on the page it is about.",
        page=frame.turned(request, found),
        labels=roles.PAGES,
        query=frame.kept_query(request),
    )


@require_POST
def comment_new(request: HttpRequest) -> HttpResponse:
    """Keep a comment on the page that the form stood on."""
    about = frame.subject(request.POST.get("path", ""))
    if about is None or not roles.may(frame.role(request), about.page, acts=False):
        raise Http404
    try:
        write_comment(on=about, text=request.POST.get("text", ""), by=frame.member(request))
    except FieldError as error:
        frame.failed(request, error.sentence())
    else:
        frame.done(request, "Your comment is kept.")
    return redirect(f"{about.path}#notes")


urls = [
    path("comments/", comment_list, name="comments"),
    path("comments/new/", comment_new, name="comment_new"),
]
