"""Journal, time and letters in the console."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from hammock.departments.catalogue.models import Shop
from hammock.departments.planning.models import Choice, Energy, Timing, WeekHours
from hammock.departments.team.models import Member
from hammock.flows.find_milestones import find_milestones
from hammock.flows.write_letter import write_letter
from tests.clocks import FrozenClock
from tests.doors.console.asking import page, plain, press
from tests.shops import paid
from tests.till import Till

GOOD = {
    "what": "Raise the price",
    "why": "Nobody haggles.",
    "expected": "Ten <b>guides</b> in a month",
    "percent": "70",
    "due_on": "2026-04-10",
    "is_reversible": "yes",
    "worst": "40",
    "arose_at": "2026-03-04T12:00",
    "decided_at": "",
}
WRITE_CHOICE = "journal/new/"


@pytest.fixture
def owner(owner: Client, frozen_clock: FrozenClock) -> Client:
    return owner


def test_a_choice_is_written_asked_back_and_scored(
    owner: Client, frozen_clock: FrozenClock
) -> None:
    assert "No choice is written down yet" in page(owner, "journal/")
    shown = press(owner, WRITE_CHOICE, GOOD)
    assert "asked back on 10 April 2026" in shown
    assert "costs €40.00 at worst" in shown
    written = Choice.objects.get()
    assert (written.percent, written.worst_minor, written.by) == (70, 4000, "Olga Owner")
    assert "Ten <b>guides</b>" in page(owner, "journal/")
    assert "Did it come true?" not in page(owner, "")
    frozen_clock.advance(days=31)
    assert "at 70 % by 10 April. Did it come true?" in page(owner, "")
    refused = owner.post(f"/console/journal/{written.pk}/reckon/", {"came": "false"})
    assert refused.status_code == 400
    assert "what the journal is for" in plain(refused.content.decode())
    shown = press(
        owner, f"journal/{written.pk}/reckon/", {"came": "false", "learned": "Ask first."}
    )
    assert "Did not come true" in shown
    assert "Did it come true?" not in page(owner, "")
    markup = owner.get("/console/journal/").content.decode()
    for words in ("0.490", "1 answer", "Ask first.", "0 to 73 %", "6 days"):
        assert words in plain(markup), words
    assert "c-chart" in markup


def test_a_correction_stands_beside_what_was_written(owner: Client) -> None:
    press(owner, WRITE_CHOICE, GOOD)
    choice_id = Choice.objects.get().pk
    shown = press(owner, f"journal/{choice_id}/correct/", {"text": "I meant the big guide."})
    assert "I meant the big guide." in shown
    assert "Nobody haggles." in shown
    assert owner.post(f"/console/journal/{choice_id}/correct/", {"text": ""}).status_code == 400
    assert owner.get(f"/console/journal/{choice_id}/correct/").status_code == 405


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("percent", "0", "nothing is certain"),
        ("percent", "100", "nothing is certain"),
        ("percent", "", "required"),
        ("percent", "7.5", "whole number"),
        ("due_on", "2026-03-10", "must lie ahead"),
        ("due_on", "2020-01-01", "must lie ahead"),
        ("worst", "-1", "0 or more"),
        ("worst", "a lot", "no amount"),
        ("arose_at", "2026-03-11T12:00", "before its decision"),
        ("decided_at", "2026-03-11T12:00", "not come yet"),
        ("what", "", "required"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_at_its_field(
    owner: Client, field: str, value: str, words: str
) -> None:
    answer = owner.post(f"/console/{WRITE_CHOICE}", {**GOOD, field: value})
    assert answer.status_code == 400
    assert words in plain(answer.content.decode())
    assert not Choice.objects.exists()


def test_the_timer_is_started_and_stopped_and_a_forgotten_one_asks(
    owner: Client, frozen_clock: FrozenClock
) -> None:
    assert "It is not running" in page(owner, "time/")
    press(owner, "time/start/")
    assert "running already" in press(owner, "time/start/")
    frozen_clock.advance(hours=2)
    press(owner, "time/stop/")
    assert "2 h timer" in page(owner, "time/")
    assert "No timer is running" in press(owner, "time/stop/")
    press(owner, "time/start/")
    frozen_clock.advance(hours=14)
    assert "The timer has run since 10 March, 14:00" in page(owner, "")
    assert "When did you stop?" in press(owner, "time/stop/")
    assert Timing.objects.filter(stopped_at=None).count() == 1
    wrong = owner.post("/console/time/stop/", {"stopped_at": "2026-03-10T13:00"})
    assert wrong.status_code == 400
    assert "began later" in plain(wrong.content.decode())
    assert owner.post("/console/time/stop/", {"stopped_at": "soon"}).status_code == 400
    press(owner, "time/stop/", {"stopped_at": "2026-03-10T15:30"})
    assert "3 h 30 min" in page(owner, "time/")


def test_a_week_is_written_by_hand_and_wrong_hours_are_refused(owner: Client) -> None:
    shown = press(owner, "time/week/", {"week_of": "2026-03-02", "hours": "31.5"})
    assert "31 h 30 min written" in shown
    for hours, words in (
        ("169", "168 hours"),
        ("-1", "0 or more"),
        ("many", "number"),
    ):
        answer = owner.post("/console/time/week/", {"week_of": "2026-03-02", "hours": hours})
        assert answer.status_code == 400
        assert words in plain(answer.content.decode()), hours
    answer = owner.post("/console/time/week/", {"week_of": "2026-03-09", "hours": "40"})
    assert "36 hours so far" in plain(answer.content.decode())
    assert WeekHours.objects.get().minutes == 1890
    assert "31 h" not in press(owner, "time/week/", {"week_of": "2026-03-02", "hours": ""})


def test_energy_is_asked_on_today_until_it_is_tapped(
    owner: Client, frozen_clock: FrozenClock
) -> None:
    asked = "How full of energy"
    assert asked in page(owner, "")
    shown = press(owner, "time/energy/", {"level": "4", "next": "/console/"})
    assert asked not in shown
    assert Energy.objects.get().level == 4
    for wrong in ("9", "", "x", "-1"):
        assert "Tap 1 to 5" in press(owner, "time/energy/", {"level": wrong})
    assert Energy.objects.get().level == 4
    frozen_clock.advance(days=7)
    assert asked in page(owner, "")


def test_a_milestone_is_celebrated_on_today_until_it_is_put_away(owner: Client, till: Till) -> None:
    Shop.objects.update(is_sample=True)
    paid(till, "GUIDE")
    find_milestones()
    assert "Your first sale." in page(owner, "")
    shown = press(owner, "milestones/first_sale/put-away/", {"next": "/console/"})
    assert "Your first sale." not in shown
    assert "Your first sale." in page(owner, "time/")
    assert owner.post("/console/milestones/none/put-away/").status_code == 404


def test_letters_are_read_and_the_next_one_is_seen_before_it_is_sent(
    owner: Client, till: Till, frozen_clock: FrozenClock
) -> None:
    assert "The first letter comes on Monday" in page(owner, "letters/")
    paid(till, "GUIDE")
    assert "Nothing is sent from here" in page(owner, "letters/next/")
    body = owner.get("/console/letters/next/body/")
    assert "sandbox" in body["Content-Security-Policy"]
    assert "data:image/png;base64," in body.content.decode()
    assert "cid:" not in body.content.decode()
    frozen_clock.advance(days=6)
    assert write_letter()
    assert "Week of 9 March 2026" in page(owner, "letters/")
    assert "came in from 1 order" in page(owner, "letters/2026-03-09/")
    kept = owner.get("/console/letters/2026-03-09/body/").content.decode()
    assert re.search(r'src="data:image/png;base64,[^"]{500}', kept)
    for missing in ("letters/2026-03-02/", "letters/yesterday/", "letters/2026-03-02/body/"):
        assert owner.get(f"/console/{missing}").status_code == 404, missing


def test_the_timer_and_energy_are_each_members_own(owner: Client) -> None:
    press(owner, "time/start/")
    other = Client()
    other.force_login(Member.objects.create_owner(email="second@example.org", name="Second"))
    assert "It is not running" in page(other, "time/")
    assert "No timer is running" in press(other, "time/stop/")
    assert Timing.objects.get().stopped_at is None
