"""The audit log: what was done in the console, and Wagtail's own history of pages."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from wagtail.models import PageLogEntry

from hammock.departments.sales.overview import start_of
from hammock.departments.team.models import Deed, Member
from hammock.doors.console import frame
from hammock.doors.console.fields import day_field


class AuditFilterForm(forms.Form):
    """What the log shall show."""

    q = forms.CharField(label="What, or on what", required=False, max_length=100)
    member = forms.ModelChoiceField(
        label="Who", queryset=Member.objects.order_by("pk"), required=False, empty_label="Everybody"
    )
    since = day_field(label="From", required=False)
    until = day_field(label="To", required=False)


def audit_list(request: HttpRequest) -> HttpResponse:
    """Show what was done, newest first."""
    form = AuditFilterForm(request.GET or None)
    return frame.show(
        request,
        "audit.html",
        title="Audit log",
        kind="deeds",
        form=form,
        page=frame.turned(request, _deeds(form)),
        query=frame.kept_query(request),
        is_filtered=bool(request.GET),
    )


def audit_pages(request: HttpRequest) -> HttpResponse:
    """Show what was done to pages, as Wagtail noted it."""
    found = PageLogEntry.objects.select_related("user").order_by("-timestamp")
    return frame.show(
        request,
        "audit.html",
        title="Audit log",
        kind="pages",
        page=frame.turned(request, found),
        query=frame.kept_query(request),
    )


def _deeds(form: AuditFilterForm) -> QuerySet[Deed]:
    found = Deed.objects.all()
    if not form.is_bound or not form.is_valid():
        return found
    wanted = form.cleaned_data
    if wanted["q"]:
        found = found.filter(Q(what__icontains=wanted["q"]) | Q(on__icontains=wanted["q"]))
    if wanted["member"]:
        found = found.filter(member=wanted["member"])
    if wanted["since"]:
        found = found.filter(at__gte=start_of(wanted["since"]))
    if wanted["until"]:
        found = found.filter(at__lt=start_of(wanted["until"] + timedelta(days=1)))
    return found


urls = [
    path("audit/", audit_list, name="audit"),
    path("audit/pages/", audit_pages, name="audit_pages"),
]
