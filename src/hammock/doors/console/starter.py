"""The starter policies, offered to a new business: read first, then adopted with one click."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from hammock.departments.decisions import kinds
from hammock.doors.console import frame
from hammock.flows.adopt_starter import adopt_starter, missing, starters


@frame.needs("catalogue.change_shop")
def starter(request: HttpRequest) -> HttpResponse:
    """Show the starter policies, and adopt those that are not here."""
    if request.method == "POST":
        count = adopt_starter(author=frame.who(request), author_id=request.user.pk)
        frame.done(request, f"{count} policies answer from now on." if count else "All are here.")
        return redirect("console:starter")
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
    )


urls = [path("policies/starter/", starter, name="starter")]
