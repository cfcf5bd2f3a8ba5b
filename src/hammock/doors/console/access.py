"""The way in, and a member's own access: links, password, second factor, sessions.

Signing in, codes and passkeys are django-allauth's views in our look (`entry_urls`); they lie over
Wagtail's own login and password reset, which would go round the second factor.
"""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.account.utils import perform_login
from allauth.core import ratelimit
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django import forms
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, re_path, reverse
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.team import access, roles
from hammock.departments.team.errors import TeamError
from hammock.departments.team.models import Member
from hammock.departments.team.queries import member_of_link
from hammock.departments.team.roles import Role
from hammock.doors.console import frame
from hammock.flows.accept_invitation import accept_invitation
from hammock.flows.ask_way_in import ask_way_in
from hammock.flows.end_session import end_all_sessions, end_session
from hammock.flows.set_password import set_password
from hammock.kit.links import LinkRefused
from hammock.kit.private import never_kept


class PasswordForm(forms.Form):
    """A password, typed once and shown on demand by the browser."""

    password = forms.CharField(
        label="Password",
        min_length=10,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
        help_text="Ten letters or more; four words that you remember are good.",
    )
    again = forms.CharField(
        label="The same again",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member

    def clean_password(self) -> str:
        """Ask Django's validators, where some are set."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self.member)
        if password.lower() in {self.member.email.lower(), self.member.name.lower()}:
            raise forms.ValidationError("This is your name; others know it.")
        return password

    def clean(self) -> dict[str, Any]:
        """Want the same twice."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if "password" in found and found.get("again") != found["password"]:
            self.add_error("again", "This is not the same as above.")
        return found


class AcceptForm(PasswordForm):
    """What the invited says of themselves: a name, and a password."""

    name = forms.CharField(
        label="Your name",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
    )
    field_order = ("name", "password", "again")

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, member=member, **kwargs)
        del self.fields["password"].widget.attrs["autofocus"]


class WayInForm(forms.Form):
    """The address to which a link shall go."""

    email = forms.EmailField(label="E-mail address", max_length=254)


@never_kept
def first_login(request: HttpRequest, token: str) -> HttpResponse:
    """Let a member in by their link, once, past their second factor, and ask for a password."""
    try:
        member = member_of_link(token)
    except LinkRefused as error:
        return _refused(request, error.sentence())
    answer: HttpResponse = perform_login(request, member, redirect_url=reverse("console:password"))
    return answer


@never_kept
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation, and make its reader a member when they accept."""
    try:
        invitation = access.invitation_of(token)
    except (LinkRefused, TeamError) as error:
        return _refused(request, error.sentence())
    form = AcceptForm(request.POST or None, member=Member(email=invitation.email))
    if request.method == "POST" and form.is_valid():
        try:
            member = accept_invitation(
                invitation_id=invitation.pk,
                nonce=invitation.nonce,
                name=form.cleaned_data["name"],
                password=form.cleaned_data["password"],
            )
        except TeamError as error:
            return _refused(request, error.sentence())
        answer: HttpResponse = perform_login(
            request, member, redirect_url=reverse("wagtailadmin_home")
        )
        return answer
    shown = {
        "form": form,
        "invitation": invitation,
        "duty": roles.DUTIES[Role(invitation.role)],
        "shop": catalogue.shop(),
    }
    status = 400 if form.errors else 200
    return TemplateResponse(request, "console/accept.html", shown, status=status)


@never_kept
def forgotten(request: HttpRequest) -> HttpResponse:
    """Send a link to a member who forgot the password; the answer is the same for everybody."""
    form = WayInForm(request.POST or None)
    is_asked = False
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if ratelimit.consume(request, action="reset_password", key=email.lower()):
            ask_way_in(email=email)
        is_asked = True
    return TemplateResponse(
        request,
        "console/forgotten.html",
        {"form": form, "is_asked": is_asked},
        status=400 if form.errors else 200,
    )


def inactive(request: HttpRequest) -> HttpResponse:
    """Tell somebody whose access ended."""
    return _refused(request, "Your access has ended; ask the owner.")


@never_kept
def password(request: HttpRequest) -> HttpResponse:
    """Let the member who is in choose a password."""
    member = request.user
    if not isinstance(member, Member):
        return redirect("account_login")
    form = PasswordForm(request.POST or None, member=member)
    if request.method == "POST" and form.is_valid():
        changed = set_password(member_id=member.pk, password=form.cleaned_data["password"])
        update_session_auth_hash(request, changed)
        frame.done(request, "Your password is set. You sign in with your e-mail address and it.")
        return redirect("wagtailadmin_home")
    return TemplateResponse(
        request,
        "console/password.html",
        {"form": form, "member": member, "is_new": not member.has_usable_password()},
        status=400 if form.errors else 200,
    )


@never_kept
def own_access(request: HttpRequest) -> HttpResponse:
    """Show the member their password, second factor and sessions."""
    member = frame.member(request)
    return frame.show(
        request,
        "access.html",
        title="Your access",
        member=member,
        duty=member.duty,
        factors=access.factors(member),
        must=access.must_set_up_factor(member),
        sessions=access.sessions(member, current=request.session.session_key),
    )


@require_POST
def session_end(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign the member out somewhere else."""
    if end_session(member=frame.member(request), session_id=session_id):
        frame.done(request, "That session is signed out.")
    else:
        frame.failed(request, "That session is over already.")
    return redirect("console:access")


@require_POST
def sessions_end(request: HttpRequest) -> HttpResponse:
    """Sign the member out everywhere, here too."""
    end_all_sessions(member=frame.member(request))
    logout(request)
    return redirect("account_login")


def _refused(request: HttpRequest, problem: str) -> HttpResponse:
    return TemplateResponse(request, "console/link_refused.html", {"problem": problem}, status=403)


_to_access = RedirectView.as_view(pattern_name="console:access")

urls = [
    path("password/", password, name="password"),
    path("access/", own_access, name="access"),
    path("access/sessions/<int:session_id>/end/", session_end, name="session_end"),
    path("access/sessions/end/", sessions_end, name="sessions_end"),
]
entry_urls = [
    path("first-login/<str:token>/", first_login, name="first_login"),
    path("join/<str:token>/", accept, name="accept"),
    path("login/forgotten/", forgotten, name="forgotten"),
]
sign_in_urls = [
    path("login/", account.login, name="account_login"),
    path("login/ended/", inactive, name="account_inactive"),
    path("login/again/", account.reauthenticate, name="account_reauthenticate"),
    path("login/code/", mfa.authenticate, name="mfa_authenticate"),
    path("login/passkey/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("login/again/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path(
        "login/again/passkey/",
        webauthn.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("access/factors/", _to_access, name="mfa_index"),
    path("access/passkeys/", _to_access, name="mfa_list_webauthn"),
    path("access/app/add/", totp.activate_totp, name="mfa_activate_totp"),
    path("access/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("access/passkeys/add/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("access/passkeys/<int:pk>/remove/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("access/passkeys/<int:pk>/edit/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("access/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("access/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    # Wagtail's own ways to reset a password and to make users, which know no roles.
    re_path(r"^password_reset/", RedirectView.as_view(pattern_name="entry:forgotten")),
    re_path(r"^(?:users|groups)/", RedirectView.as_view(pattern_name="console:team")),
]
