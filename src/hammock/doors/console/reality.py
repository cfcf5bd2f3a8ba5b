"""The reality check: the questions, the answers' rounds, and what they come to today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.planning import overview, queries
from hammock.departments.planning.models import RealityCheck
from hammock.departments.planning.rules import answers as answering
from hammock.departments.planning.rules.answers import MOST_TEXT, Answers, Value
from hammock.departments.planning.rules.questions import QUESTIONS, Kind, Part, Question
from hammock.doors.console import frame
from hammock.doors.console.fields import MoneyField
from hammock.doors.console.frame import Link
from hammock.flows.answer_reality import answer_reality
from hammock.flows.make_forecast import make_forecast
from hammock.kit.errors import FieldError

VERDICTS = {
    "go": "Nothing that you answered stands against beginning.",
    "wait": "Not yet: something below is open, or does not fit.",
    "no": "As things stand, no. Below is what would have to be true.",
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question with its form field."""

    question: Question
    field: BoundField


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the conversation."""

    title: str
    asked: Sequence[Asked]


@dataclass(frozen=True, kw_only=True)
class Said:
    """A question and its answer in words."""

    question: Question
    answer: str


class RealityForm(forms.Form):
    """All questions; each may stay empty, and what is missing is said."""

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in QUESTIONS:
            self.fields[question.id] = _field(question, currency)

    def given(self) -> dict[str, Value]:
        """Give what was answered."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if value is not None and value != ""
        }

    def sections(self) -> list[Section]:
        """Give the questions in their parts."""
        return [
            Section(
                title=part.value,
                asked=[
                    Asked(question=one, field=self[one.id]) for one in QUESTIONS if one.part == part
                ],
            )
            for part in Part
        ]


@frame.needs("planning.view_realitycheck")
def reality(request: HttpRequest) -> HttpResponse:
    """Show where the latest answers stand today, or what this is."""
    standing = overview.standing()
    if standing is None:
        return frame.show(
            request,
            "reality_empty.html",
            title="Reality check",
            here="reality",
            count=len(QUESTIONS),
            may_answer=request.user.has_perm("planning.add_realitycheck"),
        )
    judgement = standing.judgement
    return frame.show(
        request,
        "reality.html",
        title="Reality check",
        here="reality",
        standing=standing,
        judgement=judgement,
        verdict=judgement.verdict.word,
        says=VERDICTS[judgement.verdict.word],
        moved=judgement.verdict.word != standing.check.verdict,
        said=_said(standing.check.said),
        rounds=RealityCheck.objects.all(),
        may_answer=request.user.has_perm("planning.add_realitycheck"),
    )


@frame.needs("planning.view_realitycheck")
def reality_round(request: HttpRequest, number: int) -> HttpResponse:
    """Show an earlier round as it was answered."""
    check = frame.found(RealityCheck.objects.filter(number=number))
    return frame.show(
        request,
        "reality_round.html",
        title=f"Round {check.number}",
        back=Link(label="Reality check", url=reverse("console:reality")),
        check=check,
        said=_said(check.said),
    )


@frame.needs("planning.add_realitycheck")
def reality_answer(request: HttpRequest) -> HttpResponse:
    """Ask the questions, with the latest answers filled in."""
    currency = catalogue.shop().currency
    last = queries.latest_check()
    sent = request.POST if request.method == "POST" else None
    form = RealityForm(sent, currency=currency, initial=_initial(last, currency))
    if request.method == "POST" and form.is_valid():
        try:
            check = _answered(form.given(), currency, by=frame.who(request))
        except FieldError as error:
            frame.refuse(form, error)
        else:
            frame.done(request, f"Round {check.number} is kept. This is what it comes to.")
            return redirect("console:reality")
    return frame.show(
        request,
        "reality_answer.html",
        title="The questions again" if last else "A first conversation",
        back=Link(label="Reality check", url=reverse("console:reality")),
        form=form,
        last=last,
        currency=currency,
        status=400 if form.errors else 200,
    )


def _answered(given: Mapping[str, Value], currency: str, *, by: str) -> RealityCheck:
    """Keep the answers, weighed against a forecast that knows them already."""
    said = answering.means(Answers(currency=currency, given=dict(given)))
    if said is not None:
        make_forecast(means=said)
    return answer_reality(given=given, by=by)


def _field(question: Question, currency: str) -> forms.Field:
    shared: Mapping[str, Any] = {"label": question.text, "required": False}
    if question.kind == Kind.MONEY:
        return MoneyField(currency=currency, **shared)
    if question.kind == Kind.NUMBER:
        return forms.DecimalField(
            min_value=0,
            max_value=question.most,
            max_digits=12,
            decimal_places=2,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            **shared,
        )
    if question.kind == Kind.CHOICE:
        offered = [(one.value, one.says) for one in question.choices]
        return forms.ChoiceField(choices=offered, widget=forms.RadioSelect, **shared)
    return forms.CharField(max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 3}), **shared)


def _initial(last: RealityCheck | None, currency: str) -> dict[str, Any]:
    if last is None or last.currency != currency:
        return {}
    return {
        name: f"{value.normalize():f}" if isinstance(value, Decimal) else value
        for name, value in last.said.given.items()
    }


def _said(answers: Answers) -> list[Said]:
    return [
        Said(question=one, answer=answers.shown(one)) for one in QUESTIONS if answers.shown(one)
    ]


urls = [
    path("strategy/reality/", reality, name="reality"),
    path("strategy/reality/answer/", reality_answer, name="reality_answer"),
    path("strategy/reality/<int:number>/", reality_round, name="reality_round"),
]
