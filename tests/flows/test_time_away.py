"""The owner goes away: refusals, the override, letters kept back, emergencies, the way back."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from hammock.departments.catalogue.models import Shop
from hammock.departments.decisions.errors import MayNotDecide
from hammock.departments.decisions.ports import Decider
from hammock.departments.sales.models import Dispute, Order, Payment
from hammock.departments.team.deciding import Team
from hammock.departments.team.deciding import may_decide as standing_in
from hammock.departments.team.models import Absence, BackupRun, HeldLetter, Incident, Member
from hammock.departments.team.rhythm import alarms, away, letters, ports
from hammock.departments.team.rhythm.away import Plan
from hammock.departments.team.rhythm.errors import (
    AbsenceRefused,
    DeputyIsAway,
    NotAway,
    Overlaps,
    StandsIn,
    WouldBreak,
)
from hammock.departments.team.rhythm.rehearsed import breaks
from hammock.departments.team.rhythm.rules import Days
from hammock.departments.team.roles import Role
from hammock.flows.answer_decision import answer_decision
from hammock.flows.come_back import come_back
from hammock.flows.foresee_absence import foresee_absence
from hammock.flows.go_away import go_away
from hammock.flows.rehearse import rehearse
from hammock.flows.set_emergencies import confirm_emergencies, set_emergencies
from hammock.flows.watch_house import note_backup, watch_house
from hammock.kit import clock, links
from hammock.kit.facts.models import Fact
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.mail import Letter, note_shut
from hammock.kit.mail.models import OutgoingMail
from hammock.kit.mailbox import of_url
from hammock.kit.money import Money
from tests.clocks import FrozenClock
from tests.judging import judged_by, policy, wished
from tests.shops import order as placed
from tests.shops import paid, started
from tests.till import Till

SOURCE = Path(__file__).parents[2] / "src" / "hammock"
MONDAY = date(2026, 3, 16)


class Quiet:
    """A shop that answers, until it is told not to."""

    said = ""

    def problem(self) -> str:
        return self.said


@pytest.fixture
def bell() -> Quiet:
    bell = Quiet()
    ports.wire(bell)
    return bell


@pytest.fixture
def owner(shop: Shop) -> Member:
    return Member.objects.create_owner(email="owner@example.org", name="Olga Owner")


@pytest.fixture
def deputy(owner: Member) -> Member:
    return Member.objects.create_member(
        email="dan@example.org", name="Dan Deputy", role=Role.BUSINESS
    )


def _calm(_plan: Plan) -> Sequence[str]:
    return ()


def _broken(_plan: Plan) -> Sequence[str]:
    return ("The till is empty.", "The cat is alone.")


def _plan(owner: Member, deputy: Member, first: date = MONDAY, days: int = 14) -> Plan:
    last = first + timedelta(days=days - 1)
    return Plan(member_id=owner.pk, deputy_id=deputy.pk, days=Days(first=first, last=last))


def _go(owner: Member, deputy: Member, first: date = MONDAY, days: int = 14) -> Absence:
    return go_away(plan=_plan(owner, deputy, first, days), by="Olga Owner", rehearse=_calm)


def test_an_absence_covers_its_first_and_last_day_and_no_other(
    owner: Member, deputy: Member, frozen_clock: FrozenClock
) -> None:
    absence = _go(owner, deputy)
    assert away.at(datetime(2026, 3, 15, 23, 59, tzinfo=UTC)) is None
    assert away.at(datetime(2026, 3, 16, 0, 0, tzinfo=UTC)) == absence
    assert away.at(datetime(2026, 3, 29, 23, 59, tzinfo=UTC)) == absence
    assert away.at(datetime(2026, 3, 30, 0, 0, tzinfo=UTC)) is None
    assert away.until(absence) == datetime(2026, 3, 30, 0, 0, tzinfo=UTC)
    assert Fact.objects.get(name="WentAway").data["deputy"] == "Dan Deputy"


def test_what_would_break_refuses_the_absence_with_all_reasons(
    owner: Member, deputy: Member, frozen_clock: FrozenClock
) -> None:
    with pytest.raises(WouldBreak) as refused:
        go_away(plan=_plan(owner, deputy), by="Olga", rehearse=_broken)
    assert refused.value.reasons == ("The till is empty.", "The cat is alone.")
    assert not Absence.objects.exists()
    assert not Fact.objects.filter(name="WentAway").exists()


def test_the_owner_may_set_reasons_aside_and_both_are_kept(
    owner: Member, deputy: Member, frozen_clock: FrozenClock
) -> None:
    absence = go_away(
        plan=_plan(owner, deputy), by="Olga", rehearse=_broken, why=" My sister marries. "
    )
    assert absence.overridden == ["The till is empty.", "The cat is alone."]
    assert absence.override_why == "My sister marries."
    fact = Fact.objects.get(name="WentAway").data
    assert (fact["overridden"], fact["why"]) == (absence.overridden, absence.override_why)


def test_a_reason_sets_nothing_aside_where_nothing_would_break(
    owner: Member, deputy: Member, frozen_clock: FrozenClock
) -> None:
    absence = go_away(plan=_plan(owner, deputy), by="Olga", rehearse=_calm, why="Because.")
    assert (absence.overridden, absence.override_why) == ([], "")


@pytest.mark.parametrize(
    ("first", "days", "field"),
    [(date(2026, 3, 9), 3, "from"), (MONDAY, 0, "to"), (MONDAY, 400, "to")],
)
def test_days_that_are_over_reversed_or_too_many_are_refused(
    owner: Member, deputy: Member, frozen_clock: FrozenClock, first: date, days: int, field: str
) -> None:
    with pytest.raises(AbsenceRefused) as refused:
        go_away(
            plan=_plan(owner, deputy, first, days), by="Olga", rehearse=_broken, why="All the same"
        )
    assert refused.value.field == field
    assert not Absence.objects.exists()


def _leave(member: Member, first: date = MONDAY, days: int = 14) -> Absence:
    last = first + timedelta(days=days - 1)
    plan = Plan(member_id=member.pk, deputy_id=None, days=Days(first=first, last=last))
    return go_away(plan=plan, by=member.get_full_name(), rehearse=_broken)


def test_a_member_plans_days_away_without_deputy_or_rehearsal(
    owner: Member, deputy: Member, frozen_clock: FrozenClock
) -> None:
    absence = _leave(deputy)
    assert (absence.deputy, absence.overridden) == (None, [])
    assert Fact.objects.get(name="WentAway").data["deputy"] == ""
    assert away.at(datetime(2026, 3, 18, 9, 0, tzinfo=UTC)) is None  # the owner is there
    with pytest.raises(Overlaps):
        _leave(deputy, MONDAY + timedelta(days=13), 1)


def test_whoever_is_away_is_not_on_duty_on_those_days_only(
    owner: Member, deputy: Member, frozen_clock: FrozenClock
) -> None:
    _leave(deputy)
    other = Member.objects.create_member(email="o@example.org", name="Oz", role=Role.BUSINESS)

    def on_duty(day: date) -> list[int]:
        at = datetime(day.year, day.month, day.day, 23, 59, tzinfo=UTC)
        return [one.member_id for one in Team().on_duty(role="business", at=at)]

    assert on_duty(date(2026, 3, 15)) == [deputy.pk, other.pk]
    assert on_duty(MONDAY) == on_duty(date(2026, 3, 29)) == [other.pk]
    assert on_duty(date(2026, 3, 30)) == [deputy.pk, other.pk]


def test_a_question_passes_by_a_role_whose_only_member_is_away(
    owner: Member, deputy: Member, wishes: None, frozen_clock: FrozenClock
) -> None:
    Member.objects.filter(pk=deputy.pk).update(role=Role.SERVICE)
    assert wished("before").stage == "role"
    _leave(deputy, date(2026, 3, 11), 2)
    frozen_clock.move_to(datetime(2026, 3, 12, 9, 0, tzinfo=UTC))
    assert wished("meanwhile").stage == "owner"
    frozen_clock.move_to(datetime(2026, 3, 13, 0, 0, tzinfo=UTC))
    assert wished("after").stage == "role"


def test_a_real_deputy_who_is_away_is_refused_and_who_stands_in_does_not_leave(
    owner: Member, deputy: Member, frozen_clock: FrozenClock
) -> None:
    holiday = _leave(deputy, MONDAY + timedelta(days=13), 3)
    with pytest.raises(DeputyIsAway, match="Dan Deputy is away too, from 29 March"):
        _go(owner, deputy)
    assert list(Absence.objects.all()) == [holiday]
    come_back(absence_id=holiday.pk, member_id=deputy.pk)  # called off
    _go(owner, deputy)
    with pytest.raises(StandsIn, match="you stand in for Olga Owner"):
        _leave(deputy, MONDAY + timedelta(days=13), 3)
    _leave(deputy, MONDAY + timedelta(days=14), 3)


def test_a_role_of_which_nobody_is_left_is_foreseen(
    owner: Member, deputy: Member, frozen_clock: FrozenClock
) -> None:
    helper = Member.objects.create_member(email="h@example.org", name="Hal", role=Role.SERVICE)
    _leave(helper, MONDAY, 2)
    told = "Hal is away too, from 16 March to 17 March, and nobody else of service is there."
    assert told in foresee_absence(_plan(owner, deputy))
    assert told not in foresee_absence(_plan(owner, deputy, MONDAY + timedelta(days=2)))
    Member.objects.create_member(email="i@example.org", name="Ida", role=Role.SERVICE)
    assert told not in foresee_absence(_plan(owner, deputy))


def test_nobody_stands_in_for_themselves_and_an_owner_needs_a_deputy(
    owner: Member, deputy: Member, frozen_clock: FrozenClock
) -> None:
    with pytest.raises(AbsenceRefused, match="nobody stands in for themselves"):
        _go(owner, owner)
    with pytest.raises(AbsenceRefused, match="somebody of your team"):
        _leave(owner)
    Member.objects.filter(pk=deputy.pk).update(is_active=False)
    with pytest.raises(AbsenceRefused, match="somebody of your team"):
        _go(owner, deputy)
    assert not Absence.objects.exists()


def test_overlapping_absences_are_refused_and_neighbours_are_not(
    owner: Member, deputy: Member, frozen_clock: FrozenClock
) -> None:
    _go(owner, deputy)
    with pytest.raises(Overlaps):
        _go(owner, deputy, MONDAY + timedelta(days=13), 5)
    _go(owner, deputy, MONDAY + timedelta(days=14), 5)
    _go(owner, deputy, MONDAY - timedelta(days=5), 5)
    assert Absence.objects.count() == 3


def test_a_deputy_who_is_away_on_one_day_of_it_is_refused(
    owner: Member, deputy: Member, frozen_clock: FrozenClock
) -> None:
    second = Member.objects.create_owner(email="second@example.org", name="Sue Second")
    _go(second, deputy, MONDAY + timedelta(days=13), 3)
    with pytest.raises(DeputyIsAway, match="Sue Second is away too"):
        _go(owner, second)
    with pytest.raises(StandsIn):  # whoever stands in does not go themselves
        _go(Member.objects.get(pk=second.pk), owner, MONDAY + timedelta(days=40), 1)
        Absence.objects.filter(member=second).update(deputy=owner)
        _go(owner, deputy)


def test_coming_back_early_ends_it_and_frees_the_days(
    owner: Member, deputy: Member, frozen_clock: FrozenClock
) -> None:
    absence = _go(owner, deputy)
    frozen_clock.move_to(datetime(2026, 3, 20, 9, 0, tzinfo=UTC))
    come_back(absence_id=absence.pk, member_id=owner.pk)
    assert away.at(clock.now()) is None
    assert away.on(date(2026, 3, 19)) is not None
    _go(owner, deputy, date(2026, 3, 20), 3)
    with pytest.raises(NotAway):
        come_back(absence_id=absence.pk, member_id=owner.pk)
    with pytest.raises(NotAway):
        come_back(absence_id=absence.pk, member_id=deputy.pk)


def test_an_absence_called_off_before_it_began_covers_nothing(
    owner: Member, deputy: Member, frozen_clock: FrozenClock
) -> None:
    absence = _go(owner, deputy)
    come_back(absence_id=absence.pk, member_id=owner.pk)
    assert away.on(MONDAY) is None
    assert not away.coming(owner.pk).exists()
    _go(owner, deputy, MONDAY - timedelta(days=3), 10)


class AnyPlans(TestCase):
    """Whatever is planned and called off, no day has two absences and nobody stands in absent."""

    @settings(max_examples=25)
    @given(
        st.lists(
            st.tuples(
                st.integers(0, 2),
                st.integers(0, 2),
                st.integers(0, 30),
                st.integers(1, 12),
                st.booleans(),
            ),
            max_size=8,
        )
    )
    def test_no_day_is_left_without_somebody(
        self, plans: list[tuple[int, int, int, int, bool]]
    ) -> None:
        from django.db import transaction

        Shop.objects.create(name="S", email="s@example.org", country="DE", currency="EUR")
        people = [
            Member.objects.create_owner(email="a@example.org"),
            Member.objects.create_owner(email="b@example.org"),
            Member.objects.create_member(email="c@example.org", name="", role=Role.BUSINESS),
        ]
        today = clock.today()
        for who, other, start, length, is_off in plans:
            first = today + timedelta(days=start)
            plan = _plan(people[who], people[other], first, length)
            if not people[who].is_superuser:
                plan = replace(plan, deputy_id=None)
            try:
                with transaction.atomic():
                    away.refuse(plan)
                    made = away.plan_absence(plan, by="test")
            except AbsenceRefused:
                continue
            if is_off:
                with transaction.atomic():
                    away.end_absence(made.pk, member_id=people[who].pk)
        for number in range(45):
            day = today + timedelta(days=number)
            gone = [one for one in Absence.objects.all() if one.covers(day)]
            assert len({one.member_id for one in gone}) == len(gone)
            assert not {one.deputy_id for one in gone} & {one.member_id for one in gone}
            for one in gone:
                assert away.on(day, member_id=one.member_id) == one


def test_while_away_letters_are_kept_and_emergencies_are_mailed(
    owner: Member, deputy: Member, frozen_clock: FrozenClock
) -> None:
    letter = Letter(subject="How the week went", text="Well.\n", html="")
    assert letters.write(owner, key="week:1", letter=letter)
    _go(owner, deputy)
    frozen_clock.move_to(datetime(2026, 3, 18, 9, 0, tzinfo=UTC))
    assert not letters.write(owner, key="week:2", letter=letter)
    assert not letters.write(owner, key="week:2", letter=letter)
    assert letters.write(deputy, key="week:3", letter=letter)
    assert letters.write_emergency(to=owner.email, key="fire", letter=letter)
    assert HeldLetter.objects.get().subject == "How the week went"
    sent = set(OutgoingMail.objects.values_list("key", "to"))
    assert sent == {("week:1", owner.email), ("week:3", deputy.email), ("fire", owner.email)}


def test_no_other_module_mails_a_member() -> None:
    """Whoever calls mail.queue writes to customers, and stands here; members get letters.write.

    So do the mails of the way in, which go to who is no member yet or asked for it just now.
    """
    to_others = {
        "departments/customers/actions.py",
        "flows/ask_way_in.py",
        "flows/invite_member.py",
        "flows/ask_purchases.py",
        "flows/erase_customer.py",
        "flows/finish_task.py",
        "flows/resend_goods.py",
        "flows/resend_order.py",
        "flows/send_goods.py",
        "flows/send_receipt.py",
        "flows/send_refund.py",
    }
    found = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and ast.unparse(node) == "mail.queue":
                found.add(path.relative_to(SOURCE).as_posix())
    assert found - to_others == {"departments/team/rhythm/letters.py"}


def _closed_attempts(number: int) -> None:
    for at in range(number):
        attempt = started(placed("GUIDE"))
        Payment.objects.filter(pk=attempt.pk).update(
            state=Payment.State.CLOSED, started_at=clock.now() - timedelta(minutes=10 + at)
        )


def _normal_month(till: Till) -> None:
    for day in range(1, 13):
        sold = paid(till, "GUIDE")
        Payment.objects.filter(order=sold).update(started_at=clock.now() - timedelta(days=day))


def test_failing_payments_are_told_once_and_closed_when_they_are_over(
    owner: Member, till: Till, bell: Quiet, frozen_clock: FrozenClock
) -> None:
    _normal_month(till)
    assert watch_house() == []
    _closed_attempts(4)
    (incident,) = watch_house()
    assert incident.kind == Incident.Kind.PAYMENTS
    assert "4 of 4 payments of the last hour failed (0 of 12" in incident.seen
    assert watch_house() == []
    mail = OutgoingMail.objects.get(key=f"incident:{incident.pk}")
    assert mail.to == owner.email
    assert incident.remedy.split(",")[0] in mail.text
    run_until_empty()
    frozen_clock.advance(hours=2)
    assert watch_house() == []
    incident.refresh_from_db()
    assert incident.closed_at == clock.now()
    assert set(
        Fact.objects.filter(about=f"incident:{incident.pk}").values_list("name", flat=True)
    ) == {
        "IncidentOpened",
        "IncidentClosed",
    }
    _closed_attempts(6)
    run_until_empty()
    assert len(watch_house()) == 1  # a new incident is told anew


def test_an_emergency_reaches_the_owner_who_is_away(
    owner: Member, deputy: Member, till: Till, bell: Quiet, frozen_clock: FrozenClock
) -> None:
    _go(owner, deputy, date(2026, 3, 10), 5)
    bell.said = "http://shop answers 502."
    assert watch_house() == []  # it may just be starting
    run_until_empty()
    assert not Incident.objects.exists()
    frozen_clock.advance(minutes=1)
    run_until_empty()
    incident = Incident.objects.get()
    assert incident.kind == Incident.Kind.SITE
    assert watch_house() == []  # told once
    assert OutgoingMail.objects.get().to == owner.email
    bell.said = ""
    watch_house()
    incident.refresh_from_db()
    assert incident.closed_at is not None
    assert not HeldLetter.objects.exists()


def test_refused_mails_are_an_emergency(
    owner: Member, bell: Quiet, frozen_clock: FrozenClock
) -> None:
    for number in range(3):
        OutgoingMail.objects.create(
            key=str(number),
            to="x@example.org",
            subject="S",
            text="T",
            state="failed",
            problem="550 no such user",
        )
    (incident,) = watch_house()
    assert incident.kind == Incident.Kind.MAIL
    assert "3 of 3 mails" in incident.seen
    assert "550 no such user" in incident.seen


def _sent(count: int, *, back: int, addresses: int) -> None:
    for number in range(count):
        is_back = number < back
        OutgoingMail.objects.create(
            key=f"sent:{number}",
            to=f"x{number % addresses}@example.org",
            subject="S",
            text="T",
            state="bounced" if is_back else "sent",
            sent_at=clock.in_(hours=-3),
            bounced_at=clock.in_(hours=-2) if is_back else None,
            problem="550 blocked" if is_back else "",
        )


def test_many_mails_that_come_back_are_an_emergency_until_they_do_not(
    owner: Member, bell: Quiet, frozen_clock: FrozenClock
) -> None:
    _sent(15, back=3, addresses=15)
    (incident,) = watch_house()
    assert incident.kind == Incident.Kind.MAIL
    assert "3 mails to 3 addresses came back within a day, in which 15 were sent" in incident.seen
    assert "550 blocked" in incident.seen
    assert OutgoingMail.objects.get(key=f"incident:{incident.pk}").to == owner.email
    run_until_empty()
    frozen_clock.advance(days=1)
    assert watch_house() == []
    incident.refresh_from_db()
    assert incident.closed_at == clock.now()


@pytest.mark.parametrize(
    ("count", "back", "addresses"),
    [(16, 3, 16), (2, 2, 2), (9, 9, 2)],
    ids=["one-in-six", "too-few", "two-wrong-addresses"],
)
def test_a_few_wrong_addresses_are_no_emergency(
    owner: Member, bell: Quiet, frozen_clock: FrozenClock, count: int, back: int, addresses: int
) -> None:
    _sent(count, back=back, addresses=addresses)
    assert watch_house() == []


def test_disputes_are_an_emergency_above_the_limit_and_not_at_it(
    owner: Member, till: Till, bell: Quiet, frozen_clock: FrozenClock
) -> None:
    sold = paid(till, "GUIDE")
    payment = sold.payments.get()
    set_emergencies(email="owner@example.org", dispute_limit=Money(2900, "EUR"))
    Dispute.objects.create(payment=payment, external_id="d1", minor=2900, currency="EUR")
    assert watch_house() == []
    Dispute.objects.create(payment=payment, external_id="d2", minor=1, currency="EUR")
    (incident,) = watch_house()
    assert incident.kind == Incident.Kind.DISPUTES
    assert "€29.01" in incident.seen


def test_a_failed_an_old_and_a_missing_backup_are_emergencies(
    owner: Member, till: Till, bell: Quiet, frozen_clock: FrozenClock
) -> None:
    paid(till, "GUIDE")
    assert watch_house() == []  # a young shop needs none yet
    note_backup(problem="No space left on device")
    (failed,) = watch_house()
    assert "No space left" in failed.seen
    note_backup()
    assert watch_house() == []
    failed.refresh_from_db()
    assert failed.closed_at is not None
    BackupRun.objects.update(at=clock.now() - timedelta(days=9))
    (old,) = watch_house()
    assert "The last backup is of 1 March 2026." in old.seen
    BackupRun.objects.all().delete()
    Order.objects.update(placed_at=clock.now() - timedelta(days=20))
    watch_house()
    assert Incident.objects.filter(closed_at__isnull=True).count() == 1


def test_emergencies_go_to_the_owner_until_another_address_is_confirmed(
    owner: Member, frozen_clock: FrozenClock
) -> None:
    set_emergencies(email="phone@example.org", dispute_limit=Money(5000, "EUR"))
    asked = OutgoingMail.objects.get()
    assert asked.to == "phone@example.org"
    assert alarms.address() == "owner@example.org"
    with pytest.raises(links.LinkRefused):
        confirm_emergencies(token="made-up")
    token = asked.text.split("/emergencies-here/")[1].split("/")[0]
    confirm_emergencies(token=token)
    assert alarms.address() == "phone@example.org"
    set_emergencies(email="phone@example.org", dispute_limit=Money(6000, "EUR"))
    assert alarms.address() == "phone@example.org"  # the same address stays confirmed
    set_emergencies(email="other@example.org", dispute_limit=Money(6000, "EUR"))
    assert alarms.address() == "owner@example.org"


def test_what_is_not_ready_is_foreseen_and_a_house_in_order_lets_the_owner_go(
    owner: Member, deputy: Member, frozen_clock: FrozenClock
) -> None:
    reasons = " ".join(foresee_absence(_plan(owner, deputy)))
    for part in ("where emergencies go", "No backup", "never signed in", "may not change orders"):
        assert part in reasons
    set_emergencies(email="owner@example.org", dispute_limit=Money(5000, "EUR"))
    confirm_emergencies(token=links.sign(alarms.CONFIRM, "owner@example.org"))
    note_backup()
    partner = Member.objects.create_owner(email="co@example.org", name="Co Owner")
    partner.set_password("four words are good")
    partner.save()
    plan = _plan(owner, partner)
    assert foresee_absence(plan) == []
    go_away(plan=plan, by="Olga", rehearse=foresee_absence)


def test_a_mailbox_that_does_not_open_is_foreseen(
    owner: Member, deputy: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = of_url("imaps://hello%40kiln.example:secret@imap.kiln.example/INBOX")
    monkeypatch.setattr(django_settings, "INBOX", inbox)
    said = "mailbox does not open"
    assert said not in " ".join(foresee_absence(_plan(owner, deputy)))
    with transaction.atomic():
        note_shut(mailbox=inbox.name, problem="LOGIN failed.")
    assert said in " ".join(foresee_absence(_plan(owner, deputy)))


@pytest.fixture
def wishes(shop: Shop) -> Iterator[None]:
    """Let the real members decide the test's kind of question."""
    with judged_by(Team()):
        yield


