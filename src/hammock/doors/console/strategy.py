"""The strategy: the document, its versions, plan against fact, steps, and the brand check."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.text import slugify
from django.views.decorators.http import require_POST

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.ledger.models import ProfitCentre
from hammock.departments.planning import library, own_path, queries, spending
from hammock.departments.planning.errors import NoStrategy, PlanningError
from hammock.departments.planning.models import Step, StrategyVersion
from hammock.departments.planning.own_path import OwnPath
from hammock.departments.planning.rules import strategy as documents
from hammock.departments.planning.rules.playbooks import Playbook
from hammock.departments.planning.rules.strategy import Centre, Channel, Document, Value
from hammock.doors.console import frame
from hammock.doors.console.fields import MoneyField, day_field
from hammock.doors.console.frame import Finding, Link
from hammock.flows import compare_plan as comparing
from hammock.flows import write_strategy as writing
from hammock.flows.check_brand import check_brand
from hammock.flows.draw_charts import chart
from hammock.flows.end_step import end_step
from hammock.flows.point_at_line import point_at_line
from hammock.kit import clock
from hammock.kit.brand import CORNERS, HEADINGS, Look
from hammock.kit.errors import FieldError
from hammock.kit.money import Money

LETTERS = {"serif": "With serifs, like a book", "sans": "Plain, like a sign"}
SHAPES = {"round": "Round", "soft": "Soft", "square": "Square"}
TEXTS = ("market", "for_whom", "not_for", "name", "promise", "proof", "voice", "stop")


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class DocumentForm(forms.Form):
    """What the strategy says, beside its centres and channels."""

    market = forms.CharField(
        label="The market",
        required=False,
        max_length=documents.LONGEST,
        widget=_area(4),
        help_text="What you know of it, and from which study.",
    )
    for_whom = forms.CharField(
        label="For whom", required=False, max_length=documents.LONGEST, widget=_area()
    )
    not_for = forms.CharField(
        label="Not for whom",
        required=False,
        max_length=documents.LONGEST,
        widget=_area(2),
        help_text="Whoever may not be disappointed cannot be pleased.",
    )
    name = forms.CharField(
        label="The brand’s name",
        max_length=writing.LONGEST_NAME,
        help_text="The shop, mails and receipts bear it. A name for the value outlives a person’s.",
    )
    promise = forms.CharField(
        label="What you promise",
        required=False,
        max_length=writing.LONGEST_PROMISE,
        help_text="One sentence; it stands below the shop’s name.",
    )
    proof = forms.CharField(
        label="Why it can be believed", required=False, max_length=documents.LONGEST, widget=_area()
    )
    voice = forms.CharField(
        label="How it sounds",
        required=False,
        max_length=documents.LONGEST,
        widget=_area(),
        help_text="A rule a line, for everybody who writes for the business.",
    )
    accent = forms.RegexField(
        r"^#[0-9a-fA-F]{6}$",
        label="Colour",
        widget=forms.TextInput(attrs={"type": "color"}),
        help_text="Buttons and links of the shop, mails and receipts; tints and the dark look come "
        "of themselves. A colour that cannot be read is refused.",
        error_messages={"invalid": "Write the colour as #rrggbb."},
    )
    headings = forms.ChoiceField(
        label="Headings", choices=[(one, LETTERS[one]) for one in HEADINGS]
    )
    corners = forms.ChoiceField(label="Corners", choices=[(one, SHAPES[one]) for one in CORNERS])
    stop = forms.CharField(
        label="What would make us stop",
        required=False,
        max_length=documents.LONGEST,
        widget=_area(),
    )
    why = forms.CharField(label="Why you change it", required=False, max_length=300)


class CentreForm(forms.Form):
    """A profit centre in the plan; an empty name is none."""

    key = forms.SlugField(required=False, max_length=40, widget=forms.HiddenInput)
    name = forms.CharField(required=False, max_length=80)
    by = day_field(
        label="Reached by",
        required=False,
    )
    note = forms.CharField(required=False, max_length=300)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.fields["target"] = MoneyField(
            currency=currency, label=f"Target a month, {currency}", required=False
        )
        self.order_fields(("key", "name", "target", "by", "note"))

    def centre(self) -> Centre | None:
        """Give the centre; None for an empty row."""
        found = self.cleaned_data
        if not found.get("name"):
            return None
        return Centre(
            key=found["key"] or _centre_key(found["name"]),
            name=found["name"],
            target=found["target"] or Money.zero(self.currency),
            by=found["by"],
            note=found["note"],
        )


class ChannelForm(forms.Form):
    """A channel in the plan; an empty name is none."""

    key = forms.SlugField(required=False, max_length=40, widget=forms.HiddenInput)
    name = forms.CharField(required=False, max_length=80)
    hypothesis = forms.CharField(
        label="What we believe", required=False, max_length=600, widget=_area(2)
    )
    measure = forms.CharField(label="How we tell", required=False, max_length=300)
    review_on = day_field(
        label="Looked at on",
        required=False,
    )
    stop = forms.CharField(label="We stop if", required=False, max_length=300)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.fields["budget"] = MoneyField(
            currency=currency, label=f"Budget a month, {currency}", required=False
        )
        self.order_fields(("key", "name", "hypothesis", "budget", "measure", "review_on", "stop"))

    def clean(self) -> dict[str, Any]:
        """Want a belief and a day for every channel."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("name"):
            if not found.get("hypothesis") and "hypothesis" not in self.errors:
                self.add_error("hypothesis", "Say what you believe, so that it can be wrong.")
            if not found.get("review_on") and "review_on" not in self.errors:
                self.add_error("review_on", "Choose a day to look at it.")
        return found

    def channel(self) -> Channel | None:
        """Give the channel; None for an empty row."""
        found = self.cleaned_data
        if not found.get("name"):
            return None
        return Channel(
            key=found["key"] or slugify(found["name"])[:40].strip("-") or "channel",
            name=found["name"],
            hypothesis=found["hypothesis"],
            budget=found["budget"] or Money.zero(self.currency),
            measure=found["measure"],
            review_on=found["review_on"],
            stop=found["stop"],
        )


