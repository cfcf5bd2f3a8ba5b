"""The starter policies, offered to a new business: read first, then adopted with one click."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from hammock.departments.decisions import kinds
from hammock.doors.console import frame
from hammock.doors.console.open_questions import answers_open, may_save, shown_outlook, told
from hammock.flows.adopt_starter import adopt_starter, missing, preview_starter, starters

NONE_NEW = "All are here."


@frame.needs("catalogue.change_shop")
def starter(request: HttpRequest) -> HttpResponse:
    """Show the starter policies, and adopt those that are not here."""
    outlook = preview_starter(author_id=request.user.pk)
    if request.method == "POST":
        if may_save(request, outlook):
            made = adopt_starter(
                author=frame.who(request),
                author_id=request.user.pk,
                answers_open=answers_open(request),
            )
            says = f"{made.policies} policies answer from now on." if made.policies else NONE_NEW
            frame.done(request, f"{says}{told(made.answered)}")
            return redirect("console:starter")
        frame.failed(request, "Not adopted yet: open questions would be answered. See below.")
    absent = {one.key for one in missing()}
    return frame.show(
        request,
        "starter.html",
        title="Starter policies",
        groups=[
            {
                "question": kinds.kind(kind).question,
                "rows": [{"policy": one, "is_here": one.key not in absent} for one in policies],
            }
            for kind, policies in groupby(starters(), key=lambda one: one.kind)
        ],
        is_complete=not absent,
        outlook=shown_outlook(request, outlook),
    )


urls = [path("policies/starter/", starter, name="starter")]
