"""Research: studies of markets, niches with their evidence, cheap tests, first customers."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.catalogue.errors import CatalogueError
from hammock.departments.marketing import visits
from hammock.departments.research import overview
from hammock.departments.research.actions import ConversationChange
from hammock.departments.research.errors import ResearchError
from hammock.departments.research.models import Conversation, Niche, Source, Study, Trial
from hammock.departments.research.ports import is_address
from hammock.departments.research.rules.columns import (
    DEMAND_NAMES,
    MONTHS,
    SUPPLY_NAMES,
    month_of,
)
from hammock.doors.console import frame
from hammock.doors.console.fields import FilesField, MoneyField, day_field
from hammock.doors.console.frame import Link
from hammock.flows import open_study as opening
from hammock.flows import run_study as running
from hammock.flows import try_niche as trying
from hammock.flows.hear_demand import hear_customers, hear_searches
from hammock.flows.open_study import StudyUpload
from hammock.flows.try_niche import TrialResult
from hammock.kit import clock, personal
from hammock.kit.money import Money

if TYPE_CHECKING:
    from hammock.departments.research.lessons import Standing

SHOWN_FIRST = 15
MOST_PEOPLE = 10_000_000
MEANINGS = {
    "text": "what is asked, or the product's name",
    "volume": "searches a month",
    "bid_low": "lowest bid",
    "bid_high": "highest bid",
    "when": "day",
    "answered": "results that a search gave",
}


OWN = {"own_searches": hear_searches, "own_words": hear_customers}


def first_day() -> date:
    """Tell with which day what the shop heard begins: the first that was counted."""
    began = visits.counted_since()
    return began.date() if began else clock.today()


class StudyForm(forms.Form):
    """What is to be studied."""

    name = forms.CharField(max_length=120, label="Name of the study")
    demand = FilesField(
        label="What people ask for",
        required=False,
        help_text="Keyword exports (Google Keyword Planner, Search Console, Ahrefs, Semrush) or "
        "texts such as questions and reviews: CSV, TSV, JSON or JSON Lines, as they come.",
    )
    own_searches = forms.BooleanField(
        label="What people searched for here, and what of it they did not find", required=False
    )
    own_words = forms.BooleanField(
        label="What customers wrote with their requests, without names and addresses",
        required=False,
    )
    since = day_field(label="From", required=False)
    until = day_field(label="To", required=False)
    supply = FilesField(
        label="What is on offer",
        required=False,
        help_text="Product lists, yours and others': CSV or JSON. Without them niches are found, "
        "but nobody can say what is missing.",
    )
    addresses = forms.CharField(
        label="Or addresses with product data",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Sitemaps or product pages, one a line. They are read politely: robots.txt is "
        "obeyed, one page a second, 500 pages at most.",
    )

    def __init__(self, *args: Any, again: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.again = again
        self.fields["since"].initial = first_day()
        self.fields["until"].initial = clock.today()
        if personal.is_hidden():
            del self.fields["own_words"]
        if again:
            for name in ("demand", "supply"):
                self.fields[name].help_text = "Leave it empty to look at the same files again."

    def clean_addresses(self) -> list[str]:
        """Take one address a line."""
        found = [one.strip() for one in self.cleaned_data["addresses"].splitlines() if one.strip()]
        strange = [one for one in found if not is_address(one)]
        if strange:
            raise forms.ValidationError(f"“{strange[0][:60]}” is no web address.")
        return found

    def clean(self) -> dict[str, Any]:
        """Ask for some demand, and for a span that is one where it is needed."""
        found: dict[str, Any] = super().clean() or {}
        own = [name for name in OWN if found.get(name)]
        if not self.again and not own and not found.get("demand") and "demand" not in self.errors:
            self.add_error("demand", "Choose a file, or one of what the shop heard itself.")
        since, until = found.get("since"), found.get("until")
        if own and not (since and until and since <= until):
            self.add_error("until", "Write the first day, and a last day that is not before it.")
        return found

    def uploads(self) -> list[StudyUpload]:
        """Give the files with their sides; raises `CannotDo` where the shop heard nothing."""
        found = self.cleaned_data
        heard = [
            OWN[name](since=found["since"], until=found["until"]) for name in OWN if found.get(name)
        ]
        return [
            *(
                StudyUpload(side=Source.Side.DEMAND, name=one.name, content=io.BytesIO(one.content))
                for one in heard
            ),
            *(
                StudyUpload(side=side, name=file.name, content=file)
                for side in (Source.Side.DEMAND, Source.Side.SUPPLY)
                for file in found[side]
            ),
        ]


def _span(first: date, last: date) -> str:
    return f"{first:%B %Y}" if first == last else f"{first:%B %Y} to {last:%B %Y}"


class ColumnsForm(forms.Form):
    """Which column of a file means what."""

    def __init__(self, *args: Any, source: Source, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prefix = f"s{source.pk}"
        self.source = source
        self.used = {**source.recognised, **source.chosen}
        names = DEMAND_NAMES if source.side == Source.Side.DEMAND else SUPPLY_NAMES
        choices = [("", "not there"), *((column, column[:60]) for column in source.header)]
        for name in names:
            self.fields[name] = forms.ChoiceField(
                label=MEANINGS.get(name, name.replace("_", " ")).capitalize(),
                choices=choices,
                required=name == "text",
                initial=self.used.get(name, ""),
            )
        months = sorted(filter(None, map(month_of, source.header)))
        if months and source.side == Source.Side.DEMAND:
            self.fields[MONTHS] = forms.BooleanField(
                label=f"Use the history in {len(months)} columns, {_span(months[0], months[-1])}",
                required=False,
                initial=source.chosen.get(MONTHS, "yes") != "",
                help_text=" · ".join(column for column in source.header if month_of(column)),
            )

    def chosen(self) -> dict[str, str]:
        """Give each meaning's column, an empty one where the owner takes away what was seen."""
        said = {name: column for name, column in self.cleaned_data.items() if name != MONTHS}
        chosen = {
            name: column
            for name, column in said.items()
            if column or name in self.source.recognised
        }
        if MONTHS in self.fields and not self.cleaned_data[MONTHS]:
            chosen[MONTHS] = ""
        return chosen