def test_while_the_owner_is_away_the_deputy_answers_and_before_and_after_does_not(
    owner: Member, deputy: Member, wishes: None, frozen_clock: FrozenClock
) -> None:
    _go(owner, deputy, date(2026, 3, 11), 5)
    early = wished("early")
    with pytest.raises(MayNotDecide):
        answer_decision(decision_id=early.pk, outcome="grant", member_id=deputy.pk)
    assert Team().away(at=clock.now()) is None
    frozen_clock.move_to(datetime(2026, 3, 12, 9, 0, tzinfo=UTC))
    absence = Team().away(at=clock.now())
    assert absence is not None
    assert absence.until == datetime(2026, 3, 16, 0, 0, tzinfo=UTC)
    assert absence.deputy is not None
    assert absence.deputy.member_id == deputy.pk
    asked = wished("while away")
    given = answer_decision(decision_id=asked.pk, outcome="grant", member_id=deputy.pk)
    assert (given.member, given.role) == ("Dan Deputy", "business")
    frozen_clock.move_to(datetime(2026, 3, 16, 0, 0, tzinfo=UTC))
    late = wished("late")
    with pytest.raises(MayNotDecide):
        answer_decision(decision_id=late.pk, outcome="grant", member_id=deputy.pk)


def test_rehearsal_names_the_questions_that_nobody_would_answer(
    owner: Member, deputy: Member, wishes: None, frozen_clock: FrozenClock
) -> None:
    policy("amount < 1000")
    wished("small", amount=500)
    wished("large", amount=1900)
    frozen_clock.advance(hours=1)
    alone = rehearse(days=30, is_away=True)
    assert list(breaks(alone, deputy="nobody")) == [
        "1 of 2 questions of the last 30 days about test wish would be answered by no policy, "
        "nobody of the team and not by nobody: the safe outcome would be taken."
    ]
    small = Decider(member_id=9, name="Kim", role="deputy", limit=Money(1800, "EUR"))
    assert list(breaks(rehearse(days=30, is_away=True, deputy=small), deputy="Kim"))
    able = standing_in(deputy)
    assert able is not None
    assert list(breaks(rehearse(days=30, is_away=True, deputy=able), deputy="Dan")) == []
