"""The team: who is on it with which role and limits, and who is invited. The owner's alone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.team import access, roles
from hammock.departments.team.actions import Standing
from hammock.departments.team.errors import TeamError
from hammock.departments.team.models import Invitation, Member
from hammock.departments.team.roles import Role
from hammock.doors.console import frame
from hammock.doors.console.fields import MoneyField
from hammock.doors.console.frame import Link
from hammock.doors.console.mail import stays_here
from hammock.flows.change_member import change_member
from hammock.flows.invite_member import invite_member, resend_invitation, revoke_invitation
from hammock.flows.set_agenda import asking
from hammock.kit.money import Money

ROLES = [(one.value, f"{duty.label}: {duty.purpose}") for one, duty in roles.DUTIES.items()]


class InviteForm(forms.Form):
    """Whom to ask, and as what."""

    email = forms.EmailField(label="E-mail address", max_length=254)
    role = forms.ChoiceField(label="Role", choices=ROLES, widget=forms.RadioSelect)
    note = forms.CharField(
        label="Your words",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="The mail says them above its link.",
    )


class MemberForm(forms.Form):
    """A member's role, and how much they decide alone."""

    role = forms.ChoiceField(label="Role", choices=ROLES, widget=forms.RadioSelect)
    daily_count = forms.IntegerField(
        label="Decisions a day",
        min_value=0,
        max_value=10_000,
        required=False,
        help_text="Empty: their role's limit.",
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["limit"] = MoneyField(
            currency=currency,
            required=False,
            label=f"At most at once, in {currency}",
            help_text="What may be at stake in one decision. Empty: their role's limit.",
        )
        self.order_fields(("role", "limit", "daily_count"))

    def standing(self, *, is_active: bool) -> Standing:
        """Give what was asked for."""
        limit: Money | None = self.cleaned_data["limit"]
        return Standing(
            role=Role(self.cleaned_data["role"]),
            is_active=is_active,
            limit_minor=None if limit is None else limit.minor,
            daily_count=self.cleaned_data["daily_count"],
        )


def team_list(request: HttpRequest) -> HttpResponse:
    """Show who is on the team and who is asked to join."""
    bare = {member.pk for member in access.without_second_factor()}
    members = Member.objects.annotate(last_deed=Max("deeds__at")).order_by("-is_active", "pk")
    return frame.show(
        request,
        "team.html",
        title="Team",
        lead="Who may come in, as what, and who is asked to.",
        members=[{"member": one, "lacks_factor": one.pk in bare} for one in members],
        invitations=Invitation.objects.filter(accepted_at=None, revoked_at=None),
    )


def member_edit(request: HttpRequest, member_id: int) -> HttpResponse:
    """Change a member's role and limits."""
    member, currency = _member(member_id), catalogue.shop().currency
    limit = None if member.limit_minor is None else Money(member.limit_minor, currency)
    initial = {"role": member.role, "limit": limit, "daily_count": member.daily_count}
    form = MemberForm(request.POST or None, currency=currency, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_member(
                member_id=member_id,
                to=form.standing(is_active=member.is_active),
                by=frame.member(request),
            )
        except TeamError as error:
            form.add_error("role", error.sentence())
        else:
            frame.done(request, f"{member.get_full_name()} is changed, from now on.")
            return redirect("console:team")
    return frame.show(
        request,
        "member.html",
        title=member.get_full_name(),
        back=Link(label="Team", url=reverse("console:team")),
        lead=member.email,
        member=member,
        form=form,
        status=400 if form.errors else 200,
    )


@require_POST
def member_stop(request: HttpRequest, member_id: int) -> HttpResponse:
    """End a member's access, or give it back."""
    member = _member(member_id)
    if member.known_role is None:
        frame.failed(request, f"Choose a role for {member.get_full_name()} first.")
        return redirect("console:member", member_id=member_id)
    to = Standing(
        role=member.known_role,
        is_active=not member.is_active,
        limit_minor=member.limit_minor,
        daily_count=member.daily_count,
    )
    try:
        change_member(member_id=member_id, to=to, by=frame.member(request))
    except TeamError as error:
        frame.failed(request, error.sentence())
    else:
        what = "has access again" if to.is_active else "has no access any more"
        frame.done(request, f"{member.get_full_name()} {what}.")
    return redirect("console:team")


def invite(request: HttpRequest) -> HttpResponse:
    """Ask somebody to join."""
    role = request.GET.get("role", "")
    form = InviteForm(request.POST or None, initial={"role": role, "note": asking(role)})
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        try:
            invite_member(
                email=email,
                role=Role(form.cleaned_data["role"]),
                by=frame.member(request),
                note=form.cleaned_data["note"],
            )
        except TeamError as error:
            form.add_error("email", error.sentence())
        else:
            frame.done(request, f"The invitation goes to {email}. It works for seven days.")
            return redirect("console:team")
    return frame.show(
        request,
        "form.html",
        title="Invite somebody",
        back=Link(label="Team", url=reverse("console:team")),
        lead="They get a link by mail, choose a name and a password, and are in."
        + (NO_MAIL_YET if stays_here() else ""),
        form=form,
        button="Send the invitation",
        status=400 if form.errors else 200,
    )


NO_MAIL_YET = (
    " No mail server is set yet, so the mail stays under Workings, Mails: read the link there and "
    "hand it over yourself."
)


@require_POST
def invitation_resend(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Send a fresh link."""
    invitation = _invitation(invitation_id)
    try:
        resend_invitation(invitation_id=invitation_id, by=frame.member(request))
    except TeamError as error:
        frame.failed(request, error.sentence())
    else:
        frame.done(request, f"A new link goes to {invitation.email}; the old one is dead.")
    return redirect("console:team")


@require_POST
def invitation_revoke(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Take an invitation back."""
    invitation = _invitation(invitation_id)
    try:
        revoke_invitation(invitation_id=invitation_id, by=frame.member(request))
    except TeamError as error:
        frame.failed(request, error.sentence())
    else:
        frame.done(request, f"The invitation of {invitation.email} is taken back.")
    return redirect("console:team")


def _member(member_id: int) -> Member:
    member = Member.objects.filter(pk=member_id).first()
    if member is None:
        raise Http404
    return member


def _invitation(invitation_id: int) -> Invitation:
    invitation = Invitation.objects.filter(pk=invitation_id).first()
    if invitation is None:
        raise Http404
    return invitation


urls = [
    path("team/", team_list, name="team"),
    path("team/<int:member_id>/", member_edit, name="member"),
    path("team/<int:member_id>/access/", member_stop, name="member_stop"),
    path("team/invite/", invite, name="invite"),
    path(
        "team/invitations/<int:invitation_id>/resend/",
        invitation_resend,
        name="invitation_resend",
    ),
    path(
        "team/invitations/<int:invitation_id>/revoke/",
        invitation_revoke,
        name="invitation_revoke",
    ),
]
