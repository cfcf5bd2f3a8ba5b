"""The rehearsal: honest about what was known, who may, and how long it took."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from hammock.departments.catalogue.models import Shop
from hammock.departments.decisions import replays
from hammock.departments.decisions.keeping import packed, unpacked
from hammock.departments.decisions.ports import Absence
from hammock.departments.decisions.rehearsing import By, Report
from hammock.departments.decisions.replays import Replayed
from hammock.flows.rehearse import (
    Span,
    begin_rehearsal,
    kept_rehearsal,
    rehearse,
    run_rehearsal,
    weight,
)
from hammock.flows.undo_decision import undo_decision
from hammock.kit import clock
from hammock.kit.money import Money
from tests.clocks import NOON, FrozenClock
from tests.departments.decisions.test_asking import answer
from tests.judging import DAN, OLGA, SAM, WISH, Staff, policy, wished


@pytest.fixture
def history() -> Iterator[list[Replayed]]:
    """Let a source give whatever a test puts into the list."""
    cases: list[Replayed] = []
    replays.replays(
        WISH.name, lambda _since, _until: cases, weighs=lambda _since, _until: len(cases)
    )
    yield cases
    replays.forget(WISH.name)


def case(
    day: int, amount: int = 1900, *, outcome: str | None = "grant", took: int | None = 5
) -> Replayed:
    """A case of March 2026 that was decided after `took` hours."""
    at = datetime(2026, 3, day, 9, 0, tzinfo=UTC)
    return Replayed(
        asked_at=at,
        facts={"amount": amount, "days": 5, "country": "DE", "first": True},
        about=f"order:{day}",
        outcome=outcome,
        decided_at=at + timedelta(hours=took) if took is not None else None,
        stake=Money(amount, "EUR"),
    )


def month(*, away: bool = False, proposes: bool = True) -> Report:
    until = datetime(2026, 4, 1, tzinfo=UTC)
    return rehearse(days=31, until=until, is_away=away, proposes=proposes)


def counts(report: Report) -> dict[str, int]:
    return {by.name: report.total.by[by] for by in By if report.total.by[by]}


def test_policies_then_the_team_within_limits_and_counts_then_the_owner(
    staff: Staff, history: list[Replayed]
) -> None:
    policy("amount <= 1000", "grant")
    staff.deciders += [SAM]
    history += [case(2, 900), case(3, 6000), *(case(4, 3000) for _ in range(5))]
    report = month()
    assert counts(report) == {"POLICY": 1, "TEAM": 3, "OWNER": 3}
    assert report.total.dependence == 3 / 7
    assert report.total.owner_stake_minor == 6000 + 2 * 3000
    assert report.headline == (
        "owner dependence: 42.9% of decisions (3 of 7), "
        "54.8% of the money at stake (€120.00 of €219.00)"
    )
    assert report.median_wait == report.longest_wait == timedelta(hours=5)


def test_what_the_owner_answered_too_late_went_the_safe_way(
    staff: Staff, history: list[Replayed]
) -> None:
    history += [case(2, took=47), case(3, took=48), case(4, took=None, outcome=None)]
    report = month()
    assert counts(report) == {"OWNER": 2, "SAFE": 1}
    assert report.total.dependence == 1
    assert report.longest_wait == timedelta(hours=48)


def test_while_the_owner_is_away_the_deputy_answers_within_limits(
    staff: Staff, history: list[Replayed], frozen_clock: FrozenClock
) -> None:
    staff.deciders += [DAN]
    staff.absence = Absence(until=NOON + timedelta(days=9), deputy=DAN)
    history += [case(2, 15000), case(3, 90000)]
    report = month(away=True)
    assert counts(report) == {"DEPUTY": 1, "SAFE": 1}
    assert report.total.dependence == 1
    assert report.differs == Money(-90000, "EUR")
    assert report.differences[0].now == "refuse"


def test_money_that_would_have_moved_otherwise_is_counted_and_shown(
    staff: Staff, history: list[Replayed]
) -> None:
    made = policy("amount <= 2000", "grant")
    policy("amount > 5000", "refuse")
    history += [
        case(2, 1500, outcome="refuse"),
        case(3, 6000, outcome="grant"),
        case(4, 1000, outcome="grant"),
        case(5, 1000, outcome=None, took=None),
    ]
    report = month()
    assert (report.compared, report.differing) == (3, 2)
    assert report.differs == Money(1500 - 6000, "EUR")
    first = report.differences[0]
    assert (first.really, first.now, first.policy_id) == ("refuse", "grant", made.pk)


def test_nothing_that_was_known_only_later_changes_an_answer_of_the_rehearsal(
    staff: Staff, history: list[Replayed]
) -> None:
    policy("amount <= 1500", "grant")
    policy("score > 0.5", "refuse", priority=-1)
    staff.deciders += [SAM]
    cases = [case(1 + number % 9, 500 + 300 * number, took=3) for number in range(30)]
    history += cases
    plain = month()
    assert 0 < plain.total.by[By.TEAM] < 30
    history[:] = [
        replace(
            one,
            outcome="refuse" if number % 2 else None,
            decided_at=one.asked_at + timedelta(hours=1) if number % 3 else None,
        )
        for number, one in enumerate(cases)
    ]
    later = month()
    assert (later.total.by, later.errors) == (plain.total.by, plain.errors)
    history[:] = list(reversed(history))
    assert month().total.by == plain.total.by


def test_later_questions_do_not_take_an_earlier_ones_place(
    staff: Staff, history: list[Replayed]
) -> None:
    """Counts of a day are used up in the order of asking."""
    staff.deciders += [SAM]
    early = [case(2), case(2)]
    history += early
    before = month().total.by[By.TEAM]
    history += [case(2), case(2), case(3)]
    assert before == 2
    assert counts(month()) == {"TEAM": 4, "OWNER": 1}


def test_own_questions_are_replayed_as_they_were_asked(
    staff: Staff, frozen_clock: FrozenClock
) -> None:
    answer(wished("one", amount=4000), "refuse", OLGA.member_id)
    wished("two", amount=90000)
    undone = wished("three", amount=700)
    answer(undone, "grant", OLGA.member_id)
    undo_decision(decision_id=undone.pk, member_id=OLGA.member_id)
    policy("amount <= 5000", "grant")
    frozen_clock.advance(hours=1)
    report = rehearse(days=30)
    assert counts(report) == {"POLICY": 2, "OWNER": 1}
    assert (report.compared, report.differs) == (1, Money(4000, "EUR"))


def test_conditions_that_fail_are_told_with_how_often(
    staff: Staff, history: list[Replayed]
) -> None:
    made = policy("score > 0.5", "grant")
    history += [case(2), case(3)]
    report = month()
    assert report.errors == (
        f'policy {made.pk} failed: No value with name "score" found in Activation (2 times)',
    )
    assert report.total.by[By.OWNER] == 2


def test_the_next_step_is_what_takes_most_off_the_owner(
    staff: Staff, history: list[Replayed]
) -> None:
    history += [case(1 + number, 1000 + 10 * number) for number in range(20)]
    history.append(case(25, 900000))
    step = month().next_steps[0]
    assert step.says.startswith("Appoint somebody for service, with a limit of €15.00")
    assert (step.takes, step.dependence_after) == (20, 1 / 21)
    staff.deciders.append(replace(SAM, limit=Money(500, "EUR"), daily_count=None))
    step = month().next_steps[0]
    assert step.says == "Raise the limit of Sam (service) from €5.00 to €15.00"
    staff.deciders[-1] = replace(SAM, limit=Money(1500, "EUR"), daily_count=None)
    assert counts(month()) == {"TEAM": 20, "OWNER": 1}


def test_without_proposals_a_rehearsal_finds_the_same_and_proposes_nothing(
    staff: Staff, history: list[Replayed]
) -> None:
    history += [case(1 + number, 1000 + 10 * number) for number in range(20)]
    whole, bare = month(), month(proposes=False)
    assert whole.next_steps
    assert bare == replace(whole, next_steps=())


def test_a_learned_policy_is_proposed_where_it_takes_most(
    staff: Staff, frozen_clock: FrozenClock
) -> None:
    staff.deciders += [replace(SAM, daily_count=None)]
    for number in range(40):
        amount = 10000 + (number * 37) % 40 * 1000
        outcome = "grant" if amount <= 30000 else "refuse"
        answer(wished(f"past{number}", amount=amount), outcome, OLGA.member_id)
    frozen_clock.advance(hours=1)
    says = [step.says for step in rehearse(days=9).next_steps]
    assert "Adopt the policy: Grant it when amount asked for is at most €300.00." in says
    assert says[0].startswith("Raise the limit of Sam")


def test_it_is_told_week_by_week_or_month_by_month(staff: Staff, history: list[Replayed]) -> None:
    history += [case(2), case(3), case(10)]
    assert [(one.label, one.questions) for one in month().spans] == [
        ("week of 2 March 2026", 2),
        ("week of 9 March 2026", 1),
    ]
    year = rehearse(days=365, until=datetime(2026, 4, 1, tzinfo=UTC))
    assert [one.label for one in year.spans] == ["March 2026"]


def test_stakes_in_other_currencies_are_left_out_and_said(
    staff: Staff, history: list[Replayed]
) -> None:
    history += [replace(case(2), stake=Money(500, "USD")), case(3)]
    report = month()
    assert (report.foreign, report.total.stake_minor) == (1, 1900)


def test_the_command_tells_it_and_writes_nothing(
    staff: Staff, history: list[Replayed], shop: Shop
) -> None:
    policy("amount <= 1000", "grant")
    history += [case(2, 900), case(3, 6000)]
    out = StringIO()
    call_command("rehearse", "--days", "31", "--until", "2026-03-31", stdout=out)
    assert out.getvalue().startswith("owner dependence: 50.0% of decisions (1 of 2)")
    out = StringIO()
    call_command("rehearse", "--days", "31", "--until", "2026-03-31", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert told["owner dependence"] == 0.5
    assert (told["policy"], told["owner"], told["decisions"]) == (1, 1, 2)


@pytest.mark.parametrize("words", [["--days", "0"], ["--days", "x"], ["--until", "2026-02-30"]])
def test_nonsense_on_the_command_line_is_refused(staff: Staff, words: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("rehearse", *words)


def test_a_rehearsal_of_nothing_depends_on_nobody(staff: Staff) -> None:
    report = rehearse(days=3)
    assert (report.total.questions, report.total.dependence) == (0, 0.0)
    assert report.since == report.until - timedelta(days=3)
    assert report.until <= timezone.now()


def test_a_report_is_kept_whole(staff: Staff, history: list[Replayed]) -> None:
    staff.deciders[:] = [OLGA, SAM]
    policy("amount <= 2000", "refuse")
    policy("amount > 9000 && score > 0.5", priority=-1)
    history += [case(number, amount=1_000 * number) for number in range(1, 12)]
    report = month()
    assert report.differences
    assert report.errors
    assert report.next_steps
    assert weight(Span(days=31, until=datetime(2026, 4, 1, tzinfo=UTC))) == len(history)
    assert unpacked(json.loads(json.dumps(packed(report)))) == report


def test_a_long_rehearsal_that_is_begun_again_is_kept_once(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    span = Span(days=30)
    first = begin_rehearsal(span)
    assert begin_rehearsal(span).run == first.run
    with clock.at(clock.now() + timedelta(hours=1)):  # its job was lost
        second = begin_rehearsal(span)
        run_rehearsal(rehearsal_id=first.pk, run=first.run)
        assert kept_rehearsal(span).state == "waiting"  # type: ignore[union-attr]
        run_rehearsal(rehearsal_id=second.pk, run=second.run)
    kept = kept_rehearsal(span)
    assert kept is not None
    assert (kept.pk, kept.state, kept.share) == (first.pk, "done", 1.0)
    assert unpacked(kept.found or {}).total.questions == 0