class ResultForm(forms.Form):
    """What a test brought."""

    reached = forms.IntegerField(min_value=0, max_value=MOST_PEOPLE, label="People who saw it")
    acted = forms.IntegerField(min_value=0, max_value=MOST_PEOPLE, label="People who joined")

    def __init__(self, *args: Any, trial: Trial, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if trial.kind == Trial.Kind.PRE_ORDER:
            currency = catalogue.shop().currency
            self.fields["acted"].label = "People who bought"
            self.fields["paid"] = MoneyField(
                currency=currency,
                label=f"What they paid together, {currency}",
                required=False,
                help_text=_uncounted(trial, currency),
            )

    def result(self) -> TrialResult:
        """Give what was entered."""
        found = self.cleaned_data
        return TrialResult(reached=found["reached"], acted=found["acted"], paid=found.get("paid"))


class ConversationForm(forms.Form):
    """A conversation as it was held."""

    who = forms.CharField(max_length=160, required=False)
    talked_on = day_field(required=False, label="Talked on")
    answer = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))
    found_nothing = forms.TypedChoiceField(
        label="Did they find something that fits?",
        required=False,
        choices=[("", "Not asked yet"), ("no", "No, nothing fits"), ("yes", "Yes, they did")],
        coerce=lambda value: value == "no",
        empty_value=None,
    )
    promised = forms.CharField(max_length=300, required=False, label="What was promised")
    promised_for = day_field(required=False, label="Promised for")
    kept_on = day_field(required=False, label="Kept on")
    quote = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))
    may_quote = forms.BooleanField(required=False, label="They agreed to be quoted")

    def change(self) -> ConversationChange:
        """Give the conversation as entered."""
        return ConversationChange(**self.cleaned_data)


@frame.needs("research.view_study")
def study_list(request: HttpRequest) -> HttpResponse:
    """Show the studies, newest first."""
    return frame.show(
        request,
        "studies.html",
        title="Research",
        page=frame.turned(request, overview.studies()),
        may_change=request.user.has_perm("research.change_study"),
    )


@frame.needs("research.change_study")
def study_new(request: HttpRequest, study_id: int = 0) -> HttpResponse:
    """Take a study's files; with `study_id`, look at that market again."""
    old = _study(study_id) if study_id else None
    form = StudyForm(request.POST or None, request.FILES or None, again=old is not None)
    if request.method == "GET" and old is not None:
        form = StudyForm(again=True, initial={"name": f"{old.name}, {clock.today():%B %Y}"[:120]})
    if request.method == "POST" and form.is_valid():
        try:
            study = _opened(form, old)
        except ResearchError as error:
            form.add_error(None, error.sentence())
        else:
            return redirect("console:study", study_id=study.pk)
    return frame.show(
        request,
        "study_new.html",
        title="Study it again" if old else "A new study",
        back=Link(label="Research", url=reverse("console:studies")),
        form=form,
        old=old,
        status=400 if form.errors else 200,
    )


@frame.needs("research.view_study")
def study_detail(request: HttpRequest, study_id: int) -> HttpResponse:
    """Show a study where it stands: its files, its progress, or what it found."""
    study = _study(study_id)
    if request.method == "POST":
        return _columns_said(request, study)
    return _show_study(request, study, _column_forms(study))


