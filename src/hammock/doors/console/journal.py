"""The journal: choices with what is expected of them, asked back at their date, and their score."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.ledger import queries as books
from hammock.departments.planning import journal
from hammock.departments.planning.journal import ChoiceDraft
from hammock.departments.planning.models import Choice, Reckoning
from hammock.departments.planning.rules.journal import SMALL_PERCENT
from hammock.departments.team.rhythm import away
from hammock.doors.console import frame
from hammock.doors.console.fields import MoneyField, day_field
from hammock.doors.console.frame import Finding, Link
from hammock.flows import note_choice as noting
from hammock.flows.draw_charts import chart
from hammock.kit import clock
from hammock.kit.errors import FieldError
from hammock.kit.money import Money

SHOWN_ON_TODAY = 3


def _moment_input() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class ChoiceForm(forms.Form):
    """A choice as it is made."""

    what = forms.CharField(max_length=200, label="What do you choose to do?")
    why = forms.CharField(max_length=4000, label="Why?", widget=forms.Textarea(attrs={"rows": 3}))
    expected = forms.CharField(
        max_length=300,
        label="What do you expect of it?",
        help_text="So plain that anybody could say whether it came true: “ten people buy it”.",
    )
    percent = forms.IntegerField(
        min_value=1,
        max_value=99,
        label="How sure are you, in percent?",
        help_text="1 to 99. At 70, seven of ten such expectations should come true.",
        error_messages={
            "min_value": "Write 1 to 99: nothing is certain.",
            "max_value": "Write 1 to 99: nothing is certain.",
        },
    )
    due_on = day_field(
        label="By when?",
        help_text="You are asked back on this day.",
    )
    is_reversible = forms.TypedChoiceField(
        label="Can it be undone?",
        choices=[("yes", "Yes, it can be undone"), ("no", "No, or only at great cost")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    arose_at = forms.DateTimeField(label="When did the question come up?", widget=_moment_input())
    decided_at = forms.DateTimeField(
        label="When did you decide?",
        required=False,
        widget=_moment_input(),
        help_text="Leave it empty for now.",
    )

    field_order = (
        *("what", "why", "expected", "percent", "due_on", "is_reversible", "worst"),
        *("arose_at", "decided_at"),
    )

    def __init__(self, *args: Any, currency: str, cash: Money, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        small = Money(max(cash.minor, 0) * SMALL_PERCENT // 100, currency)
        hint = f" A bet is small while it can be undone and loses {small} at most." if small else ""
        self.fields["worst"] = MoneyField(
            currency=currency,
            label=f"What does it cost at worst, in {currency}?",
            help_text=f"If all goes wrong: money spent, refunds, what you would pay back.{hint}",
        )
        self.order_fields(self.field_order)

    def draft(self, *, by: str) -> ChoiceDraft:
        """Give the choice as it was filled in."""
        found = self.cleaned_data
        return ChoiceDraft(**{**found, "decided_at": found["decided_at"] or clock.now()}, by=by)


class ReckoningForm(forms.Form):
    """What came of a choice."""

    came = forms.ChoiceField(
        label="Did it come true?", choices=Reckoning.Came.choices, widget=forms.RadioSelect
    )
    learned = forms.CharField(
        max_length=4000,
        required=False,
        label="What did you learn?",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One line is enough. Where it did not come true, it is asked for.",
    )


class CorrectionForm(forms.Form):
    """Words that put a choice right."""

    text = forms.CharField(
        max_length=2000, label="What is to be put right?", widget=forms.Textarea(attrs={"rows": 2})
    )


def findings(request: HttpRequest) -> list[Finding]:
    """Ask back the choices whose date has come."""
    if not request.user.has_perm("planning.view_choice"):
        return []
    due = journal.due(on=clock.today())
    told = [
        Finding(
            sentence=f"You expected “{one.expected}” at {one.percent} % by "
            f"{one.due_on:%-d %B}. Did it come true?",
            action=Link(label="Say what came of it", url=reverse("console:choice", args=[one.pk])),
            is_bad=False,
        )
        for one in due[:SHOWN_ON_TODAY]
    ]
    more = due.count() - SHOWN_ON_TODAY
    if more > 0:
        what = "1 more choice" if more == 1 else f"{more} more choices"
        told.append(
            Finding(
                sentence=f"{what} came due.",
                action=Link(label="Open the journal", url=reverse("console:journal")),
                is_bad=False,
            )
        )
    return told


@frame.needs("planning.view_choice")
def choice_list(request: HttpRequest) -> HttpResponse:
    """Show the journal: what is due, what is open, what came true, and what it teaches."""
    learned, owner = journal.learned(), away.owner()
    return frame.show(
        request,
        "journal.html",
        title="Journal",
        due=journal.due(on=clock.today()),
        open=journal.open_choices().filter(due_on__gt=clock.today()),
        page=frame.turned(request, journal.answered()),
        learned=learned,
        came=dict(Reckoning.Came.choices),
        pace=journal.pace(),
        answers=journal.pace_of_answers(member_id=owner.pk) if owner else None,
        at_stake=journal.at_stake(),
        lessons=journal.lessons(),
        chart=chart("calibration") if learned.score else None,
        may_change=request.user.has_perm("planning.change_choice"),
    )


@frame.needs("planning.change_choice")
def choice_new(request: HttpRequest) -> HttpResponse:
    """Write a choice down."""
    currency = catalogue.shop().currency
    form = ChoiceForm(
        request.POST or None,
        currency=currency,
        cash=books.cash(currency=currency),
        initial={"arose_at": timezone.localtime(clock.now()), "is_reversible": "yes"},
    )
    if request.method == "POST" and form.is_valid():
        try:
            written = noting.note_choice(form.draft(by=frame.who(request)))
        except FieldError as error:
            frame.refuse(form, error)
        else:
            frame.done(request, f"Written down. You are asked back on {written.due_on:%-d %B %Y}.")
            return redirect("console:choice", choice_id=written.pk)
    return frame.show(
        request,
        "form.html",
        title="A new choice",
        lead="What you expect is kept as you write it: that is the point.",
        back=_journal(),
        form=form,
        button="Write it down",
        status=400 if form.errors else 200,
    )


@frame.needs("planning.view_choice")
def choice_detail(request: HttpRequest, choice_id: int) -> HttpResponse:
    """Show a choice with its corrections and what came of it."""
    return _shown(request, _choice(choice_id))


@require_POST
@frame.needs("planning.change_choice")
def choice_reckon(request: HttpRequest, choice_id: int) -> HttpResponse:
    """Write down what came of a choice."""
    found = _choice(choice_id)
    form = ReckoningForm(request.POST)
    if form.is_valid():
        try:
            noting.reckon_choice(choice_id=found.pk, by=frame.who(request), **form.cleaned_data)
        except FieldError as error:
            frame.refuse(form, error)
        else:
            frame.done(request, "Written down. Your curve has moved.")
            return redirect("console:choice", choice_id=found.pk)
    return _shown(request, found, reckoning=form)


@require_POST
@frame.needs("planning.change_choice")
def choice_correct(request: HttpRequest, choice_id: int) -> HttpResponse:
    """Put a correction beside a choice."""
    found = _choice(choice_id)
    form = CorrectionForm(request.POST)
    if form.is_valid():
        noting.correct_choice(
            choice_id=found.pk, text=form.cleaned_data["text"], by=frame.who(request)
        )
        frame.done(request, "The correction stands beside what you wrote first.")
        return redirect("console:choice", choice_id=found.pk)
    return _shown(request, found, correction=form)


def _shown(
    request: HttpRequest,
    found: Choice,
    *,
    reckoning: ReckoningForm | None = None,
    correction: CorrectionForm | None = None,
) -> HttpResponse:
    return frame.show(
        request,
        "choice.html",
        title=found.what,
        back=_journal(),
        choice=found,
        waited=(found.decided_at - found.arose_at).days,
        advice=journal.advice(found),
        is_due=found.due_on <= clock.today(),
        reckonings=found.reckonings.all(),
        corrections=found.corrections.all(),
        reckoning=reckoning or ReckoningForm(),
        correction=correction or CorrectionForm(),
        may_change=request.user.has_perm("planning.change_choice"),
        status=400 if reckoning or correction else 200,
    )


def _choice(choice_id: int) -> Choice:
    found = Choice.objects.filter(pk=choice_id).first()
    if found is None:
        raise Http404
    return found


def _journal() -> Link:
    return Link(label="Journal", url=reverse("console:journal"))


urls = [
    path("journal/", choice_list, name="journal"),
    path("journal/new/", choice_new, name="choice_new"),
    path("journal/<int:choice_id>/", choice_detail, name="choice"),
    path("journal/<int:choice_id>/reckon/", choice_reckon, name="choice_reckon"),
    path("journal/<int:choice_id>/correct/", choice_correct, name="choice_correct"),
]
