"""The way in: the link that lets the owner in once, and the choice of a password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.cache import never_cache

from hammock.departments.team.models import Member
from hammock.departments.team.queries import member_of_link
from hammock.doors.console import frame
from hammock.flows.set_password import set_password
from hammock.kit.links import LinkRefused

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


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


@never_cache
def first_login(request: HttpRequest, token: str) -> HttpResponse:
    """Let a member in by their link, once, and ask for a password."""
    try:
        member = member_of_link(token)
    except LinkRefused as error:
        return TemplateResponse(
            request, "console/link_refused.html", {"problem": error.sentence()}, status=403
        )
    login(request, member, backend=MODEL_BACKEND)
    return redirect("console:password")


@never_cache
def password(request: HttpRequest) -> HttpResponse:
    """Let the member who is in choose a password."""
    member = request.user
    if not isinstance(member, Member):
        return redirect("wagtailadmin_login")
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


urls = [path("password/", password, name="password")]
entry_urls = [path("first-login/<str:token>/", first_login, name="first_login")]