@require_POST
@frame.needs("research.change_study")
def study_begin(request: HttpRequest, study_id: int) -> HttpResponse:
    """Begin a study, or begin again after it stopped."""
    return _do(request, study_id, running.begin_study, "The study has begun.")


@require_POST
@frame.needs("research.change_study")
def study_stop(request: HttpRequest, study_id: int) -> HttpResponse:
    """Stop a study."""
    return _do(request, study_id, running.stop_study, "The study stops at its next step.")


@frame.needs("research.view_study")
def niche_detail(request: HttpRequest, niche_id: int) -> HttpResponse:
    """Show a niche: every figure with its evidence, why and why not, tests, first customers."""
    from hammock.departments.research.lessons import standing_in  # NumPy: only for who looks at one

    niche = _niche(niche_id)
    trials = {trial.kind: trial for trial in niche.trials.all()}
    standing = standing_in(niche.study, niche)
    return frame.show(
        request,
        "niche.html",
        title=niche.name,
        back=Link(label=niche.study.name, url=reverse("console:study", args=[niche.study_id])),
        niche=niche,
        facts=niche.facts,
        study=niche.study,
        satisfied=100 * _satisfaction(standing),
        standing=standing,
        trials=[_trial_row(trials.get(kind), kind) for kind in Trial.Kind.values],
        plan=overview.first_customers(niche),
        places=overview.where_they_ask(niche),
        quotes=niche.conversations.filter(may_quote=True).exclude(quote=""),
        may_change=request.user.has_perm("research.change_study"),
    )


@require_POST
@frame.needs("research.change_study")
def trial_start(request: HttpRequest, niche_id: int, kind: str) -> HttpResponse:
    """Set up one of the three cheap tests."""
    if kind not in Trial.Kind.values:
        raise Http404
    try:
        trying.start_trial(niche_id=_niche(niche_id).pk, kind=kind)
    except (ResearchError, CatalogueError) as error:
        frame.failed(request, error.sentence())
    else:
        frame.done(request, "It is set up. Nobody sees a draft until you publish it.")
    return redirect("console:niche", niche_id=niche_id)


