"""Procedures, commitments, check-ins, circles, hands, and the page of what happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from hammock.departments.catalogue.models import Shop
from hammock.departments.ledger.queries import revenue_by_centre
from hammock.departments.planning.rules.strategy import Centre
from hammock.departments.sales.models import Refund
from hammock.departments.team.deciding import Team
from hammock.departments.team.models import (
    CheckIn,
    Commitment,
    HeldLetter,
    Member,
    Procedure,
    ProcedureRun,
)
from hammock.departments.team.rhythm import circles, duties, promises
from hammock.departments.team.rhythm.duties import Draft
from hammock.departments.team.rhythm.errors import (
    AlreadyAnswered,
    AlreadyDone,
    NoSuchThing,
    NotDue,
)
from hammock.departments.team.rhythm.rules import Circle, Span
from hammock.departments.team.roles import Role
from hammock.flows import note_hours
from hammock.flows.answer_decision import answer_decision
from hammock.flows.answer_reality import answer_reality
from hammock.flows.check_week import check_week
from hammock.flows.count_hands import Hands, count_hands
from hammock.flows.keep_procedure import retire_procedure, run_procedure, save_procedure
from hammock.flows.keep_promise import answer_check_in, keep_promise, make_promise, name_partner
from hammock.flows.set_agenda import agendas
from hammock.flows.tell_happened import tell_happened
from hammock.kit import clock
from hammock.kit.errors import FieldError
from hammock.kit.facts.models import Fact
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.mail.models import OutgoingMail
from tests.clocks import FrozenClock
from tests.departments.planning.test_strategy import document, eur
from tests.flows.test_planning import in_force, said
from tests.judging import judged_by, policy, wished
from tests.shops import paid
from tests.till import Till

TUESDAY = date(2026, 3, 10)  # on which the frozen clock stands


@pytest.fixture
def owner(shop: Shop) -> Member:
    return Member.objects.create_owner(email="owner@example.org", name="Olga Owner")


@pytest.fixture
def ben(shop: Shop) -> Member:
    return Member.objects.create(email="ben@example.org", name="Ben Business", is_staff=True)


@pytest.fixture
def wishes(shop: Shop) -> Iterator[None]:
    """Let the real members decide the test's kind of question."""
    with judged_by(Team()):
        yield


def _weekly(owner: Member, *, first_on: date = date(2026, 3, 3), title: str = "Read") -> Procedure:
    return save_procedure(
        Draft(
            title=title,
            department="service",
            owner_id=owner.pk,
            steps=["Open the inbox", "Answer each"],
            every=1,
            unit="week",
            first_on=first_on,
        )
    )


def _run(one: Procedure, day: date, who: Member, *done: int) -> ProcedureRun:
    return run_procedure(procedure_id=one.pk, due_on=day, member=who, done=done, note="")


def test_a_procedure_is_due_on_its_day_and_late_after_it(
    owner: Member, frozen_clock: FrozenClock
) -> None:
    _weekly(owner, first_on=TUESDAY)
    (run,) = duties.due()
    assert (run.on, run.is_late) == (TUESDAY, False)
    frozen_clock.advance(days=1)
    (run,) = duties.due()
    assert (run.on, run.is_late, run.skipped) == (TUESDAY, True, 0)
    frozen_clock.advance(days=14)
    (run,) = duties.due()
    assert (run.on, run.skipped) == (date(2026, 3, 24), 2)


def test_going_through_it_is_recorded_with_each_step_and_only_once(
    owner: Member, ben: Member, frozen_clock: FrozenClock
) -> None:
    one = _weekly(owner)
    run = _run(one, TUESDAY, ben, 0)
    assert run.checked == [
        {"step": "Open the inbox", "done": True},
        {"step": "Answer each", "done": False},
    ]
    assert Fact.objects.get(name="ProcedureDone").data["missing"] == 1
    assert duties.due() == []
    with pytest.raises(AlreadyDone):
        _run(one, TUESDAY, owner, 0, 1)
    assert ProcedureRun.objects.get().done_by == ben


def test_a_day_on_which_it_is_not_due_or_that_has_not_come_is_refused(
    owner: Member, frozen_clock: FrozenClock
) -> None:
    one = _weekly(owner)
    for day in (date(2026, 3, 9), date(2026, 3, 17), date(2026, 2, 24)):
        with pytest.raises(NotDue):
            _run(one, day, owner, 0)
    assert not ProcedureRun.objects.exists()


