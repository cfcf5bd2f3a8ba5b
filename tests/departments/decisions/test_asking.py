"""Asking: policies first, else a person; facts are typed, a key asks once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from hammock.departments.decisions import actions, kinds, queries
from hammock.departments.decisions.errors import (
    AlreadyAnswered,
    CannotUndo,
    DayFull,
    MayNotDecide,
    OverLimit,
    UnknownKind,
    UnknownOutcome,
    WrongFact,
)
from hammock.departments.decisions.kinds import Outcome
from hammock.departments.decisions.models import Answer, Decision, PolicyVersion
from hammock.departments.decisions.ports import Absence
from hammock.flows.escalate_decisions import escalate_decisions
from hammock.kit.facts.models import Fact as FactRow
from hammock.kit.jobs.errors import UnknownJob
from hammock.kit.jobs.models import Job
from hammock.kit.jobs.worker import run_until_empty
from tests.clocks import FrozenClock
from tests.judging import DAN, OLGA, SAM, WISH, Staff, policy, wished
from tests.races import race


def moved() -> int:
    return sum(row.data["minor"] for row in FactRow.objects.filter(name="TestMoneyMoved"))


def told(name: str) -> list[dict[str, object]]:
    return [row.data for row in FactRow.objects.filter(name=name).order_by("id")]


def answer(decision: Decision, outcome: str, member: int) -> Answer:
    with transaction.atomic(durable=True):
        return actions.answer(decision_id=decision.pk, outcome=outcome, member_id=member)


def undo(decision: Decision, member: int = OLGA.member_id) -> Decision:
    with transaction.atomic(durable=True):
        return actions.undo(decision_id=decision.pk, member_id=member)


def escalate(now: datetime) -> int:
    with transaction.atomic(durable=True):
        return actions.escalate_due(now=now)


def test_a_policy_that_holds_answers_at_once_and_says_so(staff: Staff) -> None:
    made = policy("amount <= 2000 && days <= 14")
    asked = wished()
    given = asked.standing
    assert given is not None
    assert (given.how, given.outcome, given.version) == ("policy", "grant", made.current)
    assert told("PolicyDecided")[0]["policy_id"] == made.pk
    assert Job.objects.filter(name="grant_test_wish").count() == 1
    run_until_empty()
    assert moved() == 1900


def test_the_higher_priority_wins_and_one_that_is_off_is_not_asked(staff: Staff) -> None:
    policy("true", "grant", priority=1)
    policy("country == 'DE'", "refuse", priority=5)
    policy("true", "grant", priority=9, is_on=False)
    given = wished().standing
    assert given is not None
    assert given.outcome == "refuse"


def test_without_a_policy_the_owner_is_asked_until_the_promised_time(
    staff: Staff, frozen_clock: FrozenClock
) -> None:
    asked = wished()
    assert asked.standing is None
    assert (asked.stage, asked.answer_by) == ("owner", asked.asked_at + WISH.waits)
    assert told("QuestionAsked")[0]["stage"] == "owner"
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("condition", "facts", "error"),
    [
        ("score > 0.5", {}, 'No value with name "score" found'),
        ("amount / (days - 5) > 1", {}, "divide by zero"),
        ("country.startsWith('D') && amount / (days - 5) > 1", {}, "divide by zero"),
    ],
)
def test_a_condition_that_fails_never_decides_and_a_person_sees_the_error(
    staff: Staff, condition: str, facts: dict[str, Any], error: str
) -> None:
    made = policy(condition, priority=2)
    policy("true", "grant", priority=1)
    asked = wished(**facts)
    assert asked.standing is None
    assert asked.errors[0].startswith(f"policy {made.pk} failed: ")
    assert error in asked.errors[0]
    assert not Job.objects.exists()


def test_a_failing_condition_below_the_one_that_decides_is_not_asked(staff: Staff) -> None:
    policy("amount / (days - 5) > 1", priority=1)
    policy("true", "grant", priority=2)
    assert wished().standing is not None


def test_two_of_one_priority_that_contradict_leave_it_to_a_person(staff: Staff) -> None:
    policy("true", "grant")
    policy("amount > 1000", "refuse")
    asked = wished()
    assert asked.standing is None
    assert "contradict each other" in asked.errors[0]
    given = wished("two", amount=900).standing
    assert given is not None
    assert given.outcome == "grant"


def test_a_policy_that_fits_its_kind_no_more_is_an_error_and_not_a_crash(staff: Staff) -> None:
    policy("gone == 1")
    policy("true", "no_such_outcome", priority=-1)
    assert "undeclared reference" in wished().errors[0]


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        ({"amount": "19"}, "no money"),
        ({"amount": True}, "no money"),
        ({"amount": 19.0}, "no money"),
        ({"amount": 2**63}, "63 bits"),
        ({"days": None}, "missing"),
        ({"first": 1}, "no yes or no"),
        ({"country": "D\0"}, "NUL"),
        ({"score": float("nan")}, "no decimal number"),
        ({"ordered_at": datetime(2026, 1, 1)}, "time zone"),  # noqa: DTZ001
        ({"unknown": 1}, "no such fact"),
    ],
)
def test_facts_of_the_wrong_type_are_refused_and_nothing_is_asked(
    staff: Staff, facts: dict[str, Any], problem: str
) -> None:
    with pytest.raises(WrongFact, match=problem):
        wished(**facts)
    assert not Decision.objects.exists()


def test_an_unknown_kind_is_refused(staff: Staff) -> None:
    with pytest.raises(UnknownKind), transaction.atomic(durable=True):
        actions.ask(kind="nothing", facts={}, about="x", key="x")


def test_facts_come_back_as_they_were_given(staff: Staff) -> None:
    at = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    asked = wished(score=2, ordered_at=at)
    read = queries.facts_of(queries.decision(asked.pk))
    assert read == {
        "amount": 1900,
        "days": 5,
        "country": "DE",
        "first": True,
        "score": 2.0,
        "ordered_at": at,
    }


def test_what_was_known_cannot_be_changed_later(staff: Staff) -> None:
    asked = wished()
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=asked.pk).update(facts={"amount": 1})
    policy("true")
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyVersion.objects.update(condition="false")


def test_the_same_key_asks_once_however_often_and_at_once(staff: Staff) -> None:
    policy("true")
    finishes = race(*([partial(wished, "same")] * 4))
    assert {finish.value.pk for finish in finishes} == {Decision.objects.get().pk}
    assert Job.objects.count() == Answer.objects.count() == 1


def test_two_answers_at_once_race_to_one(staff: Staff) -> None:
    asked = wished()
    finishes = race(
        partial(answer, asked, "grant", OLGA.member_id),
        partial(answer, asked, "refuse", OLGA.member_id),
        partial(answer, asked, "grant", OLGA.member_id),
    )
    errors = [finish.error for finish in finishes if finish.error]
    assert [type(error) for error in errors] == [AlreadyAnswered] * 2
    assert "answered already, by Olga" in str(errors[0])
    assert Answer.objects.count() == Job.objects.count() == 1


def test_limits_counts_and_roles_are_held_and_the_refusal_says_why(
    staff: Staff, frozen_clock: FrozenClock
) -> None:
    staff.deciders += [SAM, DAN]
    with pytest.raises(OverLimit, match=r"€60.00 is at stake, over the limit of €50.00"):
        answer(wished("big", amount=6000), "grant", SAM.member_id)
    with pytest.raises(MayNotDecide, match="a question for service, not business"):
        answer(wished("other"), "grant", DAN.member_id)
    with pytest.raises(MayNotDecide, match="no role that decides"):
        answer(wished("other"), "grant", 99)
    with pytest.raises(UnknownOutcome):
        answer(wished("other"), "maybe", SAM.member_id)
    for number in range(3):
        answer(wished(f"small{number}"), "grant", SAM.member_id)
    with pytest.raises(DayFull, match="3 answers a day"):
        answer(wished("small3"), "grant", SAM.member_id)
    assert Answer.objects.count() == 3
    frozen_clock.advance(days=1)
    answer(wished("small3"), "grant", SAM.member_id)


def test_a_daily_count_holds_when_two_answers_come_at_once(staff: Staff) -> None:
    staff.deciders += [SAM]
    asked = [wished(f"wish{number}") for number in range(5)]
    finishes = race(*(partial(answer, one, "grant", SAM.member_id) for one in asked))
    assert sum(type(finish.error) is DayFull for finish in finishes) == 2
    assert Answer.objects.count() == 3


def test_what_is_over_everyones_limit_goes_to_the_owner_at_once(staff: Staff) -> None:
    staff.deciders += [SAM]
    assert wished("small").stage == "role"
    assert wished("big", amount=9000).stage == "owner"


def test_unanswered_it_goes_from_role_to_owner_and_then_the_safe_way_with_the_truth(
    staff: Staff, frozen_clock: FrozenClock
) -> None:
    staff.deciders += [SAM]
    asked = wished()
    assert escalate(asked.asked_at + timedelta(hours=23)) == 0
    frozen_clock.advance(days=1)
    assert escalate(asked.asked_at + timedelta(days=1)) == 1
    asked.refresh_from_db()
    assert (asked.stage, told("QuestionEscalated")[0]["stage"]) == ("owner", "owner")
    frozen_clock.advance(days=1)
    assert escalate(asked.answer_by) == 1
    given = asked.standing
    assert given is not None
    assert (given.how, given.outcome) == ("safe", "refuse")
    assert "request of 10 March 2026 ourselves by 12 March 2026" in given.reason
    assert escalate(asked.answer_by) == 0


def test_while_the_owner_is_away_the_deputy_is_asked_and_customers_hear_of_the_return(
    staff: Staff, frozen_clock: FrozenClock
) -> None:
    staff.deciders += [DAN]
    back = frozen_clock_day(20)
    staff.absence = Absence(until=back, deputy=DAN)
    asked = wished()
    assert asked.stage == "deputy"
    assert wished("big", amount=90000).stage == "nobody"
    answer(asked, "grant", DAN.member_id)
    frozen_clock.advance(days=2)
    escalate(frozen_clock_day(12))
    given = Answer.objects.get(how="safe")
    assert given.reason.endswith("We are back on 20 March 2026.")


def frozen_clock_day(day: int) -> datetime:
    return datetime(2026, 3, day, 12, 0, tzinfo=UTC)


def test_an_undone_answer_moves_back_what_it_moved_and_asks_again(staff: Staff) -> None:
    asked = wished()
    answer(asked, "grant", OLGA.member_id)
    run_until_empty()
    assert moved() == 1900
    again = undo(asked)
    assert (again.state, again.round, again.standing) == ("open", 2, None)
    run_until_empty()
    assert moved() == 0
    answer(asked, "refuse", OLGA.member_id)
    run_until_empty()
    assert moved() == 0
    with pytest.raises(CannotUndo, match="is final"):
        undo(asked)


def test_an_answer_undone_before_it_was_carried_out_moves_nothing(staff: Staff) -> None:
    asked = wished()
    answer(asked, "grant", OLGA.member_id)
    undo(asked)
    run_until_empty()
    assert not FactRow.objects.filter(name="TestMoneyMoved").exists()
    with pytest.raises(CannotUndo, match="not answered"):
        undo(asked)


def test_a_job_that_runs_twice_carries_out_once(staff: Staff) -> None:
    policy("true")
    wished()
    run_until_empty()
    Job.objects.update(state="queued", finished_at=None, attempts=0)
    run_until_empty()
    assert moved() == 1900


def test_lost_guards_and_forgotten_questions_are_found(
    staff: Staff, frozen_clock: FrozenClock
) -> None:
    asked = wished()
    assert queries.findings(now=asked.answer_by) == []
    (late,) = queries.findings(now=asked.answer_by + timedelta(hours=1))
    assert "1 open questions are past the promised time" in late
    with transaction.atomic(), connection.cursor() as cursor:
        on = " ON decisions_decision" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER decisions_decision_facts_stay{on}")
        (lost,) = queries.findings(now=asked.answer_by)
        assert "decisions_decision_facts_stay" in lost
        transaction.set_rollback(True)


def test_a_question_that_cannot_be_handed_on_does_not_keep_the_others_waiting(
    staff: Staff, frozen_clock: FrozenClock
) -> None:
    broken = replace(
        WISH,
        name="test_broken",
        outcomes=(Outcome(name="refuse", says="Refuse it", job="no_such_job"),),
    )
    kinds.register(broken)
    try:
        with transaction.atomic(durable=True):
            facts = {"amount": 1, "days": 5, "country": "DE", "first": True}
            stuck = actions.ask(kind=broken.name, facts=facts, about="test:2", key="stuck")
        asked = wished()
        frozen_clock.advance(days=3)
        with pytest.raises(UnknownJob, match="no_such_job"):
            escalate_decisions()
        assert asked.standing is not None
        assert stuck.standing is None
    finally:
        kinds.forget(broken.name)


def test_a_question_of_a_kind_that_is_gone_is_told_and_answered_when_it_is_back(
    staff: Staff, frozen_clock: FrozenClock
) -> None:
    asked = wished()
    frozen_clock.advance(days=3)
    kinds.forget(WISH.name)
    assert escalate_decisions() == 0
    assert "of a kind that no department declares" in queries.findings(now=asked.answer_by)[0]
    kinds.register(WISH)
    assert escalate_decisions() == 1
    assert asked.standing is not None
