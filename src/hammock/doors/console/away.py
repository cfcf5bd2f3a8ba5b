"""Time away: planning it, coming back, where emergencies go, and what happened meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.team.deciding import may_decide
from hammock.departments.team.models import Absence, Member
from hammock.departments.team.rhythm import alarms, away
from hammock.departments.team.rhythm.away import Plan
from hammock.departments.team.rhythm.errors import (
    AbsenceRefused,
    NoSuchThing,
    NotAway,
    WouldBreak,
)
from hammock.departments.team.rhythm.rehearsed import FEWEST_DAYS, breaks
from hammock.departments.team.rhythm.rules import Days
from hammock.doors.console import frame
from hammock.doors.console.fields import MoneyField, day_field
from hammock.doors.console.frame import Finding, Link
from hammock.flows.come_back import come_back
from hammock.flows.foresee_absence import foresee_absence
from hammock.flows.go_away import go_away
from hammock.flows.rehearse import rehearse
from hammock.flows.set_emergencies import confirm_emergencies, set_emergencies
from hammock.kit import clock
from hammock.kit.links import LinkRefused
from hammock.kit.money import Money
from hammock.kit.private import never_kept

PLACES = {"from": "starts_on", "to": "ends_on", "deputy": "deputy", "why": "why"}


class AwayForm(forms.Form):
    """From when to when, and for an owner who stands in."""

    starts_on = day_field(label="From", help_text="Your first day away.")
    ends_on = day_field(label="To", help_text="Your last day away.")
    deputy = forms.ModelChoiceField(
        queryset=Member.objects.none(),
        empty_label="Choose somebody",
        help_text="Answers what only you may answer, while you are away.",
    )
    why = forms.CharField(
        label="Go all the same",
        required=False,
        max_length=240,
        help_text="Only to set warnings aside: say why. Both are kept.",
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        if not member.is_superuser:
            del self.fields["deputy"], self.fields["why"]
            return
        deputy = cast("forms.ModelChoiceField[Member]", self.fields["deputy"])
        deputy.queryset = away.deputies(member.pk)
        deputy.label_from_instance = _called  # type: ignore[method-assign, assignment]  # Django's way

    def plan(self) -> Plan:
        """Give what was typed as a plan."""
        found = self.cleaned_data
        return Plan(
            member_id=self.member.pk,
            deputy_id=found["deputy"].pk if "deputy" in found else None,
            days=Days(first=found["starts_on"], last=found["ends_on"]),
        )


class EmergencyForm(forms.Form):
    """Where emergencies go, and from what sum in dispute on."""

    email = forms.EmailField(
        label="Address for emergencies",
        help_text="An address that you read when you are away; many phones turn mail to it into "
        "a message. A link sent there confirms it.",
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dispute_limit"] = MoneyField(
            currency=currency,
            label=f"Limit for disputes ({currency})",
            help_text="More than this in open disputes is an emergency.",
        )


def returns(request: HttpRequest) -> list[Finding]:
    """Lead a member who is back to the page of what happened, until they have seen it."""
    absence = away.unread(frame.member(request).pk)
    address = f"{reverse('console:happened')}?span=away&absence={absence.pk if absence else ''}"
    if absence is None or not frame.may_open(request, address):
        return []
    return [
        Finding(
            sentence="You were away. One page tells what happened meanwhile.",
            action=Link(label="See what happened", url=address),
            is_bad=False,
        )
    ]


def findings() -> list[Finding]:
    """List the emergencies that are open."""
    return [
        Finding(
            sentence=f"{incident.get_kind_display()}. {incident.seen} {incident.remedy}",
            action=Link(label="Emergencies", url=reverse("console:emergencies")),
        )
        for incident in alarms.open_incidents()
    ]


def rehearsal(plan: Plan) -> Sequence[str]:
    """Say what would break: of the house as it stands, and of the questions of as many days."""
    standing = Member.objects.get(pk=plan.deputy_id or 0)  # an owner's plan has one
    report = rehearse(
        days=max(len(plan.days), FEWEST_DAYS),
        is_away=True,
        deputy=may_decide(standing),
        proposes=False,
    )
    return [*foresee_absence(plan), *breaks(report, deputy=standing.get_full_name())]


@frame.needs("team.add_absence")
def away_page(request: HttpRequest) -> HttpResponse:
    """Show the planned absences, and plan one."""
    member = frame.member(request)
    form = AwayForm(request.POST or None, member=member)
    broken: tuple[str, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            absence = go_away(
                plan=form.plan(),
                by=frame.who(request),
                rehearse=rehearsal,
                why=form.cleaned_data.get("why", ""),
            )
        except WouldBreak as error:
            broken = error.reasons
        except AbsenceRefused as error:
            form.add_error(PLACES[error.field], frame.as_sentence(error.problem))
        else:
            frame.done(request, _bid_farewell(absence))
            return redirect("console:away")
    return frame.show(
        request,
        "away.html",
        title="Time away",
        form=form,
        breaks=broken,
        coming=away.coming(member.pk),
        past=away.past(member.pk)[:20],
        today=clock.today(),
        now_away=away.on(clock.today(), member_id=member.pk),
        is_owner=member.is_superuser,
        can_go=not member.is_superuser or away.deputies(member.pk).exists(),
        line=alarms.line(),
        status=400 if form.errors or broken else 200,
    )


@require_POST
@frame.needs("team.change_absence")
def away_end(request: HttpRequest, absence_id: int) -> HttpResponse:
    """End an absence, or call it off."""
    member = frame.member(request)
    try:
        absence = come_back(absence_id=absence_id, member_id=member.pk)
    except NotAway as error:
        frame.failed(request, error.sentence())
        return redirect("console:away")
    if absence.came_back_on == absence.starts_on:
        frame.done(request, "Called off.")
        return redirect("console:away")
    if not frame.may_open(request, reverse("console:happened")):
        frame.done(request, "Welcome back.")
        return redirect("console:away")
    frame.done(request, "Welcome back. This is what happened.")
    return redirect(f"{reverse('console:happened')}?span=away&absence={absence.pk}")


@frame.needs("team.change_emergencyline")
def emergencies(request: HttpRequest) -> HttpResponse:
    """Choose where emergencies go, and show those that were."""
    currency = catalogue.shop().currency
    line = alarms.line()
    form = EmergencyForm(
        request.POST or None,
        currency=currency,
        initial={
            "email": line.email if line else "",
            "dispute_limit": alarms.dispute_limit(currency),
        },
    )
    if request.method == "POST" and form.is_valid():
        limit: Money = form.cleaned_data["dispute_limit"]
        saved = set_emergencies(email=form.cleaned_data["email"], dispute_limit=limit)
        if saved.confirmed_at is None:
            frame.done(request, f"A link went to {saved.email}. Open it there to confirm.")
        else:
            frame.done(request, "Saved.")
        return redirect("console:emergencies")
    return frame.show(
        request,
        "emergencies.html",
        title="Emergencies",
        lead="What the house tells you at any time, and nothing else while you are away. It looks "
        "every five minutes and tells each emergency once.",
        form=form,
        line=line,
        incidents=alarms.history()[:30],
        last_backup=alarms.last_backup(),
        goes_to=alarms.address(),
        status=400 if form.errors else 200,
    )


@never_kept
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whoever opened the mailed link, then note that mail arrives there."""
    context: dict[str, Any] = {"title": "Emergencies come here"}
    try:
        if request.method == "POST":
            line = confirm_emergencies(token=token)
            context["text"] = f"Done. Emergencies come to {line.email} from now on."
        else:
            context["text"] = f"The mail to {alarms.of_link(token)} arrived."
            context["button"] = "Send emergencies here"
    except (LinkRefused, NoSuchThing) as error:
        context |= {"title": "This link leads nowhere", "text": error.sentence()}
        return TemplateResponse(request, "console/alone.html", context, status=403)
    return TemplateResponse(request, "console/alone.html", context)


def _bid_farewell(absence: Absence) -> str:
    if absence.deputy is None:
        return "Noted: nothing is asked of you on those days. Go."
    return f"{absence.deputy.get_full_name()} stands in for you. Go."


def _called(member: Member) -> str:
    return member.get_full_name()


urls = [
    path("away/", away_page, name="away"),
    path("away/<int:absence_id>/end/", away_end, name="away_end"),
    path("emergencies/", emergencies, name="emergencies"),
]
entry_urls = [path("emergencies-here/<str:token>/", confirm, name="confirm_emergencies")]