def test_a_changed_procedure_leaves_its_runs_as_they_were_and_a_retired_one_is_never_due(
    owner: Member, frozen_clock: FrozenClock
) -> None:
    one = _weekly(owner)
    run = _run(one, date(2026, 3, 3), owner, 0, 1)
    save_procedure(
        Draft(
            title="Read all",
            department="service",
            owner_id=owner.pk,
            steps=["Read"],
            every=1,
            unit="day",
            first_on=TUESDAY,
        ),
        procedure_id=one.pk,
    )
    run.refresh_from_db()
    assert [step["step"] for step in run.checked] == ["Open the inbox", "Answer each"]
    assert [due.on for due in duties.due()] == [TUESDAY]
    retire_procedure(procedure_id=one.pk)
    assert duties.due() == []
    with pytest.raises(NoSuchThing):
        _run(one, TUESDAY, owner, 0)


def _hands(department: str) -> Hands:
    return next(one for one in count_hands() if one.department == department)


def test_the_bus_factor_counts_who_did_it_and_not_what_is_written(
    owner: Member, ben: Member, frozen_clock: FrozenClock
) -> None:
    one = _weekly(owner, first_on=date(2025, 12, 23))
    assert _hands("service").factor.people == 0
    assert _hands("service").risks == ["Nobody did anything in it in the last 90 days."]
    for week in range(4):
        _run(one, date(2025, 12, 23) + timedelta(weeks=week), owner, 0, 1)
    assert _hands("service").factor.people == 1
    assert "Nobody but the owner has done its work." in _hands("service").risks
    for week in range(4, 7):
        _run(one, date(2025, 12, 23) + timedelta(weeks=week), ben, 0, 1)
    found = _hands("service")
    assert (found.factor.people, found.has_deputy, found.risks) == (2, True, [])
    assert "No procedure is written for it." in _hands("sales").risks
    frozen_clock.advance(days=91)
    assert _hands("service").factor.people == 0


def test_answers_and_refunds_count_by_who_gave_them(
    owner: Member, ben: Member, till: Till, frozen_clock: FrozenClock
) -> None:
    payment = paid(till, "GUIDE").payments.get()
    for number, who in enumerate(["Ben Business"] * 3 + ["the buyer"] * 9):
        Refund.objects.create(
            payment=payment, key=str(number), minor=1, currency="EUR", requested_by=who
        )
    for _ in range(3):
        Fact.objects.create(
            name="MemberDecided",
            about="decision:1",
            data={"kind": "refund_request", "member_id": owner.pk, "member": "Olga Owner"},
        )
    found = _hands("sales").factor
    assert {(share.who, share.deeds) for share in found.shares} == {
        ("Ben Business", 3),
        ("Olga Owner", 3),
    }
    assert found.people == 2


def test_an_empty_chair_has_an_agenda_of_real_figures_and_an_invitation(
    owner: Member, ben: Member, till: Till, frozen_clock: FrozenClock
) -> None:
    for _ in range(3):
        paid(till, "GUIDE")
    by_circle = {one.chair.circle: one for one in agendas()}
    assert all(one.chair.is_empty for one in by_circle.values())
    business = by_circle[Circle.BUSINESS]
    assert "Sales of the last 30 days: €87.00; the 30 days before: €0.00." in business.items[0].fact
    assert "Guides brings 100% of revenue." in business.items[2].fact
    assert business.items[0].fact in business.invitation
    marketing = " ".join(item.fact for item in by_circle[Circle.MARKETING].items)
    assert "1 customer bought in the last 30 days" in marketing
    assert "4 products on sale sold nothing: Review, Sample, Set." in marketing
    Member.objects.filter(pk=ben.pk).update(role=Role.BUSINESS)
    filled = {chair.circle: chair.people for chair in circles.chairs()}
    assert filled[Circle.BUSINESS] == ("Ben Business",)
    assert filled[Circle.MARKETING] == ()  # the owner fills no chair


def test_a_promise_for_a_day_that_is_over_is_refused(
    owner: Member, frozen_clock: FrozenClock
) -> None:
    with pytest.raises(FieldError, match="this day is over"):
        make_promise(member_id=owner.pk, what="W", measure="M", due_on=date(2026, 3, 9))
    assert not Commitment.objects.exists()