CentreForms = formset_factory(CentreForm, extra=1, max_num=documents.MOST_LINES)
ChannelForms = formset_factory(ChannelForm, extra=1, max_num=documents.MOST_LINES)


class LineForm(forms.Form):
    """Which line a thing points at."""

    thing = forms.CharField(max_length=80)
    line = forms.CharField(max_length=60, required=False)


def findings() -> list[Finding]:
    """Say which steps are due, and what was spent beside the strategy."""
    today = clock.today()
    found = [_of_step(step) for step in queries.due_steps(today=today)[:5]]
    document = queries.document()
    if document is not None:
        since = clock.now() - spending.MONTH
        outside = spending.by_line(currency=document.currency, since=since).get("")
        if outside:
            sentence = f"{outside} spent in thirty days points at no line of your strategy."
            found.append(_hint(sentence, label="Point it somewhere", name="console:plan"))
    newest = queries.newest()
    if newest is not None and newest.in_force_since is None:
        sentence = "A draft of your strategy waits to be put into force."
        found.append(_hint(sentence, label="Read it", name="console:strategy"))
    return found


def own_path_now() -> OwnPath | None:
    """Give the own path within the model's spread; None without a model or in its currency."""
    document = queries.document()
    found = own_path.own_path(document) if document else None
    return found if found is not None and found.now is not None else None


@frame.needs("planning.view_strategyversion")
def strategy(request: HttpRequest) -> HttpResponse:
    """Show the strategy in force, the draft with what it changes, and the versions."""
    current, newest = queries.in_force(), queries.newest()
    draft = newest if newest is not None and newest.in_force_since is None else None
    shown = current or draft
    path = own_path_now()
    return frame.show(
        request,
        "strategy.html",
        title="Strategy",
        here="strategy",
        current=current,
        draft=draft,
        version=shown,
        document=shown.read if shown else None,
        playbook=_begun_from(shown.read.playbook) if shown else None,
        changes=documents.difference(current.read if current else None, draft.read)
        if draft
        else [],
        versions=StrategyVersion.objects.all()[:30],
        path=path,
        chart=chart(path.chart) if path else None,
        may_change=request.user.has_perm("planning.add_strategyversion"),
    )


