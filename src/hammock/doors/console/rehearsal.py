"""The rehearsal: would the business have decided without its owner?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from hammock.departments.decisions import kinds
from hammock.departments.decisions.keeping import unpacked
from hammock.departments.decisions.rehearsing import By, Difference, NextStep, Report, Share
from hammock.departments.sales.overview import start_of
from hammock.doors.console import frame
from hammock.doors.console.decisions import sections, span
from hammock.doors.console.fields import day_field
from hammock.flows.rehearse import (
    AT_ONCE,
    Span,
    begin_rehearsal,
    kept_rehearsal,
    rehearse,
    weight,
)
from hammock.kit.money import Money

SPANS = (("7", "7 days"), ("30", "30 days"), ("90", "90 days"), ("365", "a year"))

MOST_SHOWN = 12


class SpanForm(forms.Form):
    """What is rehearsed."""

    days = forms.ChoiceField(label="The last", choices=SPANS, required=False)
    until = day_field(label="Until", required=False)
    away = forms.ChoiceField(
        label="As if you were", choices=[("", "there"), ("1", "away")], required=False
    )


@dataclass(frozen=True, kw_only=True)
class ShownShare:
    """A row of figures."""

    label: str
    share: Share
    counts: Sequence[int]
    percent: str
    width: int
    stake: str


@dataclass(frozen=True, kw_only=True)
class ShownStep:
    """A proposal, and where it is followed."""

    step: NextStep
    after: str
    url: str


@dataclass(frozen=True, kw_only=True)
class ShownDifference:
    """A question that would be answered otherwise, in words."""

    difference: Difference
    really: str
    now: str


@frame.needs("decisions.view_decision")
def rehearsal(request: HttpRequest) -> HttpResponse:
    """Put the past's questions to today's policies and people, and show what came out."""
    form = SpanForm(request.GET or {"days": "30"})
    form.is_valid()
    chosen = _chosen(form)
    weighs = weight(chosen)
    kept = kept_rehearsal(chosen) if weighs > AT_ONCE else None
    if weighs <= AT_ONCE:
        report = rehearse(days=chosen.days, until=chosen.until, is_away=chosen.is_away)
    elif kept is not None and kept.found is not None:
        report = unpacked(kept.found)
    else:
        report = None
    return frame.show(
        request,
        "rehearsal.html",
        title="Decisions",
        sections=sections("rehearsal"),
        form=form,
        is_long=weighs > AT_ONCE,
        weighs=weighs,
        kept=kept,
        percent=round(100 * kept.share) if kept else 0,
        may_begin=request.user.has_perm("decisions.change_policy"),
        report=report,
        last_day=form.cleaned_data.get("until"),
        **(_figures(report) if report else {}),
    )


@require_POST
@frame.needs("decisions.change_policy")
def rehearsal_begin(request: HttpRequest) -> HttpResponse:
    """Begin a rehearsal that takes too long to wait for."""
    form = SpanForm(request.POST)
    if not form.is_valid():
        frame.failed(request, "This is no span that can be rehearsed.")
        return redirect("console:rehearsal")
    begin_rehearsal(_chosen(form))
    names = ("days", "until", "away")
    query = urlencode({name: request.POST.get(name, "") for name in names})
    return redirect(f"{reverse('console:rehearsal')}?{query}")


def _chosen(form: SpanForm) -> Span:
    found = form.cleaned_data
    until = found.get("until")
    return Span(
        days=int(found.get("days") or 30),
        until=_after(until) if until else None,
        is_away=bool(found.get("away")),
    )


def _figures(report: Report) -> dict[str, Any]:
    asks = {kind.name: kind.question for kind in kinds.all_kinds()}
    return {
        "total": _shown(report.total, "All", report.currency),
        "order": [by.value for by in By],
        "kinds": [
            _shown(share, asks.get(share.label, share.label), report.currency)
            for share in report.kinds
        ],
        "spans": [_shown(share, share.label, report.currency) for share in report.spans],
        "differences": [_shown_difference(one) for one in report.differences[:MOST_SHOWN]],
        "steps": [_shown_step(step) for step in report.next_steps],
        "given": f"{Money(abs(report.differs.minor), report.currency)} "
        f"{'less' if report.differs.minor < 0 else 'more'}",
        "median": span(report.median_wait) if report.median_wait is not None else "",
        "longest": span(report.longest_wait) if report.longest_wait is not None else "",
    }


def _after(day: date) -> datetime:
    """Give the moment at which the day is over."""
    return start_of(day + timedelta(days=1))


def _shown(share: Share, label: str, currency: str) -> ShownShare:
    return ShownShare(
        label=label,
        share=share,
        counts=[share.by[by] for by in By],
        percent=f"{share.dependence:.0%}",
        width=round(share.dependence * 100),
        stake=f"{share.stake_dependence:.0%} of {Money(share.stake_minor, currency)}",
    )


def _shown_difference(one: Difference) -> ShownDifference:
    says = {outcome.name: outcome.says for outcome in kinds.kind(one.kind).outcomes}
    return ShownDifference(
        difference=one, really=says.get(one.really, one.really), now=says.get(one.now, one.now)
    )


def _shown_step(step: NextStep) -> ShownStep:
    url = ""
    if step.condition:
        query = {"kind": step.kind, "condition": step.condition, "outcome": step.outcome}
        url = f"{reverse('console:policy_new')}?{urlencode(query)}"
    return ShownStep(step=step, after=f"{step.dependence_after:.0%}", url=url)


urls = [
    path("decisions/rehearsal/", rehearsal, name="rehearsal"),
    path("decisions/rehearsal/begin/", rehearsal_begin, name="rehearsal_begin"),
]