@frame.needs("research.change_study")
def trial_end(request: HttpRequest, trial_id: int) -> HttpResponse:
    """Take a test's result; the niche's estimate moves with it."""
    trial = Trial.objects.filter(pk=trial_id).select_related("niche__study").first()
    if trial is None or trial.kind == Trial.Kind.INTERVIEWS:
        raise Http404
    acted = trial.acted or trial.entries.count()
    initial = {"reached": max(trial.reached, acted), "acted": acted, "paid": _paid(trial)}
    form = ResultForm(request.POST or None, trial=trial, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            trying.end_trial(trial_id=trial.pk, result=form.result())
        except ResearchError as error:
            form.add_error(None, error.sentence())
        else:
            frame.done(request, "Written down. The niche's estimate moved with it.")
            return redirect("console:niche", niche_id=trial.niche_id)
    return frame.show(
        request,
        "form.html",
        title=f"What the {trial.get_kind_display().lower()} brought",
        back=Link(label=trial.niche.name, url=reverse("console:niche", args=[trial.niche_id])),
        form=form,
        button="Write it down",
        status=400 if form.errors else 200,
    )


@require_POST
@frame.needs("research.change_study")
def plan_first(request: HttpRequest, niche_id: int) -> HttpResponse:
    """Plan a niche's first twenty customers."""
    try:
        trying.plan_first_customers(niche_id=_niche(niche_id).pk)
    except ResearchError as error:
        frame.failed(request, error.sentence())
    return redirect("console:niche", niche_id=niche_id)


@frame.needs("research.change_study")
def conversation(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """Write down a conversation."""
    found = Conversation.objects.filter(pk=conversation_id).select_related("niche").first()
    if found is None:
        raise Http404
    initial = {name: getattr(found, name) for name in ConversationChange.__dataclass_fields__}
    initial["found_nothing"] = {None: "", True: "no", False: "yes"}[found.found_nothing]
    form = ConversationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            trying.save_conversation(conversation_id=found.pk, change=form.change())
        except ResearchError as error:
            form.add_error(None, error.sentence())
        else:
            frame.done(request, "Written down.")
            return redirect("console:niche", niche_id=found.niche_id)
    return frame.show(
        request,
        "form.html",
        title=f"Conversation {found.position}",
        back=Link(label=found.niche.name, url=reverse("console:niche", args=[found.niche_id])),
        lead=found.ask,
        form=form,
        button="Save",
        status=400 if form.errors else 200,
    )


def _opened(form: StudyForm, old: Study | None) -> Study:
    found = form.cleaned_data
    if old is None:
        return opening.open_study(
            name=found["name"], uploads=form.uploads(), addresses=found["addresses"]
        )
    return opening.repeat_study(
        study_id=old.pk, name=found["name"], uploads=form.uploads(), addresses=found["addresses"]
    )


def _columns_said(request: HttpRequest, study: Study) -> HttpResponse:
    """Write the columns, then begin."""
    if not request.user.has_perm("research.change_study"):
        raise Http404
    column_forms = _column_forms(study, request.POST)
    if not all(form.is_valid() for form in column_forms):
        return _show_study(request, study, column_forms, status=400)
    try:
        for form in column_forms:
            opening.choose_columns(source_id=form.source.pk, chosen=form.chosen())
        running.begin_study(study_id=study.pk)
    except ResearchError as error:
        frame.failed(request, error.sentence())
    return redirect("console:study", study_id=study.pk)


def _column_forms(study: Study, data: Any = None) -> list[ColumnsForm]:
    return [ColumnsForm(data, source=one) for one in study.sources.exclude(storage_key="")]


def _show_study(
    request: HttpRequest, study: Study, column_forms: list[ColumnsForm], *, status: int = 200
) -> HttpResponse:
    niches = _standings(study)
    comparison = overview.compared(study)
    everything = "all" in request.GET
    return frame.show(
        request,
        "study.html",
        title=study.name,
        back=Link(label="Research", url=reverse("console:studies")),
        study=study,
        found=study.found,
        percent=round(study.share * 100),
        forms=column_forms,
        addresses=study.sources.exclude(address=""),
        everything=everything,
        standings=niches if everything else niches[:SHOWN_FIRST],
        hidden=0 if everything else max(len(niches) - SHOWN_FIRST, 0),
        tried=any(one.learned for one in niches),
        comparison=comparison,
        unchanged=[one for one in comparison.changes if not one.sure] if comparison else (),
        may_change=request.user.has_perm("research.change_study"),
        status=status,
    )


def _standings(study: Study) -> list[Standing]:
    """Give a finished study's niches as they stand."""
    if study.found is None:
        return []
    from hammock.departments.research.lessons import standings  # NumPy: only for a study's end

    return standings(study)


def _satisfaction(standing: Standing) -> float:
    """Give the share of the satisfied that stands in the formula."""
    if standing.learned:
        return standing.learned.satisfaction
    evidence = standing.niche.facts.get("evidence") or {}
    return float(evidence.get("satisfaction", {}).get("value", 0.0))


def _trial_row(trial: Trial | None, kind: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "label": Trial.Kind(kind).label,
        "trial": trial,
        "waiting": trial.entries.count() if trial else 0,
        "talks": trial.conversations.all() if trial else (),
        "paid": _paid(trial) if trial and trial.acted else None,
    }


def _uncounted(trial: Trial, currency: str) -> str:
    """Say beforehand where money will not be counted in the niche's figures."""
    from hammock.departments.research.lessons import why_uncounted  # NumPy: only for who asks

    why = why_uncounted(trial, trial.niche.study, currency=currency)
    return f"It is written down, and not counted in the niche's figures: {why}." if why else ""


def _paid(trial: Trial) -> Money | None:
    """Give what a result that was entered before said of money."""
    return Money(minor=trial.paid_minor, currency=trial.currency) if trial.currency else None


def _do(request: HttpRequest, study_id: int, act: Any, said: str) -> HttpResponse:
    study = _study(study_id)
    try:
        act(study_id=study.pk)
    except ResearchError as error:
        frame.failed(request, error.sentence())
    else:
        frame.done(request, said)
    return redirect("console:study", study_id=study_id)


def _study(study_id: int) -> Study:
    study = Study.objects.filter(pk=study_id).select_related("previous").first()
    if study is None:
        raise Http404
    return study


def _niche(niche_id: int) -> Niche:
    niche = Niche.objects.filter(pk=niche_id).select_related("study").first()
    if niche is None:
        raise Http404
    return niche


urls = [
    path("research/", study_list, name="studies"),
    path("research/new/", study_new, name="study_new"),
    path("research/<int:study_id>/", study_detail, name="study"),
    path("research/<int:study_id>/again/", study_new, name="study_again"),
    path("research/<int:study_id>/begin/", study_begin, name="study_begin"),
    path("research/<int:study_id>/stop/", study_stop, name="study_stop"),
    path("research/niches/<int:niche_id>/", niche_detail, name="niche"),
    path("research/niches/<int:niche_id>/try/<slug:kind>/", trial_start, name="trial_start"),
    path("research/niches/<int:niche_id>/first/", plan_first, name="plan_first"),
    path("research/tests/<int:trial_id>/", trial_end, name="trial_end"),
    path("research/talks/<int:conversation_id>/", conversation, name="conversation"),
]