def _begun_from(slug: str) -> Playbook | None:
    """Give the playbook that a strategy began from, while it is still on the shelf."""
    return next((one for one in library.playbooks() if one.slug == slug), None)


@frame.needs("planning.view_strategyversion")
def strategy_version(request: HttpRequest, number: int) -> HttpResponse:
    """Show a version, and what it changed."""
    version = frame.found(StrategyVersion.objects.filter(number=number))
    before = StrategyVersion.objects.filter(number__lt=number).first()
    return frame.show(
        request,
        "strategy_version.html",
        title=f"Version {version.number}",
        back=Link(label="Strategy", url=reverse("console:strategy")),
        version=version,
        before=before,
        document=version.read,
        changes=documents.difference(before.read if before else None, version.read),
    )


@frame.needs("planning.add_strategyversion")
def strategy_edit(request: HttpRequest) -> HttpResponse:
    """Write a new version, from the newest that there is."""
    newest = queries.newest()
    document = newest.read if newest else _first()
    currency = document.currency
    form = DocumentForm(request.POST or None, initial=_initial(document))
    centres = CentreForms(
        request.POST or None,
        prefix="centres",
        initial=[_row(one, "target") for one in document.centres],
        form_kwargs={"currency": currency},
    )
    channels = ChannelForms(
        request.POST or None,
        prefix="channels",
        initial=[_row(one, "budget") for one in document.channels],
        form_kwargs={"currency": currency},
    )
    if request.method == "POST" and form.is_valid() & centres.is_valid() & channels.is_valid():
        try:
            writing.write_strategy(
                document=_document(form, centres, channels, document),
                why=form.cleaned_data["why"],
                by=frame.who(request),
            )
        except FieldError as error:
            frame.refuse(form, error)
        except PlanningError as error:
            form.add_error(None, error.sentence())
        else:
            frame.done(request, "The version is written. Read what it changes.")
            return redirect("console:strategy")
    return frame.show(
        request,
        "strategy_edit.html",
        title="Write the strategy",
        back=Link(label="Strategy", url=reverse("console:strategy")),
        form=form,
        centres=centres,
        channels=channels,
        status=400 if form.errors or _wrong(centres) or _wrong(channels) else 200,
    )


@require_POST
@frame.needs("planning.add_strategyversion")
def strategy_force(request: HttpRequest) -> HttpResponse:
    """Put the draft into force."""
    try:
        writing.put_into_force()
    except NoStrategy as error:
        frame.failed(request, error.sentence())
    else:
        frame.done(request, "It is in force. The shop shows its name, promise and look.")
    return redirect("console:strategy")


@frame.needs("planning.view_strategyversion")
def plan(request: HttpRequest) -> HttpResponse:
    """Show plan against fact, the own path, the steps, and what points at nothing."""
    version = queries.in_force()
    document = version.read if version else None
    context: dict[str, Any] = {}
    if version is not None and document is not None:
        assert isinstance(version.in_force_since, datetime)
        since = min(version.in_force_since, clock.now() - spending.MONTH)
        things = comparing.things(document, since=since)
        path = own_path.own_path(document)
        context = {
            "progress": comparing.progress_of(document),
            "own_path": path,
            "chart": chart(path.chart) if path and path.rows else None,
            "pointless": [one for one in things if not one.line],
            "pointing": [one for one in things if one.line],
            "lines": document.lines(),
        }
    return frame.show(
        request,
        "plan.html",
        title="Plan and fact",
        here="plan",
        document=document,
        steps=queries.open_steps(),
        ended=Step.objects.exclude(state=Step.State.OPEN).order_by("-ended_at")[:15],
        today=clock.today(),
        may_change=request.user.has_perm("planning.add_strategyversion"),
        may_step=request.user.has_perm("planning.change_step"),
        **context,
    )


@require_POST
@frame.needs("planning.add_strategyversion")
def plan_point(request: HttpRequest) -> HttpResponse:
    """Point a thing at a line."""
    form = LineForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        point_at_line(**form.cleaned_data, by=frame.who(request))
    except (PlanningError, FieldError) as error:
        frame.failed(request, error.sentence())
    else:
        frame.done(request, "Written down.")
    return redirect("console:plan")


