"""The owner's own time: timer, weeks, energy, days off, milestones, and the weekly letter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.planning import hours
from hammock.departments.planning.hours import Deeds, TimerForgotten
from hammock.departments.planning.models import Milestone, WeeklyLetter
from hammock.departments.planning.rules import hours as rules
from hammock.departments.planning.rules.letter import clock_time, is_worn
from hammock.departments.team import queries as team
from hammock.doors.console import frame
from hammock.doors.console.frame import Finding, Link
from hammock.doors.console.mail import SHUT_IN
from hammock.flows import find_milestones as celebrating
from hammock.flows import note_hours as noting
from hammock.flows.write_letter import draft_letter
from hammock.kit import clock, mail
from hammock.kit.errors import FieldError, HammockError

WEEKS = 12
STRIP_DAYS = 28
CELEBRATED_DAYS = 30
LEVELS = ((1, "empty"), (2, "low"), (3, "so-so"), (4, "good"), (5, "full"))


@dataclass(frozen=True, kw_only=True)
class ShownWeek:
    """A week's row: hours, where they come from, energy; `share` of the fullest week, 0 to 100."""

    week_of: date
    time: str
    source: str
    energy: int | None
    share: int


@dataclass(frozen=True, kw_only=True)
class ShownDay:
    """A day of the strip: off, worked, or untold."""

    on: date
    state: str