def test_a_promise_kept_after_its_day_is_missed(owner: Member, frozen_clock: FrozenClock) -> None:
    late = make_promise(member_id=owner.pk, what="W", measure="M", due_on=TUESDAY)
    good = make_promise(member_id=owner.pk, what="V", measure="M", due_on=TUESDAY)
    assert keep_promise(commitment_id=good.pk, member_id=owner.pk).state == "done"
    frozen_clock.advance(days=1)
    assert keep_promise(commitment_id=late.pk, member_id=owner.pk).state == "missed"
    assert keep_promise(commitment_id=late.pk, member_id=owner.pk).state == "missed"
    with pytest.raises(NoSuchThing):
        keep_promise(commitment_id=good.pk, member_id=owner.pk + 1)


def test_the_week_is_written_from_facts_and_sent_to_the_partner_once(
    owner: Member, till: Till, frozen_clock: FrozenClock
) -> None:
    name_partner(member_id=owner.pk, name="Pia Partner", email="pia@example.org")
    kept = make_promise(member_id=owner.pk, what="Two articles", measure="online", due_on=TUESDAY)
    make_promise(member_id=owner.pk, what="A call", measure="notes", due_on=date(2026, 3, 12))
    make_promise(member_id=owner.pk, what="Taxes", measure="sent", due_on=date(2026, 3, 20))
    keep_promise(commitment_id=kept.pk, member_id=owner.pk)
    paid(till, "GUIDE")
    frozen_clock.move_to(datetime(2026, 3, 16, 6, 0, tzinfo=UTC))
    assert check_week() == 1
    assert check_week() == 0
    report = CheckIn.objects.get().report
    assert report["done"] == ["Two articles (online)"]
    assert report["missed"] == ["A call (notes)"]
    assert report["coming"] == ["Taxes (sent), by 20 March"]
    assert report["numbers"][0]["was"] == "€29.00"
    assert report["numbers"][0]["against"].startswith("€0.00, the average of the 4 weeks")
    assert report["streak"] == "The last week with promises had a miss."
    mail = OutgoingMail.objects.get(to="pia@example.org")
    assert "1 kept, 1 missed" in mail.subject
    assert "A call (notes)" in mail.text


def _planned(**changes: object) -> None:
    """Put a plan into force: 300 a month of guides, nothing asked of lessons."""
    guides = Centre(key="guides", name="Guides", target=eur(300), **changes)  # type: ignore[arg-type]
    lessons = Centre(key="lessons", name="Lessons", target=eur(0))
    in_force(document(centres=(guides, lessons)))


def _checked(owner: Member, frozen_clock: FrozenClock) -> list[dict[str, str]]:
    """Write last week's check-in of the owner for their partner; gives its numbers."""
    name_partner(member_id=owner.pk, name="Pia Partner", email="pia@example.org")
    frozen_clock.move_to(datetime(2026, 3, 16, 6, 0, tzinfo=UTC))
    check_week()
    found: list[dict[str, str]] = CheckIn.objects.get(member=owner).report["numbers"]
    return found


def test_the_week_is_measured_by_the_plan_that_was_in_force(
    owner: Member, till: Till, frozen_clock: FrozenClock
) -> None:
    _planned()
    answer_reality(given=said(), by="Olga")
    paid(till, "GUIDE")
    note_hours.start_timer(member_id=owner.pk)
    frozen_clock.advance(hours=5, minutes=30)
    note_hours.stop_timer(member_id=owner.pk)
    guides, hours = _checked(owner, frozen_clock)
    revenue = revenue_by_centre(currency="EUR")["guides"]
    assert (guides["name"], guides["was"]) == ("Revenue of Guides", str(revenue))
    assert guides["against"] == "€70.00 a week, the plan"
    assert "€300.00 a month" in guides["source"]
    assert (hours["name"], hours["was"], hours["against"]) == (
        "Hours",
        "5.5",
        "20 a week, the plan",
    )
    mail = OutgoingMail.objects.get(to="pia@example.org")
    for text in (mail.text, mail.html):
        assert f"Revenue of Guides: {revenue} (against €70.00 a week, the plan)" in text
        assert "average" not in text


def test_a_target_of_a_later_day_is_said_with_it_and_hours_only_where_they_are_known(
    owner: Member, frozen_clock: FrozenClock
) -> None:
    _planned(by=date(2026, 9, 1))
    (guides,) = _checked(owner, frozen_clock)
    assert guides["was"] == "€0.00"
    assert guides["against"] == "€70.00 a week, the plan from 1 September 2026 on"


