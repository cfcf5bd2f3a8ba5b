"""Playbooks: proven models of business to read and to begin from."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.planning import library, queries
from hammock.departments.planning.errors import NoSuchPlaybook, PlanningError
from hammock.departments.planning.rules.playbooks import Playbook
from hammock.doors.console import frame
from hammock.doors.console.frame import Link
from hammock.flows.choose_playbook import choose_playbook


@frame.needs("planning.view_strategyversion")
def playbook_list(request: HttpRequest) -> HttpResponse:
    """Show all models."""
    return frame.show(
        request,
        "playbooks.html",
        title="Playbooks",
        here="playbooks",
        playbooks=library.playbooks(),
    )


@frame.needs("planning.view_strategyversion")
def playbook_detail(request: HttpRequest, playbook: str) -> HttpResponse:
    """Show a model: who did it, its figures and steps, mistakes, when it does not fit."""
    found = _playbook(playbook)
    currency = catalogue.shop().currency
    return frame.show(
        request,
        "playbook.html",
        title=found.title,
        back=Link(label="Playbooks", url=reverse("console:playbooks")),
        playbook=found,
        currency=currency,
        speaks=found.speaks(currency),
        has_strategy=queries.newest() is not None,
        may_change=request.user.has_perm("planning.add_strategyversion"),
    )


@require_POST
@frame.needs("planning.add_strategyversion")
def playbook_choose(request: HttpRequest, playbook: str) -> HttpResponse:
    """Begin from a model: draft, steps, path."""
    found = _playbook(playbook)
    try:
        choose_playbook(slug=found.slug, by=frame.who(request))
    except PlanningError as error:
        frame.failed(request, error.sentence())
        return redirect("console:playbook", playbook=playbook)
    frame.done(request, "The draft is written. Read it, change it, then put it into force.")
    return redirect("console:strategy")


def _playbook(slug: str) -> Playbook:
    try:
        return library.playbook(slug)
    except NoSuchPlaybook as missing:
        raise Http404 from missing


urls = [
    path("strategy/playbooks/", playbook_list, name="playbooks"),
    path("strategy/playbooks/<slug:playbook>/", playbook_detail, name="playbook"),
    path("strategy/playbooks/<slug:playbook>/choose/", playbook_choose, name="playbook_choose"),
]