class WeekForm(forms.Form):
    """A week's hours, all in all."""

    week_of = forms.TypedChoiceField(label="Week of", coerce=date.fromisoformat)
    hours = forms.DecimalField(
        label="Hours",
        required=False,
        min_value=0,
        max_value=168,
        max_digits=5,
        decimal_places=2,
        help_text="All of the week. They count instead of the timer; empty lets the timer count.",
        error_messages={
            "min_value": "Write 0 or more.",
            "max_value": "A week has 168 hours.",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this_week = rules.monday(clock.today())
        mondays = [this_week - number * rules.WEEK for number in range(WEEKS)]
        cast("forms.ChoiceField", self.fields["week_of"]).choices = [
            (day.isoformat(), f"{day:%-d %B %Y}") for day in mondays
        ]

    def minutes(self) -> int | None:
        """Give the minutes, None to let the timer count."""
        found: Decimal | None = self.cleaned_data["hours"]
        return None if found is None else round(found * 60)


class StopForm(forms.Form):
    """When a forgotten timer should have been stopped."""

    stopped_at = forms.DateTimeField(
        label="When did you stop?",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


def findings(request: HttpRequest) -> list[Finding]:
    """Ask about a timer that was forgotten."""
    if not request.user.has_perm("planning.view_timing"):
        return []
    timer = hours.running(member_id=_me(request))
    if timer is None or not hours.is_forgotten(timer):
        return []
    return [
        Finding(
            sentence=f"{TimerForgotten(started_at=timer.started_at).sentence()} "
            "Until you say it, none of it counts.",
            action=Link(label="Say when", url=reverse("console:hours")),
            is_bad=False,
        )
    ]


def on_today(request: HttpRequest) -> dict[str, Any]:
    """Give what Today asks and celebrates: energy once a week, milestones until put away."""
    if not request.user.has_perm("planning.change_timing"):
        return {}
    this_week = rules.monday(clock.today())
    asked = hours.energy_of(member_id=_me(request), week_of=this_week) is None
    return {
        "levels": LEVELS if asked else (),
        "milestones": Milestone.objects.filter(
            put_away_at=None, reached_on__gt=clock.today() - timedelta(days=CELEBRATED_DAYS)
        ),
        "timer": hours.running(member_id=_me(request)),
    }


@frame.needs("planning.view_timing")
def own_time(request: HttpRequest) -> HttpResponse:
    """Show the member's timer, weeks, energy and days off, and what an hour brought."""
    return _shown(request)


@require_POST
@frame.needs("planning.change_timing")
def timer_start(request: HttpRequest) -> HttpResponse:
    """Start the timer."""
    try:
        noting.start_timer(member_id=_me(request))
    except HammockError as error:
        frame.failed(request, error.sentence())
    return redirect(frame.came_from(request, otherwise=reverse("console:hours")))


@require_POST
@frame.needs("planning.change_timing")
def timer_stop(request: HttpRequest) -> HttpResponse:
    """Stop the timer; a forgotten one at the moment that the member tells."""
    form = StopForm(request.POST) if "stopped_at" in request.POST else None
    if form is not None and not form.is_valid():
        return _shown(request, stop=form)
    told = form.cleaned_data["stopped_at"] if form else None
    try:
        noting.stop_timer(member_id=_me(request), stopped_at=told)
    except FieldError as error:
        if form is None:
            raise
        form.add_error("stopped_at", frame.as_sentence(error.problem))
        return _shown(request, stop=form)
    except HammockError as error:
        frame.failed(request, error.sentence())
    return redirect("console:hours")


@require_POST
@frame.needs("planning.change_timing")
def timer_drop(request: HttpRequest) -> HttpResponse:
    """Forget the running timer."""
    if noting.drop_timer(member_id=_me(request)):
        frame.done(request, "The timer is forgotten; none of it counts.")
    return redirect("console:hours")


@require_POST
@frame.needs("planning.change_timing")
def week_write(request: HttpRequest) -> HttpResponse:
    """Write a week's hours down."""
    form = WeekForm(request.POST)
    if form.is_valid():
        try:
            noting.write_week(
                member_id=_me(request),
                week_of=form.cleaned_data["week_of"],
                minutes=form.minutes(),
            )
        except FieldError as error:
            frame.refuse(form, error)
        else:
            frame.done(request, "Written down.")
            return redirect("console:hours")
    return _shown(request, week=form)


@require_POST
@frame.needs("planning.change_timing")
def energy_tap(request: HttpRequest) -> HttpResponse:
    """Keep how the week feels."""
    level = request.POST.get("level", "")
    try:
        noting.tap_energy(member_id=_me(request), level=int(level) if level.isdecimal() else 0)
    except FieldError as error:
        frame.failed(request, frame.as_sentence(error.problem))
    else:
        frame.done(request, "Kept. You are asked again next week.")
    return redirect(frame.came_from(request, otherwise=reverse("console:hours")))


@require_POST
@frame.needs("planning.change_timing")
def milestone_put_away(request: HttpRequest, kind: str) -> HttpResponse:
    """Take a milestone off Today."""
    if not Milestone.objects.filter(pk=kind).exists():
        raise Http404
    celebrating.put_away(kind=kind)
    return redirect(frame.came_from(request, otherwise=reverse("wagtailadmin_home")))


@frame.needs("planning.view_weeklyletter")
def letter_list(request: HttpRequest) -> HttpResponse:
    """List the letters, the latest first."""
    return frame.show(
        request,
        "letters.html",
        title="Weekly letters",
        back=_time(),
        page=frame.turned(request, WeeklyLetter.objects.defer("html", "text", "charts")),
    )


@frame.needs("planning.view_weeklyletter")
def letter_detail(request: HttpRequest, week: str) -> HttpResponse:
    """Show a letter as it was written."""
    found = _letter(week)
    return frame.show(
        request,
        "letter.html",
        title=found.subject,
        back=Link(label="Weekly letters", url=reverse("console:letters")),
        letter=found,
        body_url=reverse("console:letter_body", args=[week]),
    )


@frame.needs("planning.view_weeklyletter")
def letter_preview(request: HttpRequest) -> HttpResponse:
    """Show the letter as it would be if this week ended now."""
    return frame.show(
        request,
        "letter.html",
        title="Next Monday's letter",
        lead="As it would read if this week ended now. Nothing is sent from here.",
        back=Link(label="Weekly letters", url=reverse("console:letters")),
        body_url=reverse("console:letter_preview_body"),
    )


@xframe_options_sameorigin
@frame.needs("planning.view_weeklyletter")
def letter_body(_request: HttpRequest, week: str) -> HttpResponse:
    """Give a letter's HTML for its frame."""
    found = _letter(week)
    return _shut_in(mail.standing_alone(found.html, pictures=found.charts))


@xframe_options_sameorigin
@frame.needs("planning.view_weeklyletter")
def letter_preview_body(_request: HttpRequest) -> HttpResponse:
    """Give the HTML of this week's letter so far."""
    written = draft_letter(week_of=rules.monday(clock.today()))
    if written is None:
        raise Http404
    return _shut_in(mail.standing_alone(written.letter.html, pictures=written.pictures))


def _shown(
    request: HttpRequest, *, week: WeekForm | None = None, stop: StopForm | None = None
) -> HttpResponse:
    member_id, today = _me(request), clock.today()
    timer = hours.running(member_id=member_id)
    this_week = rules.monday(today)
    energies = hours.energies(member_id=member_id, until=today, weeks=WEEKS)
    return frame.show(
        request,
        "hours.html",
        title="Your time",
        timer=timer,
        is_forgotten=timer is not None and hours.is_forgotten(timer),
        stop=stop or StopForm(),
        week_form=week or WeekForm(),
        weeks=_weeks(member_id, this_week),
        levels=LEVELS,
        level=hours.energy_of(member_id=member_id, week_of=this_week),
        is_worn=is_worn([one.level for one in energies]),
        strip=_strip(member_id, today),
        rest=hours.rest(
            since=today - timedelta(days=STRIP_DAYS),
            until=today,
            member_id=member_id,
            deeds=_deeds(member_id, today),
        ),
        wage=hours.wage(currency=catalogue.shop().currency),
        milestones=Milestone.objects.all(),
        may_change=request.user.has_perm("planning.change_timing"),
        sees_letters=request.user.has_perm("planning.view_weeklyletter"),
        status=400 if week or stop else 200,
    )


def _weeks(member_id: int, this_week: date) -> list[ShownWeek]:
    mondays = [this_week - number * rules.WEEK for number in range(WEEKS)]
    minutes = {
        monday: hours.hours_worked(
            since=monday, until=monday + rules.WEEK, member_id=member_id
        ).minutes
        for monday in mondays
    }
    fullest = max(minutes.values()) or 1
    rows = []
    for monday in mondays:
        written = hours.written_minutes(member_id=member_id, week_of=monday)
        rows.append(
            ShownWeek(
                week_of=monday,
                time=clock_time(minutes[monday]) if minutes[monday] or written == 0 else "",
                source="written" if written is not None else "timer" if minutes[monday] else "",
                energy=hours.energy_of(member_id=member_id, week_of=monday),
                share=round(100 * minutes[monday] / fullest),
            )
        )
    return rows


def _strip(member_id: int, today: date) -> list[ShownDay]:
    since, deeds = today - timedelta(days=STRIP_DAYS), _deeds(member_id, today)
    known = set(hours.known_days(since=since, until=today, member_id=member_id, deeds=deeds))
    busy = hours.traces(since=since, until=today, member_id=member_id, deeds=deeds)
    return [
        ShownDay(on=day, state="worked" if day in busy else "off" if day in known else "untold")
        for day in rules.days_of(since, today)
    ]


def _deeds(member_id: int, today: date) -> Deeds:
    since = today - timedelta(days=STRIP_DAYS)
    return Deeds(
        days=team.days_with_deeds(
            member_id=member_id, since=hours.start_of(since), until=hours.start_of(today)
        ),
        begun=team.first_deed_on(member_id=member_id),
    )


def _shut_in(html: str) -> HttpResponse:
    response = HttpResponse(html)
    response["Content-Security-Policy"] = SHUT_IN
    return response


def _letter(week: str) -> WeeklyLetter:
    try:
        day = date.fromisoformat(week)
    except ValueError:
        raise Http404 from None
    found = WeeklyLetter.objects.filter(pk=day).first()
    if found is None:
        raise Http404
    return found


def _me(request: HttpRequest) -> int:
    return int(request.user.pk or 0)


def _time() -> Link:
    return Link(label="Your time", url=reverse("console:hours"))


urls = [
    path("time/", own_time, name="hours"),
    path("time/start/", timer_start, name="timer_start"),
    path("time/stop/", timer_stop, name="timer_stop"),
    path("time/drop/", timer_drop, name="timer_drop"),
    path("time/week/", week_write, name="week_write"),
    path("time/energy/", energy_tap, name="energy_tap"),
    path("milestones/<str:kind>/put-away/", milestone_put_away, name="milestone_put_away"),
    path("letters/", letter_list, name="letters"),
    path("letters/next/", letter_preview, name="letter_preview"),
    path("letters/next/body/", letter_preview_body, name="letter_preview_body"),
    path("letters/<str:week>/", letter_detail, name="letter"),
    path("letters/<str:week>/body/", letter_body, name="letter_body"),
]
