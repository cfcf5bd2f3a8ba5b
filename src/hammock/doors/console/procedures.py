"""Standing procedures: written steps, when they are due, going through them."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from hammock.departments.team.models import Member, Procedure
from hammock.departments.team.rhythm import duties
from hammock.departments.team.rhythm.duties import Draft
from hammock.departments.team.rhythm.errors import AlreadyDone, NoSuchThing, NotDue
from hammock.doors.console import frame
from hammock.doors.console.fields import day_field
from hammock.doors.console.frame import Finding, Link
from hammock.flows.keep_procedure import retire_procedure, run_procedure, save_procedure
from hammock.kit import clock, showing

MOST_STEPS = 40
LONGEST_STEP = 300


class ProcedureForm(forms.Form):
    """How something is done, by whom and how often."""

    title = forms.CharField(max_length=120)
    department = forms.ChoiceField(choices=list(duties.DEPARTMENTS.items()))
    owner = forms.ModelChoiceField(queryset=Member.objects.none(), help_text="Who does it.")
    steps = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=20_000,
        help_text="One step a line. Each becomes a box to tick.",
    )
    every = forms.IntegerField(label="Every", min_value=1, max_value=366, initial=1)
    unit = forms.ChoiceField(label="Days, weeks …", choices=Procedure.Unit.choices, initial="week")
    first_on = day_field(
        label="First due on",
        help_text="What begins on the 31st comes on the last day of shorter months.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = cast("forms.ModelChoiceField[Member]", self.fields["owner"])
        owner.queryset = Member.objects.filter(is_active=True).order_by("name", "email")
        owner.label_from_instance = Member.get_full_name  # type: ignore[method-assign, assignment]  # Django's way

    def clean_steps(self) -> list[str]:
        """Read one step a line."""
        steps = [line.strip() for line in self.cleaned_data["steps"].splitlines() if line.strip()]
        if len(steps) > MOST_STEPS:
            raise forms.ValidationError(f"Write {MOST_STEPS} steps at most; this has {len(steps)}.")
        for number, step in enumerate(steps, start=1):
            if len(step) > LONGEST_STEP:
                raise forms.ValidationError(f"Step {number} is longer than {LONGEST_STEP} letters.")
        return steps

    def draft(self) -> Draft:
        """Give what was typed."""
        found = dict(self.cleaned_data)
        return Draft(owner_id=found.pop("owner").pk, **found)


def findings() -> list[Finding]:
    """List the procedures that are due or late."""
    return [
        Finding(
            sentence=_sentence(run),
            action=Link(
                label="Go through it",
                url=reverse("console:procedure_run", args=(run.procedure.pk, run.on.isoformat())),
            ),
            is_bad=run.is_late,
        )
        for run in duties.due()[: duties.SHOWN_LATE]
    ]


@frame.needs("team.view_procedure")
def procedure_list(request: HttpRequest) -> HttpResponse:
    """Show what is due and every procedure with its next day."""
    today = clock.today()
    return frame.show(
        request,
        "procedures.html",
        title="Procedures",
        due=duties.due(),
        rows=[
            {
                "procedure": one,
                "department": duties.DEPARTMENTS.get(one.department, one.department),
                "next": duties.rhythm(one).following(today)
                if one.first_on <= today
                else one.first_on,
                "last": one.runs.select_related("done_by").first(),
            }
            for one in duties.procedures()
        ],
        may_change=request.user.has_perm("team.change_procedure"),
    )


@frame.needs("team.change_procedure")
def procedure_edit(request: HttpRequest, procedure_id: int | None = None) -> HttpResponse:
    """Write a new procedure or change one."""
    found = _found(procedure_id) if procedure_id is not None else None
    form = ProcedureForm(request.POST or None, initial=_initial(found))
    if request.method == "POST" and form.is_valid():
        saved = save_procedure(form.draft(), procedure_id=procedure_id)
        frame.done(request, f"“{saved.title}” is written.")
        return redirect("console:procedures")
    return frame.show(
        request,
        "procedure_form.html",
        title=found.title if found else "New procedure",
        back=Link(label="Procedures", url=reverse("console:procedures")),
        form=form,
        procedure=found,
        status=400 if form.errors else 200,
    )


@require_POST
@frame.needs("team.change_procedure")
def procedure_retire(request: HttpRequest, procedure_id: int) -> HttpResponse:
    """Let a procedure hold no longer."""
    found = _found(procedure_id)
    retire_procedure(procedure_id=found.pk)
    frame.done(request, f"“{found.title}” holds no longer. Its runs are kept.")
    return redirect("console:procedures")


@frame.needs("team.add_procedurerun")
def procedure_run(request: HttpRequest, procedure_id: int, due_on: str) -> HttpResponse:
    """Go through a procedure's steps for a day."""
    found = _found(procedure_id)
    try:
        day = date.fromisoformat(due_on)
    except ValueError as wrong:
        raise Http404 from wrong
    if request.method == "POST":
        return _ran(request, found, day)
    return frame.show(
        request,
        "procedure_run.html",
        title=found.title,
        lead=f"Due on {showing.day(day)}.",
        back=Link(label="Procedures", url=reverse("console:procedures")),
        procedure=found,
        runs=found.runs.select_related("done_by")[:12],
        was_done=found.runs.filter(due_on=day).exists(),
    )


def _ran(request: HttpRequest, found: Procedure, day: date) -> HttpResponse:
    ticked = [int(number) for number in request.POST.getlist("done") if number.isdecimal()]
    try:
        run = run_procedure(
            procedure_id=found.pk,
            due_on=day,
            member=frame.member(request),
            done=ticked,
            note=request.POST.get("note", "").strip()[:10_000],
        )
    except (AlreadyDone, NotDue, NoSuchThing) as error:
        frame.failed(request, error.sentence())
    else:
        missing = sum(not step["done"] for step in run.checked)
        left = f" {missing} of its steps stayed open; the record says so." if missing else ""
        frame.done(request, f"“{found.title}” of {showing.day(day)} is recorded.{left}")
    return redirect("console:procedures")


def _sentence(run: duties.DueRun) -> str:
    who = run.procedure.owner.get_full_name()
    missed = f", and {run.skipped} earlier time{'s' if run.skipped != 1 else ''} it was let go"
    when = f"was due on {showing.day(run.on)}" if run.is_late else "is due today"
    return f"“{run.procedure.title}” ({who}) {when}{missed if run.skipped else ''}."


def _initial(found: Procedure | None) -> dict[str, Any]:
    if found is None:
        return {"first_on": clock.today()}
    names = ("title", "department", "owner", "every", "unit", "first_on")
    return {**{name: getattr(found, name) for name in names}, "steps": "\n".join(found.steps)}


def _found(procedure_id: int) -> Procedure:
    try:
        return duties.procedure(procedure_id)
    except NoSuchThing as missing:
        raise Http404 from missing


urls = [
    path("procedures/", procedure_list, name="procedures"),
    path("procedures/new/", procedure_edit, name="procedure_new"),
    path("procedures/<int:procedure_id>/", procedure_edit, name="procedure"),
    path("procedures/<int:procedure_id>/retire/", procedure_retire, name="procedure_retire"),
    path("procedures/<int:procedure_id>/<str:due_on>/", procedure_run, name="procedure_run"),
]
