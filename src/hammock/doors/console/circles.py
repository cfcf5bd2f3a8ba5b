"""Risks of the team: empty chairs with their agendas, and how many people could run what."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse

from hammock.departments.team.rhythm import circles
from hammock.departments.team.rhythm.rules import FEWEST_DEEDS
from hammock.doors.console import frame
from hammock.doors.console.frame import Finding, Link
from hammock.flows.count_hands import SPAN, count_hands
from hammock.flows.set_agenda import Agenda, agendas


def findings() -> list[Finding]:
    """Tell of empty chairs, in one sentence."""
    empty = [chair.circle.value for chair in circles.chairs() if chair.is_empty]
    if not empty:
        return []
    chairs = "the chair" if len(empty) == 1 else "the chairs"
    return [
        Finding(
            sentence=f"Nobody sits in {chairs} of {', '.join(empty)}: a risk, not staff.",
            action=Link(label="Fill them", url=reverse("console:circles")),
            is_bad=False,
        )
    ]


@frame.needs("team.view_procedure")
def circle_page(request: HttpRequest) -> HttpResponse:
    """Show the four chairs with their agendas, and each department's bus factor."""
    return frame.show(
        request,
        "circles.html",
        title="Chairs and risks",
        lead="Who could run this tomorrow, from what people did; and what the empty chairs would "
        "have to talk about.",
        rows=[{"agenda": agenda, "send": _send(request, agenda)} for agenda in agendas()],
        hands=count_hands(),
        days=SPAN.days,
        fewest=FEWEST_DEEDS,
    )


def _send(request: HttpRequest, agenda: Agenda) -> str:
    """Lead who may invite to the filled-in form, and others to their own mail program."""
    invite = reverse("console:invite")
    if frame.may_open(request, invite):
        return f"{invite}?role={agenda.chair.circle}"
    return f"mailto:?subject={quote(agenda.subject)}&body={quote(agenda.invitation)}"


urls = [path("circles/", circle_page, name="circles")]
