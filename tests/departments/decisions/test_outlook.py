"""Policies that change and what is open: told before, answered with them, or left to people."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction

from hammock.departments.decisions import actions
from hammock.departments.decisions.errors import ConditionRefused, NoSuchPolicy
from hammock.departments.decisions.models import Answer, Decision, Policy
from hammock.departments.decisions.writing import PolicyDraft
from hammock.flows.save_policy import preview_policy, preview_switch, save_policy, switch_policy
from hammock.flows.undo_decision import undo_decision
from hammock.kit import clock
from hammock.kit.facts.models import Fact as FactRow
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.locks import LockOutsideTransaction, claim, share
from tests.clocks import NOON
from tests.departments.decisions.test_asking import answer
from tests.judging import DAN, OLGA, SAM, WISH, Staff, policy, wished
from tests.races import race
from tests.waiting import until


def draft(condition: str, outcome: str = "grant", **more: object) -> PolicyDraft:
    basic = PolicyDraft(kind=WISH.name, condition=condition, outcome=outcome, author="Olga")
    return replace(basic, **more)  # type: ignore[arg-type]


def moved() -> list[int]:
    rows = FactRow.objects.filter(name="TestMoneyMoved").order_by("pk")
    return [row.data["minor"] for row in rows]


def test_saving_answers_what_is_open_as_by_policy_in_order_and_moves_its_money_once(
    staff: Staff,
) -> None:
    with clock.at(NOON):
        first, second = wished("one", amount=100), wished("two", amount=200)
        over = wished("three", amount=9_000)
    with clock.at(NOON + timedelta(hours=3)):
        wanted = draft("amount <= 2000")
        outlook = preview_policy(wanted).outlook
        assert [one.decision.pk for one in outlook.answered] == [first.pk, second.pk]
        assert not Answer.objects.exists()
        saved = save_policy(wanted, answers_open=True)
        run_until_empty()
        run_until_empty()
    assert [one.pk for one in saved.answered] == [first.pk, second.pk]
    given = first.standing
    assert given is not None
    assert (given.how, given.version, given.took) == (
        Answer.How.POLICY,
        saved.policy.current,
        timedelta(hours=3),
    )
    names = FactRow.objects.filter(about=f"decision:{first.pk}").order_by("id")
    assert [row.name for row in names][:2] == ["QuestionAsked", "PolicyDecided"]
    assert moved() == [100, 200]
    assert over.standing is None


def test_saving_leaves_what_is_open_to_people_unless_asked(staff: Staff) -> None:
    asked = wished()
    saved = save_policy(draft("true"))
    assert saved.answered == ()
    assert asked.standing is None
    again = save_policy(draft("true", policy_id=saved.policy.pk), answers_open=True)
    assert [one.pk for one in again.answered] == [asked.pk]
    assert saved.policy.versions.count() == 1


def test_a_question_whose_answer_was_taken_back_waits_for_a_person(staff: Staff) -> None:
    asked = wished()
    answer(asked, "grant", OLGA.member_id)
    undo_decision(decision_id=asked.pk, member_id=OLGA.member_id)
    assert preview_policy(draft("true")).outlook.answered == ()
    assert save_policy(draft("true"), answers_open=True).answered == ()
    asked.refresh_from_db()
    assert asked.standing is None


def test_no_policy_carries_its_author_over_their_limit(staff: Staff) -> None:
    staff.deciders[:] = [OLGA, SAM]
    small, large = wished("small", amount=5_000), wished("large", amount=5_001)
    by_sam = draft("true", author="Sam", author_id=SAM.member_id)
    outlook = preview_policy(by_sam).outlook
    assert ([one.decision.pk for one in outlook.answered], outlook.left) == ([small.pk], 1)
    saved = save_policy(by_sam, answers_open=True)
    run_until_empty()
    assert [one.pk for one in saved.answered] == [small.pk]
    assert large.standing is None
    assert moved() == [5_000]


@pytest.mark.parametrize("member_id", [DAN.member_id, 99])
def test_whoever_may_not_answer_the_kind_answers_nothing_by_a_policy(
    staff: Staff, member_id: int
) -> None:
    staff.deciders[:] = [OLGA, DAN]
    asked = wished()
    mine = draft("true", author_id=member_id)
    assert preview_policy(mine).outlook.left == 1
    assert save_policy(mine, answers_open=True).answered == ()
    assert asked.standing is None


def test_a_policy_that_fails_leaves_the_question_open_with_its_error(staff: Staff) -> None:
    asked = wished()
    for condition, error in (
        ("score > 0.5", "score"),
        ("amount / (days - 5) > 1", "divide by zero"),
    ):
        made = save_policy(draft(condition), answers_open=True)
        assert made.answered == ()
        asked.refresh_from_db()
        assert asked.standing is None
        assert error in asked.errors[0]
        switch_policy(policy_id=made.policy.pk, is_on=False, by="Olga")
    mended = save_policy(draft("amount > 1"), answers_open=True)
    assert [one.pk for one in mended.answered] == [asked.pk]
    asked.refresh_from_db()
    assert asked.errors == []


def test_policies_that_contradict_each_other_answer_nothing_that_is_open(staff: Staff) -> None:
    asked = wished()
    policy("true", "refuse")
    made = save_policy(draft("true"), answers_open=True)
    asked.refresh_from_db()
    assert (made.answered, asked.standing) == ((), None)
    assert "contradict each other" in asked.errors[0]
    outlook = preview_switch(policy_id=made.policy.pk, is_on=False, by_id=OLGA.member_id)
    assert [one.rule.outcome for one in outlook.answered] == ["refuse"]
    off = switch_policy(
        policy_id=made.policy.pk,
        is_on=False,
        by="Olga",
        by_id=OLGA.member_id,
        answers_open=True,
    )
    assert [one.pk for one in off.answered] == [asked.pk]
    assert asked.standing is not None
    assert asked.standing.outcome == "refuse"


def test_switching_on_answers_and_saving_one_that_is_off_does_not(staff: Staff) -> None:
    made = policy("amount <= 2000", is_on=False)
    asked = wished()
    wider = draft("true", policy_id=made.pk)
    assert preview_policy(wider).outlook.answered == ()
    assert save_policy(wider, answers_open=True).answered == ()
    assert preview_switch(policy_id=made.pk, is_on=True, by_id=None).answered[0].decision == asked
    done = switch_policy(policy_id=made.pk, is_on=True, by="Olga", answers_open=True)
    assert [one.pk for one in done.answered] == [asked.pk]


def test_what_is_refused_answers_nothing(staff: Staff) -> None:
    asked = wished()
    with pytest.raises(ConditionRefused):
        save_policy(draft("amount >"), answers_open=True)
    with pytest.raises(NoSuchPolicy):
        save_policy(draft("true", policy_id=99), answers_open=True)
    with pytest.raises(NoSuchPolicy):
        switch_policy(policy_id=99, is_on=True, by="Olga", answers_open=True)
    with pytest.raises(NoSuchPolicy):
        preview_switch(policy_id=99, is_on=True, by_id=None)
    assert asked.standing is None
    assert not Policy.objects.exists()


def test_what_a_person_answered_meanwhile_stays_theirs(staff: Staff) -> None:
    asked = wished()
    wanted = draft("true")
    assert len(preview_policy(wanted).outlook.answered) == 1
    answer(asked, "refuse", OLGA.member_id)
    assert save_policy(wanted, answers_open=True).answered == ()
    assert Answer.objects.get().outcome == "refuse"
    assert Decision.objects.get().errors == []


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return cursor.fetchone() is not None


class Ended:
    """Runs something and remembers that it ended."""

    def __init__(self, run: Callable[[], object]) -> None:
        self._run = run
        self._ended = threading.Event()

    def __call__(self) -> object:
        try:
            return self._run()
        finally:
            self._ended.set()

    def or_waits(self) -> bool:
        return self._ended.is_set() or _somebody_waits()


@pytest.mark.postgres
def test_a_question_being_asked_while_a_policy_is_saved_is_answered_by_it(staff: Staff) -> None:
    has_asked = threading.Event()

    def save() -> object:
        has_asked.wait(30)
        return save_policy(draft("true"), answers_open=True)

    saving = Ended(save)

    def ask() -> None:
        with transaction.atomic(durable=True):
            wish = {"amount": 1900, "days": 5, "country": "DE", "first": True}
            actions.ask(kind=WISH.name, facts=wish, about="test:1", key="one")
            has_asked.set()
            until(saving.or_waits)  # the asking is still under way when the policy comes

    assert [one.error for one in race(ask, saving)] == [None, None]
    asked = Decision.objects.get()
    assert asked.standing is not None
    assert asked.standing.how == Answer.How.POLICY


@pytest.mark.postgres
def test_a_question_asked_while_a_policy_is_being_saved_knows_it(staff: Staff) -> None:
    has_saved = threading.Event()

    def ask() -> Decision:
        has_saved.wait(30)
        return wished()

    asking = Ended(ask)

    def save() -> None:
        with transaction.atomic(durable=True):
            policy("true")
            actions.answer_by_policies(kind=WISH.name, member_id=None)
            has_saved.set()
            until(asking.or_waits)

    assert [one.error for one in race(save, asking)] == [None, None]
    assert Decision.objects.get().standing is not None


def test_however_asking_and_saving_fall_together_nothing_stays_open(staff: Staff) -> None:
    asks = [partial(wished, f"wish{number}") for number in range(4)]
    saves = [
        partial(save_policy, draft("amount <= 2000", priority=number), answers_open=True)
        for number in range(2)
    ]
    assert [one.error for one in race(*asks, *saves)] == [None] * 6
    run_until_empty()
    assert [asked.standing is None for asked in Decision.objects.all()] == [False] * 4
    assert moved() == [1900] * 4


@pytest.mark.parametrize("hold", [share, claim])
def test_a_name_is_held_within_a_transaction_only(hold: Callable[[str], None]) -> None:
    with pytest.raises(LockOutsideTransaction):
        hold("policies:test_wish")