@require_POST
@frame.needs("planning.change_step")
def step_end(request: HttpRequest, step_id: int, what: str) -> HttpResponse:
    """Mark a step as done or dropped, or take it up again."""
    if what not in Step.State.values:
        raise Http404
    try:
        step = end_step(step_id=step_id, state=Step.State(what), by=frame.who(request))
    except Step.DoesNotExist as missing:
        raise Http404 from missing
    frame.done(request, f"“{step.title}”: {step.get_state_display().lower()}.")
    return redirect("console:plan")


@frame.needs("planning.view_strategyversion")
def brand(request: HttpRequest) -> HttpResponse:
    """Show where the business is its owner's person."""
    return frame.show(
        request, "brand_check.html", title="Brand check", here="brand", found=check_brand()
    )


def _of_step(step: Step) -> Finding:
    place = "console:reality_answer" if step.key.startswith("reality:") else "console:plan"
    label = "Answer them" if step.key.startswith("reality:") else "See the plan"
    return _hint(f"{step.title}: due {step.due_on:%-d %B}.", label=label, name=place)


def _hint(sentence: str, *, label: str, name: str) -> Finding:
    return Finding(sentence=sentence, action=Link(label=label, url=reverse(name)), is_bad=False)


def _first() -> Document:
    """Begin a strategy from what the business already is."""
    shop = catalogue.shop()
    return Document(
        currency=shop.currency,
        value=Value(name=shop.name, promise=shop.tagline),
        centres=tuple(
            Centre(key=one.slug, name=one.name, target=Money.zero(shop.currency))
            for one in ProfitCentre.objects.exclude(slug="general")
        ),
    )


def _initial(document: Document) -> dict[str, Any]:
    value = document.value
    texts = {name: getattr(document, name, None) or getattr(value, name, "") for name in TEXTS}
    look = value.look
    return {**texts, "accent": look.accent, "headings": look.headings, "corners": look.corners}


def _row(one: Centre | Channel, money: str) -> dict[str, Any]:
    found = {name: getattr(one, name) for name in one.__dataclass_fields__}
    found[money] = found[money] if found[money] else None
    return found


def _document(
    form: DocumentForm,
    centres: BaseFormSet[CentreForm],
    channels: BaseFormSet[ChannelForm],
    before: Document,
) -> Document:
    said = {
        name: value.replace("\r\n", "\n") if isinstance(value, str) else value
        for name, value in form.cleaned_data.items()
    }
    look = Look(accent=said["accent"].lower(), headings=said["headings"], corners=said["corners"])
    return Document(
        currency=before.currency,
        market=said["market"],
        for_whom=said["for_whom"],
        not_for=said["not_for"],
        value=Value(
            name=said["name"],
            promise=said["promise"],
            proof=said["proof"],
            voice=said["voice"],
            look=look,
        ),
        centres=tuple(one for row in centres if (one := row.centre()) is not None),
        channels=tuple(way for row in channels if (way := row.channel()) is not None),
        stop=said["stop"],
        playbook=before.playbook,
        began_on=before.began_on,
    )


def _centre_key(name: str) -> str:
    """Give the key of the centre that bears the name in the books, or a new one."""
    known = ProfitCentre.objects.filter(name=name).first()
    return known.slug if known else slugify(name)[:40].strip("-") or "centre"


def _wrong(rows: BaseFormSet[Any]) -> bool:
    return rows.is_bound and not rows.is_valid()


urls = [
    path("strategy/", strategy, name="strategy"),
    path("strategy/write/", strategy_edit, name="strategy_edit"),
    path("strategy/force/", strategy_force, name="strategy_force"),
    path("strategy/versions/<int:number>/", strategy_version, name="strategy_version"),
    path("strategy/plan/", plan, name="plan"),
    path("strategy/point/", plan_point, name="plan_point"),
    path("strategy/steps/<int:step_id>/<slug:what>/", step_end, name="step_end"),
    path("strategy/brand/", brand, name="brand_check"),
]
