"""Milestones, being asked back and the weekly letter, from real orders, books and records."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from hammock.departments.catalogue.models import Product, Shop
from hammock.departments.ledger.rules import Chart
from hammock.departments.planning.journal import ChoiceDraft
from hammock.departments.planning.models import Milestone, WeeklyLetter
from hammock.departments.team.models import Absence, Deed, HeldLetter, Member
from hammock.departments.team.rhythm import promises
from hammock.flows.ask_back import ask_back
from hammock.flows.find_milestones import find_milestones, put_away
from hammock.flows.note_choice import note_choice, reckon_choice
from hammock.flows.note_hours import start_timer, stop_timer, tap_energy, write_week
from hammock.flows.record_expense import Expense, record_expense
from hammock.flows.refund_order import refund_order, whole
from hammock.flows.write_letter import draft_letter, write_letter
from hammock.flows.write_strategy import put_into_force, write_strategy
from hammock.kit import clock
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.mail.models import OutgoingMail
from hammock.kit.money import Money
from tests.clocks import FrozenClock
from tests.departments.planning.test_strategy import document, letter
from tests.judging import Staff, policy, wished
from tests.shops import BUYER, order, paid
from tests.till import Till

MONDAY = datetime(2026, 3, 16, 7, tzinfo=UTC)  # the Monday after the frozen clock's Tuesday
WEEK_OF = date(2026, 3, 9)


@pytest.fixture
def owner(shop: Shop, frozen_clock: FrozenClock) -> Member:
    Shop.objects.update(is_sample=True)  # its test payments count
    return Member.objects.create_owner(email="owner@example.org", name="Olga Owner")


def _choice(*, expected: str = "Three shops answer", due_on: date = date(2026, 3, 14)) -> int:
    draft = ChoiceDraft(
        what="Write to ten shops",
        why="Somebody must begin.",
        expected=expected,
        percent=60,
        due_on=due_on,
        is_reversible=True,
        worst=Money(0, "EUR"),
        arose_at=clock.now() - timedelta(days=3),
        decided_at=clock.now(),
    )
    return note_choice(draft).pk


def test_first_sale_first_stranger_and_first_return_are_found_once(
    owner: Member, till: Till, frozen_clock: FrozenClock
) -> None:
    assert find_milestones() == 0
    family = replace(BUYER, email="paul@example.org", name="Paul Owner")
    paid(till, "GUIDE", buyer=family)
    frozen_clock.advance(days=1)
    order("SAMPLE")  # free: paid at once, and no sale
    assert find_milestones() == 1
    frozen_clock.advance(days=1)
    paid(till, "GUIDE")
    frozen_clock.advance(hours=20)
    paid(till, "GUIDE")  # within a day: no return yet
    find_milestones()
    frozen_clock.advance(hours=5)
    paid(till, "WORKSHOP")
    assert find_milestones() == 1
    assert find_milestones() == 0
    kept = {one.kind: one.reached_on.isoformat() for one in Milestone.objects.all()}
    assert kept == {
        "first_sale": "2026-03-10",
        "first_stranger": "2026-03-12",
        "first_return": "2026-03-13",
    }


def test_test_payments_of_a_real_shop_are_no_milestones(
    owner: Member, till: Till, frozen_clock: FrozenClock
) -> None:
    Shop.objects.update(is_sample=False)
    paid(till, "GUIDE")
    assert find_milestones() == 0
    frozen_clock.advance(days=1)
    paid(till, "GUIDE")
    Shop.objects.update(live_since=clock.now())
    find_milestones()
    assert Milestone.objects.get(pk="first_sale").reached_on == date(2026, 3, 11)


def test_a_month_is_celebrated_when_it_is_over_and_a_refund_spoils_it(
    owner: Member, till: Till, frozen_clock: FrozenClock
) -> None:
    orders = [paid(till, "GUIDE") for _ in range(5)]
    run_until_empty()
    refund_order(order_id=orders[0].pk, wish=whole(orders[0], reason="", requested_by="Olga Owner"))
    run_until_empty()
    find_milestones()
    assert not Milestone.objects.filter(pk="month_above_costs").exists()
    frozen_clock.move_to(datetime(2026, 4, 2, 12, tzinfo=UTC))
    for _ in range(5):
        paid(till, "GUIDE")
    find_milestones()
    assert Milestone.objects.get(pk="month_above_costs").reached_on == date(2026, 3, 31)
    assert not Milestone.objects.filter(pk="refund_free_month").exists()
    frozen_clock.move_to(datetime(2026, 5, 1, 12, tzinfo=UTC))
    find_milestones()
    calm = Milestone.objects.get(pk="refund_free_month")
    assert calm.reached_on == date(2026, 4, 30)
    assert "April 2026, 5 orders" in calm.sentence


def test_a_week_off_counts_when_the_business_sold_in_it(
    owner: Member, till: Till, frozen_clock: FrozenClock
) -> None:
    start_timer(member_id=owner.pk)
    frozen_clock.advance(hours=2)
    stop_timer(member_id=owner.pk)
    frozen_clock.advance(days=8)  # the 18th: the 11th to the 17th were off, and nobody bought
    find_milestones()
    assert not Milestone.objects.filter(pk="week_off").exists()
    start_timer(member_id=owner.pk)
    frozen_clock.advance(hours=1)
    stop_timer(member_id=owner.pk)
    with clock.at(clock.now() + timedelta(days=3)):
        paid(till, "GUIDE")
    frozen_clock.advance(days=7)
    find_milestones()  # the seventh day is not over
    assert not Milestone.objects.filter(pk="week_off").exists()
    frozen_clock.advance(days=1)
    find_milestones()
    assert Milestone.objects.get(pk="week_off").reached_on == date(2026, 3, 25)


def test_a_milestone_is_put_away_once(owner: Member, till: Till) -> None:
    paid(till, "GUIDE")
    find_milestones()
    assert put_away(kind="first_sale")
    assert not put_away(kind="first_sale")
    assert not put_away(kind="none")


def test_the_owner_is_asked_back_once_at_the_date(owner: Member, frozen_clock: FrozenClock) -> None:
    choice_id = _choice()
    assert ask_back() == 0
    frozen_clock.move_to(datetime(2026, 3, 15, 7, tzinfo=UTC))  # a day late: nothing ran
    assert ask_back() == 1
    assert ask_back() == 0
    asked = OutgoingMail.objects.get(key=f"ask-back:{choice_id}")
    assert "Three shops answer" in asked.text
    assert f"/console/journal/{choice_id}/" in asked.text
    reckon_choice(choice_id=_choice(due_on=date(2026, 3, 16)), came="true", learned="", by="")
    frozen_clock.advance(days=1)
    assert ask_back() == 0


def test_the_letter_tells_the_week_and_shows_its_charts(
    owner: Member, till: Till, frozen_clock: FrozenClock
) -> None:
    with clock.at(datetime(2026, 3, 11, 23, 30, tzinfo=UTC)):
        paid(till, "GUIDE", "REVIEW")
        run_until_empty()
    with clock.at(datetime(2026, 3, 12, 12, tzinfo=UTC)):
        record_expense(
            Expense(
                amount=Money(1500, "EUR"),
                account=Chart.TOOLS,
                centre="lessons",
                description="Server",
                spent_at=clock.now(),
            )
        )
        _choice()
    frozen_clock.move_to(MONDAY)
    write_week(member_id=owner.pk, week_of=WEEK_OF, minutes=20 * 60)
    Product.objects.filter(slug="workshop").update(created_at=MONDAY - timedelta(days=200))
    find_milestones()
    assert write_letter()
    assert not write_letter()  # once a week
    letter = WeeklyLetter.objects.get(pk=WEEK_OF)
    text = " ".join(letter.text.split())
    for words in (
        "€100.00 came in from 1 order",  # 119 with tax of 19 %
        "handed 2 things over",
        "1 order came in between 22:00 and 6:00",
        "1. Did it come true? “Three shops answer”, you said, at 60 %",
        "“Workshop”: nobody bought it in 90 days",
        "You wrote one choice into your journal.",
        "You worked 20 h.",
        "Your first sale.",
    ):
        assert words in text, words
    drawn = {f"money-{WEEK_OF}", f"hours-{WEEK_OF}"}
    assert set(letter.charts) == drawn | {f"dark-{name}" for name in drawn}
    assert len(set(letter.charts.values())) == 4
    for name, content in letter.charts.items():
        assert base64.b64decode(content).startswith(b"\x89PNG")
        assert f'src="cid:{name}"' in letter.html
    queued = OutgoingMail.objects.get(key=f"letter:{WEEK_OF}")
    assert queued.to == "owner@example.org"
    assert {one["content_id"] for one in queued.attachments} == set(letter.charts)


def test_a_channel_of_the_strategy_that_only_cost_is_to_be_dropped(
    owner: Member, frozen_clock: FrozenClock
) -> None:
    late = replace(letter(), review_on=date(2026, 3, 12))
    write_strategy(document=document(channels=(late,)), why="", by="Olga")
    put_into_force()
    for day, minor in ((10, 4200), (17, 99900)):  # the second is spent after the week
        with clock.at(datetime(2026, 3, day, 14, tzinfo=UTC)):
            record_expense(
                Expense(
                    amount=Money(minor, "EUR"),
                    account=Chart.MARKETING,
                    centre="guides",
                    description="An advert",
                    spent_at=clock.now(),
                    line="channel:letter",
                )
            )
    frozen_clock.move_to(MONDAY)
    written = draft_letter(week_of=WEEK_OF)
    assert written is not None
    text = " ".join(written.letter.text.split())
    assert f"The channel “{late.name}” took €42.00 in 90 days" in text
    assert "The shop took 0 orders in that time" in text
    assert f"1. Your plan has asked since 12 March: Look at the channel “{late.name}”." in text


def test_a_week_without_anything_is_told_without_a_crash_or_a_chart(
    owner: Member, frozen_clock: FrozenClock
) -> None:
    frozen_clock.move_to(MONDAY)
    assert write_letter()
    letter = WeeklyLetter.objects.get()
    for words in (
        "No money came in and none went out.",
        "Nobody ordered",
        "Nothing.",
        "No hours are written down",
    ):
        assert words in letter.text, words
    assert letter.charts == {}
    assert "cid:" not in letter.html


def test_letters_wait_for_monday_and_are_made_up_for_later(
    owner: Member, frozen_clock: FrozenClock
) -> None:
    assert not write_letter()  # a Tuesday, and none before
    assert not WeeklyLetter.objects.exists()
    frozen_clock.move_to(MONDAY)
    assert write_letter()
    frozen_clock.advance(days=9)  # nothing ran on the next Monday
    assert write_letter()
    assert [one.week_of for one in WeeklyLetter.objects.all()] == [
        WEEK_OF + timedelta(days=7),
        WEEK_OF,
    ]


def test_nobody_to_write_to_is_no_letter(shop: Shop, frozen_clock: FrozenClock) -> None:
    frozen_clock.move_to(MONDAY)
    assert not write_letter()
    assert draft_letter(week_of=WEEK_OF) is None
    assert ask_back() == 0


def test_a_worn_owner_is_told_to_rest(owner: Member, frozen_clock: FrozenClock) -> None:
    for week in range(3):
        with clock.at(MONDAY - timedelta(days=5 + 7 * week)):
            tap_energy(member_id=owner.pk, level=2)
    frozen_clock.move_to(MONDAY)
    written = draft_letter(week_of=WEEK_OF)
    assert written is not None
    assert "put days off into the calendar" in written.letter.text
    assert "low for three weeks in a row" in written.letter.text


def _away(owner: Member, *, starts_on: date, ends_on: date) -> None:
    deputy, _is_new = Member.objects.get_or_create(email="dan@example.org", is_staff=True)
    Absence.objects.create(
        member=owner, deputy=deputy, starts_on=starts_on, ends_on=ends_on, planned_by="Olga"
    )


def test_while_the_owner_is_away_letter_and_question_wait_for_them(
    owner: Member, frozen_clock: FrozenClock
) -> None:
    _choice()
    _away(owner, starts_on=date(2026, 3, 13), ends_on=date(2026, 3, 20))
    frozen_clock.move_to(MONDAY)
    assert ask_back() == 0
    assert write_letter()
    assert not OutgoingMail.objects.exists()
    assert WeeklyLetter.objects.count() == 1
    held = {one.key.partition(":")[0] for one in HeldLetter.objects.all()}
    assert held == {"ask-back", "letter"}


def test_the_letter_tells_who_answered_and_what_waits_for_the_owner(
    owner: Member, frozen_clock: FrozenClock, staff: Staff
) -> None:
    policy("amount <= 2000")
    wished("small")
    wished("other", amount=9000)  # no policy, nobody in service: it waits for the owner
    promises.promise(
        member_id=owner.pk, what="Call the printer", measure="A quote", due_on=date(2026, 3, 16)
    )
    written = draft_letter(week_of=WEEK_OF)
    assert written is not None
    text = " ".join(written.letter.text.split())
    assert "Questions answered: 1 by your policies." in text
    assert "1. One question waits for your answer; after 12 March, 12:00 the safe" in text
    assert "2. You promised “Call the printer” by 16 March." in text


def test_a_week_away_counts_when_no_question_needed_the_owner(
    owner: Member, frozen_clock: FrozenClock, staff: Staff
) -> None:
    policy("amount <= 2000")
    _away(owner, starts_on=date(2026, 3, 10), ends_on=date(2026, 3, 18))
    wished("small")
    frozen_clock.advance(days=6)
    find_milestones()  # the seventh day is not over
    assert not Milestone.objects.filter(pk="week_away").exists()
    frozen_clock.advance(days=1)
    find_milestones()
    assert Milestone.objects.get(pk="week_away").reached_on == date(2026, 3, 16)


def test_a_week_away_in_which_a_question_waited_is_no_milestone(
    owner: Member, frozen_clock: FrozenClock, staff: Staff
) -> None:
    _away(owner, starts_on=date(2026, 3, 10), ends_on=date(2026, 3, 18))
    wished("waits")
    frozen_clock.advance(days=9)
    find_milestones()
    assert not Milestone.objects.filter(pk="week_away").exists()


def test_what_is_done_in_the_console_is_no_day_off(
    owner: Member, frozen_clock: FrozenClock
) -> None:
    for day in (10, 12):
        with clock.at(datetime(2026, 3, day, 9, tzinfo=UTC)):
            Deed.objects.create(member=owner, who="Olga", page="order", what="Refund an order")
    frozen_clock.move_to(MONDAY)
    written = draft_letter(week_of=WEEK_OF)
    assert written is not None
    # Of the Monday nothing was noted yet, so six days are known.
    assert "You were really off on 4 days of 6" in " ".join(written.letter.text.split())


def test_what_people_typed_cannot_become_markup(owner: Member, frozen_clock: FrozenClock) -> None:
    _choice(expected="<img src=x onerror=alert(1)>")
    frozen_clock.move_to(MONDAY)
    written = draft_letter(week_of=WEEK_OF)
    assert written is not None
    assert "<img src=x" not in written.letter.html
    assert "&lt;img src=x" in written.letter.html


def test_days_are_days_of_the_business_and_not_of_utc(
    owner: Member, till: Till, frozen_clock: FrozenClock
) -> None:
    with timezone.override("Asia/Tokyo"):
        frozen_clock.move_to(datetime(2026, 3, 10, 20, tzinfo=UTC))  # the 11th in Tokyo
        paid(till, "GUIDE")
        find_milestones()
    assert Milestone.objects.get(pk="first_sale").reached_on == date(2026, 3, 11)