def test_what_was_not_in_force_in_the_week_is_no_plan_for_it(
    owner: Member, frozen_clock: FrozenClock
) -> None:
    frozen_clock.move_to(datetime(2026, 3, 16, 0, 0, tzinfo=UTC))
    _planned()
    numbers = _checked(owner, frozen_clock)
    assert [one["name"] for one in numbers] == ["Sales", "Orders paid"]
    assert all(one["against"].endswith("the average of the 4 weeks before") for one in numbers)


def test_a_strategy_without_targets_and_a_reader_who_may_not_see_it_have_no_plan(
    owner: Member, frozen_clock: FrozenClock
) -> None:
    in_force(document(centres=(Centre(key="guides", name="Guides", target=eur(0)),)))
    mia = Member.objects.create_member(email="m@example.org", name="Mia", role=Role.SERVICE)
    make_promise(member_id=mia.pk, what="W", measure="M", due_on=TUESDAY)
    assert _checked(owner, frozen_clock)[0]["name"] == "Sales"
    _planned()
    frozen_clock.move_to(datetime(2026, 3, 23, 6, 0, tzinfo=UTC))
    check_week()
    latest = CheckIn.objects.filter(week=date(2026, 3, 16))
    assert latest.get(member=mia).report["numbers"][0]["name"] == "Sales"
    assert latest.get(member=owner).report["numbers"][0]["name"] == "Revenue of Guides"


def test_the_partner_answers_by_link_once(owner: Member, frozen_clock: FrozenClock) -> None:
    name_partner(member_id=owner.pk, name="Pia Partner", email="pia@example.org")
    frozen_clock.move_to(datetime(2026, 3, 16, 6, 0, tzinfo=UTC))
    check_week()
    mail = OutgoingMail.objects.get(to="pia@example.org")
    token = mail.text.split("/check-in/")[1].split("/")[0]
    found = promises.of_link(token)
    with pytest.raises(FieldError):
        answer_check_in(check_in_id=found.pk, text="  ", by="Pia Partner")
    answered = answer_check_in(check_in_id=found.pk, text="Smaller steps.", by="Pia Partner")
    assert answered.answer == "Smaller steps."
    with pytest.raises(AlreadyAnswered):
        answer_check_in(check_in_id=found.pk, text="Or not.", by="Pia Partner")
    assert CheckIn.objects.get().answer == "Smaller steps."


def _everything(_page: str) -> bool:
    return True


def test_what_happened_tells_money_decisions_what_waits_and_what_was_kept_back(
    owner: Member, wishes: None, till: Till, frozen_clock: FrozenClock
) -> None:
    before = clock.now()
    frozen_clock.advance(hours=1)
    paid(till, "GUIDE", "WORKSHOP")
    run_until_empty()
    policy("amount < 1000")
    wished("small", amount=500)
    asked = wished("large", amount=1900)
    answer_decision(decision_id=asked.pk, outcome="grant", member_id=owner.pk, note="A regular.")
    wished("open", amount=2900)
    saved = {"kind": "refund_request", "version": 2, "author": "Olga Owner"}
    Fact.objects.create(name="PolicySaved", about="policy:3", data=saved)
    HeldLetter.objects.create(member=owner, key="k", subject="The week", text="T")
    frozen_clock.advance(hours=1)
    told = tell_happened(
        Span(since=before, until=clock.now()), member_id=owner.pk, sees=_everything
    )
    assert told.sold is not None
    assert told.earned is not None
    assert (told.sold.orders, str(told.sold.paid)) == (1, "€78.00")
    assert {one.name: str(one.revenue) for one in told.earned.centres} == {
        "Guides": "€24.37",
        "Lessons": "€41.18",
    }
    assert [one.what for one in told.decisions] == [
        "Shall this wish be granted? test:1: Grant it"
    ] * 2
    assert [one.by for one in told.decisions][1] == "Olga Owner: A regular."
    assert told.decisions[0].by.endswith(", version 1")
    assert told.decided == 2
    (waits,) = [line for line in told.waits if "wish" in line]
    assert waits.endswith("waits for the owner, promised by 12 March 2026.")
    assert [one.by for one in told.learned] == ["Olga Owner"]
    assert [letter.subject for letter in told.held] == ["The week"]
    empty = tell_happened(
        Span(since=before - timedelta(days=1), until=before), member_id=owner.pk, sees=_everything
    )
    assert empty.sold is not None
    assert (empty.sold.orders, empty.decisions, empty.held) == (0, [], [])
