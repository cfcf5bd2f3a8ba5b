"""Commitments and check-ins: what was promised, what became of it, and the partner's answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.http import require_POST

from hammock.departments.team.models import CheckIn, Commitment, Member, Partner
from hammock.departments.team.rhythm import away, promises, rules
from hammock.departments.team.rhythm.errors import AlreadyAnswered, NoSuchThing
from hammock.doors.console import frame
from hammock.doors.console.fields import day_field
from hammock.flows.keep_promise import (
    LONGEST_ANSWER,
    answer_check_in,
    keep_promise,
    make_promise,
    name_partner,
)
from hammock.kit import clock
from hammock.kit.errors import FieldError
from hammock.kit.links import LinkRefused
from hammock.kit.private import never_kept


class PromiseForm(forms.Form):
    """What, by when, and how one sees that it is done."""

    what = forms.CharField(max_length=200, help_text="Such as “Publish two articles”.")
    measure = forms.CharField(
        max_length=200, help_text="How somebody else sees that it is done: “both are on the blog”."
    )
    due_on = day_field(label="By")


class PartnerForm(forms.Form):
    """Who hears every Monday how it went."""

    name = forms.CharField(max_length=120)
    email = forms.EmailField(label="E-mail address")


class AnswerForm(forms.Form):
    """A partner's answer to a week."""

    answer = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 5}), max_length=LONGEST_ANSWER, label="Your answer"
    )


@frame.needs("team.view_commitment")
def commitment_list(request: HttpRequest) -> HttpResponse:
    """Show a member's promises and check-ins: one's own, or the owner's for who only reads."""
    reader = frame.member(request)
    may_change = request.user.has_perm("team.add_commitment")
    member = reader if may_change else away.owner() or reader
    form = PromiseForm(request.POST or None) if may_change else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            make_promise(member_id=member.pk, **form.cleaned_data)
        except FieldError as error:
            form.add_error("due_on", f"{error.problem}.".capitalize())
        else:
            frame.done(request, "Promised.")
            return redirect("console:commitments")
    return frame.show(
        request,
        "commitments.html",
        title="Commitments",
        form=form,
        member=member,
        may_change=may_change,
        status=400 if form is not None and form.errors else 200,
        **_shown(member),
    )


@require_POST
@frame.needs("team.add_commitment")
def commitment_keep(request: HttpRequest, commitment_id: int) -> HttpResponse:
    """Note that a promise is kept."""
    try:
        kept = keep_promise(commitment_id=commitment_id, member_id=frame.member(request).pk)
    except NoSuchThing as missing:
        raise Http404 from missing
    if kept.state == Commitment.State.DONE:
        frame.done(request, f"Kept: {kept.what}.")
    else:
        frame.failed(request, "Its day was over: it counts as missed.")
    return redirect("console:commitments")


@frame.needs("team.add_commitment")
def partner_edit(request: HttpRequest) -> HttpResponse:
    """Choose who hears of it."""
    member = frame.member(request)
    partner = Partner.objects.filter(member=member).first()
    initial = {"name": partner.name, "email": partner.email} if partner else {}
    form = PartnerForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        named = name_partner(member_id=member.pk, **form.cleaned_data)
        frame.done(request, f"{named.name} gets your check-in every Monday.")
        return redirect("console:commitments")
    return frame.show(
        request,
        "form.html",
        title="Accountability partner",
        lead="Gets every Monday what you promised, kept and missed, and answers by a link"
        f"{' or by mail' if settings.INBOX else ''}, without a password. They see nothing else.",
        form=form,
        button="Save",
        status=400 if form.errors else 200,
    )


@require_POST
@frame.needs("team.view_checkin")
def check_in_answer(request: HttpRequest, check_in_id: int) -> HttpResponse:
    """Answer a check-in from within the console."""
    try:
        answer_check_in(
            check_in_id=check_in_id,
            text=request.POST.get("answer", "")[:LONGEST_ANSWER],
            by=frame.who(request),
        )
    except NoSuchThing as missing:
        raise Http404 from missing
    except (AlreadyAnswered, FieldError) as error:
        frame.failed(request, error.sentence())
    else:
        frame.done(request, "Answered.")
    return redirect("console:commitments")


@never_kept
def check_in(request: HttpRequest, token: str) -> HttpResponse:
    """Show a week to whoever holds its link, and take one answer."""
    try:
        found = promises.of_link(token)
    except (LinkRefused, NoSuchThing) as error:
        return TemplateResponse(
            request,
            "console/alone.html",
            {"title": "This link leads nowhere", "text": error.sentence()},
            status=403,
        )
    form = AnswerForm(request.POST or None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            answer_check_in(
                check_in_id=found.pk,
                text=form.cleaned_data["answer"],
                by=promises.answerer(found.pk),
            )
        except (AlreadyAnswered, FieldError) as error:
            problem = error.sentence()
        else:
            return redirect(request.path)
    return TemplateResponse(
        request,
        "console/check_in.html",
        {
            "check_in": found,
            "form": form,
            "problem": problem,
            "title": f"Week of {found.week:%-d %B %Y}",
        },
        status=400 if problem or form.errors else 200,
    )


def _shown(member: Member) -> dict[str, Any]:
    theirs = promises.commitments(member.pk)
    monday = rules.monday_of(clock.today())
    return {
        "open": theirs.filter(state="open"),
        "closed": theirs.exclude(state="open").order_by("-closed_at")[:30],
        "check_ins": CheckIn.objects.filter(member=member)[:20],
        "partner": Partner.objects.filter(member=member).first(),
        "streak": promises.streak(member.pk, before=monday).sentence(),
        "today": clock.today(),
    }


urls = [
    path("commitments/", commitment_list, name="commitments"),
    path("commitments/partner/", partner_edit, name="partner"),
    path("commitments/<int:commitment_id>/keep/", commitment_keep, name="commitment_keep"),
    path("check-ins/<int:check_in_id>/answer/", check_in_answer, name="check_in_answer"),
]
entry_urls = [path("check-in/<str:token>/", check_in, name="check_in")]
