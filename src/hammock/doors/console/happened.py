"""What happened: since the last look, last night, last weekend, or while the owner was away."""

from __future__ import annotations

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from hammock.departments.team import roles
from hammock.departments.team.models import Absence, Member
from hammock.departments.team.rhythm import away, rules
from hammock.departments.team.rhythm.rules import Span
from hammock.doors.console import frame
from hammock.flows.come_back import look
from hammock.flows.tell_happened import tell_happened
from hammock.kit import clock

SPANS = {
    "look": "Since you last looked",
    "night": "Last night",
    "weekend": "Last weekend",
    "away": "While you were away",
}
NEVER_LOOKED = timedelta(days=1)


@frame.needs("decisions.view_decision")
def happened(request: HttpRequest) -> HttpResponse:
    """Tell on one page what happened in the span."""
    name = request.GET.get("span", "look")
    if name not in SPANS:
        raise Http404
    member = frame.member(request)
    absence = _absence(request, member)
    if name == "away" and absence is None:
        raise Http404
    return frame.show(
        request,
        "happened.html",
        title=SPANS[name],
        name=name,
        spans=[(key, label) for key, label in SPANS.items() if key != "away" or absence],
        absence=absence,
        told=tell_happened(
            _span(name, member, absence),
            member_id=member.pk,
            sees=lambda page: roles.may(member.known_role, page, acts=False),
        ),
        may_look=frame.may_open(request, reverse("console:looked"), acts=True),
    )


@require_POST
@frame.needs("team.add_absence")
def looked(request: HttpRequest) -> HttpResponse:
    """Begin the next page here."""
    look(member_id=frame.member(request).pk)
    frame.done(request, "Noted. The next page begins now.")
    return redirect("wagtailadmin_home")


def _absence(request: HttpRequest, member: Member) -> Absence | None:
    """Find the absence that the address names, else the member's last that has begun."""
    theirs = Absence.objects.filter(member=member, starts_on__lte=clock.today())
    wanted = request.GET.get("absence", "")
    return theirs.filter(pk=int(wanted)).first() if wanted.isdecimal() else theirs.first()


def _span(name: str, member: Member, absence: Absence | None) -> Span:
    now, zone = clock.now(), away.zone()
    if name == "away" and absence is not None:
        since = rules.starts_at(absence.starts_on, zone)
        back = absence.came_back_on or absence.ends_on
        return Span(since=since, until=min(now, rules.ends_at(back, zone)))
    if name == "night":
        return rules.last_night(now, zone)
    if name == "weekend":
        return rules.last_weekend(now, zone)
    return Span(since=away.last_look(member.pk) or now - NEVER_LOOKED, until=now)


urls = [
    path("happened/", happened, name="happened"),
    path("happened/looked/", looked, name="looked"),
]
