"""Decisions in the console: the inbox, an answer's reasons, policies by form, the rehearsal."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.test import Client

from hammock.departments.decisions.models import Answer, Decision, Policy, Rehearsal
from hammock.departments.team.models import Member
from hammock.departments.team.roles import Role
from hammock.doors.console import rehearsal
from hammock.flows.answer_decision import answer_decision
from hammock.kit.jobs.models import Job
from hammock.kit.jobs.worker import run_until_empty
from tests.doors.console.asking import page, plain, press
from tests.doors.console.conftest import member_as, signed_in
from tests.judging import OLGA, WISH, Staff, policy, wished

LISTS = (
    "decisions/",
    "decisions/answered/",
    "decisions/policies/",
    f"decisions/policies/learned/?kind={WISH.name}",
    "decisions/rehearsal/",
)


@pytest.fixture
def judge(owner: Client, staff: Staff) -> Client:
    """The owner, signed in, who may answer everything."""
    staff.deciders[:] = [replace(OLGA, member_id=Member.objects.get().pk, name="Olga Owner")]
    return owner


def by_rows(*rows: tuple[str, str, str], **more: object) -> dict[str, object]:
    data: dict[str, object] = {
        "written_as": "rows",
        "joint": "and",
        "outcome": "grant",
        "priority": 0,
    }
    for at, (fact, sign, value) in enumerate(rows):
        data |= {f"fact_{at}": fact, f"sign_{at}": sign, f"value_{at}": value}
    return {**data, **more}


def test_the_inbox_shows_the_facts_that_matter_and_today_shows_it_too(judge: Client) -> None:
    wished(amount=123400)
    for address in ("", "decisions/"):
        shown = page(judge, address)
        for words in ("Shall this wish be granted?", "€1,234.00", "DE", "Grant it", "Asked by Bo"):
            assert words in shown, (address, words)
    assert "within 2 days" in page(judge, "decisions/")


def test_one_click_answers_and_the_page_tells_who_when_and_why(judge: Client) -> None:
    asked = wished()
    shown = press(judge, f"decisions/{asked.pk}/answer/", {"outcome": "grant", "note": "why not"})
    assert "Shall this wish be granted? Grant it." in shown
    assert Job.objects.get().name == "grant_test_wish"
    shown = page(judge, f"decisions/{asked.pk}/")
    for words in (
        "By Olga Owner",
        "why not",
        "amount asked for €19.00",
        "Owner answered: Grant it.",
    ):
        assert words in shown, words
    shown = press(judge, f"decisions/{asked.pk}/answer/", {"outcome": "refuse"})
    assert "answered already, by Olga Owner: Grant it" in shown
    assert Answer.objects.count() == 1


def test_an_answer_is_undone_and_the_question_is_open_again(judge: Client) -> None:
    asked = wished()
    press(judge, f"decisions/{asked.pk}/answer/", {"outcome": "grant"})
    assert "Undone. The question is open again." in press(judge, f"decisions/{asked.pk}/undo/")
    assert "undone by Olga Owner" in page(judge, f"decisions/{asked.pk}/")
    press(judge, f"decisions/{asked.pk}/answer/", {"outcome": "refuse"})
    assert "is final" in press(judge, f"decisions/{asked.pk}/undo/")


def test_a_note_or_outcome_that_cannot_be_taken_changes_nothing(judge: Client) -> None:
    asked = wished()
    too_long = {"outcome": "grant", "note": "x" * 2_001}
    assert "longer than 2,000" in press(judge, f"decisions/{asked.pk}/answer/", too_long)
    unknown = {"outcome": "<script>"}
    assert "no outcome “<script>”" in press(judge, f"decisions/{asked.pk}/answer/", unknown)
    assert not Answer.objects.exists()


def test_a_condition_that_failed_is_shown_where_the_question_waits(judge: Client) -> None:
    policy("amount / (days - 5) > 1")
    wished()
    assert "failed: divide by zero" in page(judge, "decisions/")


def test_text_from_outside_stays_text(judge: Client) -> None:
    asked = wished(country="<script>alert(1)</script>")
    for address in ("decisions/", f"decisions/{asked.pk}/", ""):
        markup = judge.get(f"/console/{address}").content.decode()
        assert "<script>alert(1)" not in markup
        assert "&lt;script&gt;alert(1)" in markup


def test_always_do_this_drafts_the_policy_and_shows_the_past_at_once(judge: Client) -> None:
    me = Member.objects.get().pk
    for number, outcome in enumerate(["grant", "grant", "refuse"]):
        old = wished(f"old{number}", amount=1500 + number)
        answer_decision(decision_id=old.pk, outcome=outcome, member_id=me)
    asked = wished()
    markup = judge.get("/console/decisions/").content.decode()
    (link,) = re.findall(r'href="/console/(decisions/policies/new/[^"]*outcome=grant)"', markup)
    shown = page(judge, link.replace("&amp;", "&"))
    assert "amount asked for is at most €20.00 and country is “DE” and first wish is yes" in shown
    assert "Of 3 questions that people answered, it would have decided 3 : 2 as they did" in shown
    assert "1 otherwise" in shown
    assert not Policy.objects.exists()
    assert asked.standing is None


def test_a_policy_is_written_by_form_and_answers_from_then_on(judge: Client) -> None:
    address = f"decisions/policies/new/?kind={WISH.name}"
    rows = by_rows(
        ("amount", "<=", "20,00"), ("country", "in", "DE, FR"), ("first", "==", "yes"), priority=3
    )
    shown = press(judge, address, {**rows, "look": "1"})
    assert "Grant it when amount asked for is at most €20.00" in shown
    assert not Policy.objects.exists()
    press(judge, address, rows)
    version = Policy.objects.get().current
    assert version is not None
    assert version.condition == 'amount <= 2000 && country in ["DE", "FR"] && first'
    assert (version.priority, version.author) == (3, "Olga Owner")
    given = wished().standing
    assert given is not None
    assert "By policy" in page(judge, f"decisions/{given.decision_id}/")


def test_a_policy_is_changed_into_a_new_version_and_switched_off(judge: Client) -> None:
    made = policy("amount <= 2000")
    text = {**by_rows(), "written_as": "text", "condition": "amount / days > 3"}
    shown = press(judge, f"decisions/policies/{made.pk}/", text)
    assert "Version 2" in shown
    assert "Version 1" in shown
    press(judge, f"decisions/policies/{made.pk}/switch/", {"on": "0"})
    made.refresh_from_db()
    assert not made.is_on
    assert "Switch on" in page(judge, "decisions/policies/")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"written_as": "text", "condition": "amount >"}, "line 1, column 9"),
        ({"written_as": "text", "condition": "country > 3"}, "line 1, column 9"),
        ({"written_as": "text", "condition": ""}, "it is empty"),
        (by_rows(("amount", "<=", "cheap")), "is no amount"),
        (by_rows(("amount", "contains", "20")), "cannot be compared by"),
        (by_rows(("days", "<=", "1.5")), "is no whole number"),
        (by_rows(("first", "==", "perhaps")), "neither yes nor no"),
        (by_rows(("ordered_at", "<", "soon")), "is no timestamp"),
        (by_rows(("country", "in", " , ")), "takes several texts"),
        (by_rows(outcome="maybe"), "not one of the available"),
        (by_rows(priority=5_000), "less than or equal to 1000"),
    ],
)
def test_a_policy_that_cannot_be_is_refused_with_the_place(
    judge: Client, data: dict[str, object], problem: str
) -> None:
    address = f"/console/decisions/policies/new/?kind={WISH.name}"
    answer = judge.post(address, {**by_rows(), **data})
    assert answer.status_code == 400
    assert problem in plain(answer.content.decode())
    assert not Policy.objects.exists()


def test_contradictions_are_shown_with_a_case(judge: Client) -> None:
    policy("amount <= 2000")
    policy("amount >= 2000", "refuse")
    shown = page(judge, "decisions/policies/")
    assert "contradict each other, and nobody wins" in shown
    assert "€20.00" in shown


def test_what_could_be_learned_is_shown_and_not_adopted(judge: Client) -> None:
    me = Member.objects.get().pk
    for number in range(30):
        amount = (number * 37) % 30 * 100
        outcome = "grant" if amount <= 1500 else "refuse"
        asked = wished(f"past{number}", amount=amount)
        answer_decision(decision_id=asked.pk, outcome=outcome, member_id=me)
    shown = page(judge, f"decisions/policies/learned/?kind={WISH.name}")
    for words in ("Grant it when amount asked for is at most €15.00.", "95 % interval", "Wilson"):
        assert words in shown, words
    assert not Policy.objects.exists()
    shown = page(judge, "decisions/rehearsal/?days=30")
    assert "Owner dependence 100% 30 of 30 decisions" in shown
    assert "Adopt the policy: Grant it" in shown


def test_empty_pages_teach(judge: Client) -> None:
    for address, words in zip(
        LISTS,
        ("Nothing waits for you", "Nothing yet", "No policy yet", "too few", "Nothing was asked"),
        strict=True,
    ):
        assert words in page(judge, address), address
    assert "read the starter policies" in page(judge, "decisions/")


def test_what_is_not_there_is_not_found(judge: Client) -> None:
    for address in (
        "decisions/1/",
        "decisions/99999999999999999999999/",
        "decisions/policies/1/",
        "decisions/policies/new/?kind=nothing",
        f"decisions/policies/new/?kind={WISH.name}&case=1",
        "decisions/answered/?how=x",
    ):
        assert judge.get(f"/console/{address}").status_code == 404, address


def test_who_may_look_may_not_answer(judge: Client, writer: Client) -> None:
    asked = wished()
    for address in (*LISTS, f"decisions/{asked.pk}/"):
        assert writer.get(f"/console/{address}").status_code == 302, address
    mentor = signed_in(member_as(Role.MENTOR))
    shown = page(mentor, f"decisions/{asked.pk}/")
    assert "no role that decides" in shown
    mentor.post(f"/console/decisions/{asked.pk}/answer/", {"outcome": "grant"})
    mentor.post(f"/console/decisions/policies/new/?kind={WISH.name}", by_rows())
    mentor.post(f"/console/decisions/policies/{policy('true').pk}/switch/", {"on": "0"})
    assert Decision.objects.get().state == "open"
    assert Policy.objects.get().is_on


def test_a_question_is_answered_on_today_itself_by_a_form_that_django_takes(
    judge: Client,
) -> None:
    asked = wished()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = judge.cookies
    markup = strict.get("/console/").content.decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', markup)
    assert found is not None
    data = {"outcome": "grant", "csrfmiddlewaretoken": found.group(1), "next": "/console/"}
    answer = strict.post(f"/console/decisions/{asked.pk}/answer/", data)
    assert (answer.status_code, answer["Location"]) == (302, "/console/")
    assert Answer.objects.count() == 1


def test_the_rehearsal_takes_any_span_and_any_nonsense(judge: Client) -> None:
    wished()
    for query in ("days=7&away=1", "days=x", "until=2026-13-40", "until=2020-01-01&days=365"):
        assert "Decisions" in page(judge, f"decisions/rehearsal/?{query}")


def written(**more: object) -> dict[str, object]:
    return {**by_rows(("amount", "<=", "20.00")), **more}


def test_saving_says_first_which_open_questions_it_answers_and_then_does(judge: Client) -> None:
    small, large = wished("small"), wished("large", amount=2_001)
    address = f"decisions/policies/new/?kind={WISH.name}"
    shown = press(judge, address, written())
    assert "Not saved yet" in shown
    assert "1 open question would be answered at once. Grant it: €19.00" in shown
    assert not Policy.objects.exists()
    seen = f"{small.pk}:grant"
    shown = press(judge, address, written(outcome="refuse", open="answer", seen=seen))
    assert "Not saved yet" in shown, "another outcome was shown than would be given"
    assert not Answer.objects.exists()
    shown = press(judge, address, written(open="answer", seen=seen))
    assert "1 open question is answered." in shown
    assert small.standing is not None
    assert large.standing is None
    assert "By policy" in page(judge, f"decisions/{small.pk}/")


def test_open_questions_can_be_left_to_people(judge: Client) -> None:
    asked = wished()
    address = f"decisions/policies/new/?kind={WISH.name}"
    shown = press(judge, address, written(open="leave"))
    assert "Saved: Grant it" in shown
    assert Policy.objects.count() == 1
    assert asked.standing is None


def test_always_do_this_shows_what_it_would_answer_at_once_and_one_press_saves(
    judge: Client,
) -> None:
    asked = wished()
    wished("two", amount=1_500)
    address = f"decisions/policies/new/?kind={WISH.name}&case={asked.pk}&outcome=grant"
    markup = judge.get(f"/console/{address}").content.decode()
    (seen,) = re.findall(r'name="seen" value="([^"]+)"', markup)
    rows = by_rows(("amount", "<=", "20.00"), ("country", "==", "DE"), ("first", "==", "yes"))
    shown = press(judge, address, {**rows, "open": "answer", "seen": seen})
    assert "2 open questions are answered." in shown
    assert Answer.objects.filter(how="policy").count() == 2


def test_switching_a_policy_shows_first_what_it_answers(judge: Client) -> None:
    made = policy("true", is_on=False)
    asked = wished()
    address = f"decisions/policies/{made.pk}/switch/"
    answer = judge.post(f"/console/{address}", {"on": "1"})
    assert "1 open question would be answered at once" in plain(answer.content.decode())
    made.refresh_from_db()
    assert not made.is_on
    shown = press(judge, address, {"on": "1", "open": "answer", "seen": f"{asked.pk}:grant"})
    assert "The policy is on. 1 open question is answered." in shown
    assert judge.post("/console/decisions/policies/99/switch/", {"on": "1"}).status_code == 404


def test_contradiction_and_failure_stand_where_the_question_waits(judge: Client) -> None:
    policy("amount <= 2000")
    policy("true", "refuse")
    asked = wished()
    policy("score > 0.5", priority=5)
    other = wished("two")
    for one, words in ((asked, "have one priority and contradict each other"), (other, "score")):
        assert one.standing is None
        for address in ("", "decisions/", f"decisions/{one.pk}/"):
            shown = page(judge, address)
            assert "No policy decided" in shown, address
            assert words in shown, address


def test_a_long_rehearsal_runs_in_the_background_and_is_kept(
    judge: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal, "AT_ONCE", 2)
    for number in range(3):
        wished(f"past{number}")
    address = "decisions/rehearsal/?days=365"
    assert "too long to wait for" in page(judge, address)
    begin = {"days": "365", "until": "", "away": ""}
    shown = press(judge, "decisions/rehearsal/begin/", begin)
    assert "Waiting for its turn" in shown
    press(judge, "decisions/rehearsal/begin/", begin)
    assert Job.objects.filter(name="rehearse_long").count() == 1
    run_until_empty()
    wished("later")
    shown = page(judge, address)
    assert "with the policies and people of then" in shown
    assert "Owner dependence 100% 3 of 3 decisions" in shown
    press(judge, "decisions/rehearsal/begin/", begin)
    run_until_empty()
    assert "4 of 4 decisions" in page(judge, address)
    assert "no span" in press(judge, "decisions/rehearsal/begin/", {"days": "x"})


def test_a_mentor_sees_a_long_rehearsal_and_begins_none(
    judge: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal, "AT_ONCE", 0)
    wished()
    mentor = signed_in(member_as(Role.MENTOR))
    assert "too long to wait for" in page(mentor, "decisions/rehearsal/")
    mentor.post("/console/decisions/rehearsal/begin/", {"days": "30"})
    assert not Rehearsal.objects.exists()
