"""The waiting list of something that is not made yet: an address and a clear promise, no more."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from hammock.departments.research.models import Trial
from hammock.flows.try_niche import WORDING, join_waiting_list
from hammock.kit.private import from_here, never_kept


class WaitingForm(forms.Form):
    """Who wants to hear of it, and that they agreed."""

    email = forms.EmailField(
        label="E-mail address", widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    agreed = forms.BooleanField(label=WORDING)


@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
@from_here
def waiting_list(request: HttpRequest, key: str) -> HttpResponse:
    """Show the list's form, or put somebody on it; whether they stood there is told to nobody."""
    trial = Trial.objects.filter(key=key, kind=Trial.Kind.WAITING_LIST).select_related("niche")
    found = trial.first()
    if found is None:
        raise Http404
    form = WaitingForm(request.POST or None)
    joined = request.method == "POST" and form.is_valid()
    if joined:
        join_waiting_list(key=key, email=form.cleaned_data["email"])
    return render(
        request,
        "shop/waiting_list.html",
        {"form": form, "title": found.niche.name, "joined": joined},
        status=400 if form.errors else 200,
    )
