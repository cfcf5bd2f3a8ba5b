"""How well what was said came true: scores against known figures, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from hammock.departments.catalogue.models import Shop
from hammock.departments.planning import journal
from hammock.departments.planning.journal import ChoiceDraft, NoSuchChoice
from hammock.departments.planning.models import Choice, Reckoning
from hammock.departments.planning.rules import journal as rules
from hammock.departments.planning.rules.journal import Bet, Said
from hammock.flows import note_choice as noting
from hammock.kit import clock
from hammock.kit.errors import FieldError
from hammock.kit.money import Money
from tests.clocks import NOON, FrozenClock

SAID = st.lists(
    st.builds(Said, percent=st.integers(1, 99), came_true=st.booleans()), min_size=1, max_size=60
)


def _draft(**changes: Any) -> ChoiceDraft:
    draft = ChoiceDraft(
        what="Raise the guide's price",
        why="Nobody ever asked for a discount.",
        expected="Twenty guides are sold in April",
        percent=70,
        due_on=date(2026, 4, 30),
        is_reversible=True,
        worst=Money(4000, "EUR"),
        arose_at=NOON - timedelta(days=6),
        decided_at=NOON,
        by="Olga Owner",
    )
    return replace(draft, **changes)


def _reckoned(percent: int, came: str, learned: str = "Ask first.") -> Choice:
    written = noting.note_choice(_draft(percent=percent))
    noting.reckon_choice(choice_id=written.pk, came=came, learned=learned, by="")
    return written


def test_brier_is_the_mean_squared_miss_and_the_base_rate_is_what_it_must_beat() -> None:
    found = rules.score(
        [
            Said(percent=90, came_true=True),
            Said(percent=60, came_true=False),
            Said(percent=20, came_true=False),
            Said(percent=80, came_true=True),
        ]
    )
    assert found is not None
    assert found.brier == pytest.approx((0.01 + 0.36 + 0.04 + 0.04) / 4)
    assert found.baseline == pytest.approx(0.25)
    assert found.skill == pytest.approx(1 - 0.1125 / 0.25)
    assert found.interval is None  # four answers are no sample


def test_nothing_answered_is_no_score() -> None:
    assert rules.score([]) is None
    assert rules.curve([]) == []
    assert "Nothing has come to its date" in rules.verdict(None, [])


def test_where_all_came_alike_there_is_no_skill_to_speak_of() -> None:
    found = rules.score([Said(percent=90, came_true=True)] * 3)
    assert found is not None
    assert (found.baseline, found.skill) == (0, None)


@given(SAID)
def test_scores_stay_within_their_bounds(said: list[Said]) -> None:
    found, bins = rules.score(said), rules.curve(said)
    assert found is not None
    assert 0 < found.brier < 1
    assert 0 <= found.baseline <= 0.25
    assert sum(one.answers for one in bins) == len(said)
    for one in bins:
        assert one.interval.low <= one.share + 1e-12
        assert one.share <= one.interval.high + 1e-12
        assert one.low / 100 <= one.said <= one.high / 100
    if found.interval is not None:
        assert found.interval.low <= found.brier <= found.interval.high


@given(SAID)
def test_always_saying_the_base_rate_scores_as_the_baseline(said: list[Said]) -> None:
    rate = round(100 * sum(one.came_true for one in said) / len(said))
    if 1 <= rate <= 99:
        same = [Said(percent=rate, came_true=one.came_true) for one in said]
        found = rules.score(same)
        assert found is not None
        assert found.brier == pytest.approx(found.baseline, abs=1e-4)


def test_who_is_too_sure_is_told_with_the_figures() -> None:
    said = [Said(percent=95, came_true=at % 2 == 0) for at in range(20)]
    words = rules.verdict(rules.score(said), rules.curve(said))
    assert "95% on average, 50% came true (10 of 20)" in words
    assert "surer than" in words


def test_who_is_right_as_often_as_they_say_is_left_in_peace() -> None:
    said = [Said(percent=70, came_true=at % 10 < 7) for at in range(20)]
    assert "fit together" in rules.verdict(rules.score(said), rules.curve(said))


def test_a_small_reversible_bet_is_encouraged_and_a_final_one_is_not() -> None:
    cash = Money(100_000, "EUR")
    usual = rules.waited([timedelta(days=6)])
    small = rules.advice(Bet(worst=Money(4000, "EUR"), is_reversible=True), cash=cash, usual=usual)
    assert small == (
        "It can be undone, and costs €40.00 at worst, 4% of your cash of €1,000.00. A small bet: "
        "finding out is cheaper than being sure. Such questions have waited 6 days with you."
    )
    large = rules.advice(Bet(worst=Money(9000, "EUR"), is_reversible=True), cash=cash, usual=None)
    assert large.endswith("That is no small bet.")
    final = rules.advice(Bet(worst=Money(1, "EUR"), is_reversible=False), cash=cash, usual=None)
    assert "sleep on it" in final


def test_without_cash_only_what_costs_nothing_is_small() -> None:
    nothing = Money(0, "EUR")
    assert rules.is_small(Bet(worst=nothing, is_reversible=True), cash=Money(-500, "EUR"))
    assert not rules.is_small(Bet(worst=Money(1, "EUR"), is_reversible=True), cash=nothing)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"percent": 0}, "percent"),
        ({"percent": 100}, "percent"),
        ({"percent": None}, "percent"),
        ({"due_on": date(2026, 3, 10)}, "due_on"),
        ({"due_on": date(2026, 3, 9)}, "due_on"),
        ({"what": "  "}, "what"),
        ({"why": ""}, "why"),
        ({"expected": ""}, "expected"),
        ({"worst": Money(-1, "EUR")}, "worst"),
        ({"decided_at": NOON + timedelta(minutes=1)}, "decided_at"),
        ({"arose_at": NOON + timedelta(minutes=1)}, "arose_at"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(
    changes: dict[str, Any], field: str, transactional_db: None, frozen_clock: FrozenClock
) -> None:
    with pytest.raises(FieldError) as refused:
        noting.note_choice(_draft(**changes))
    assert refused.value.field == field
    assert not Choice.objects.exists()


def test_the_database_itself_refuses_certainty(
    transactional_db: None, frozen_clock: FrozenClock
) -> None:
    written = noting.note_choice(_draft())
    values = {
        one.attname: getattr(written, one.attname)
        for one in Choice._meta.concrete_fields
        if not one.primary_key
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Choice.objects.create(**{**values, "percent": 100})


def test_nothing_in_the_journal_is_rewritten_and_corrections_are_seen(
    transactional_db: None, frozen_clock: FrozenClock
) -> None:
    written = _reckoned(70, "true")
    noting.correct_choice(choice_id=written.pk, text="I meant the big guide.", by="Olga Owner")
    for rows in (Choice.objects, written.corrections, written.reckonings):
        with pytest.raises(Exception, match="only grows"), transaction.atomic():
            rows.update(by="somebody")
        with pytest.raises(Exception, match="only grows"), transaction.atomic():
            rows.all()._raw_delete(rows.db)
    noting.reckon_choice(choice_id=written.pk, came="false", learned="Counted wrong.", by="")
    assert [one.came for one in written.reckonings.all()] == ["true", "false"]
    assert journal.choices().get().came == "false"
    found = journal.learned().score
    assert found is not None
    assert found.answers == 1
    assert found.brier == pytest.approx(0.49)


def test_a_mistake_wants_its_lesson_and_an_untold_choice_counts_for_nothing(
    transactional_db: None, frozen_clock: FrozenClock
) -> None:
    written = noting.note_choice(_draft())
    with pytest.raises(FieldError) as refused:
        noting.reckon_choice(choice_id=written.pk, came="false", learned=" ", by="")
    assert refused.value.field == "learned"
    with pytest.raises(FieldError):
        noting.reckon_choice(choice_id=written.pk, came="perhaps", learned="", by="")
    with pytest.raises(NoSuchChoice):
        noting.reckon_choice(choice_id=written.pk + 1, came="true", learned="", by="")
    assert not Reckoning.objects.exists()
    noting.reckon_choice(choice_id=written.pk, came="unknown", learned="", by="")
    learned = journal.learned()
    assert (learned.score, learned.untold) == (None, 1)
    assert journal.calibration() is None


def test_a_choice_is_due_on_its_date_and_until_it_is_answered(
    transactional_db: None, frozen_clock: FrozenClock
) -> None:
    written = noting.note_choice(_draft())
    frozen_clock.move_to(datetime(2026, 4, 29, 12, tzinfo=NOON.tzinfo))
    assert not journal.due(on=clock.today())
    frozen_clock.advance(days=1)
    assert list(journal.due(on=clock.today())) == [written]
    noting.reckon_choice(choice_id=written.pk, came="true", learned="", by="")
    assert not journal.due(on=clock.today())


def test_time_from_question_to_decision_is_told_for_what_can_be_undone_and_what_cannot(
    transactional_db: None, frozen_clock: FrozenClock
) -> None:
    for days in (2, 4, 30):
        noting.note_choice(_draft(arose_at=NOON - timedelta(days=days)))
    noting.note_choice(_draft(arose_at=NOON, is_reversible=False))
    found = journal.pace()
    assert found.reversible is not None
    assert found.final is not None
    assert (found.reversible.median, found.reversible.choices) == (4, 3)
    assert found.final.median == 0


def test_the_open_choices_tell_what_they_cost_at_worst(
    shop: Shop, frozen_clock: FrozenClock
) -> None:
    noting.note_choice(_draft())
    noting.note_choice(_draft(worst=Money(25_000, "EUR"), is_reversible=False))
    _reckoned(50, "true")
    found = journal.at_stake()
    assert (found.choices, found.reversible) == (2, 1)
    assert found.worst == Money(29_000, "EUR")
    assert found.worst_of_reversible == Money(4000, "EUR")


def test_the_curve_shows_what_was_said_beside_what_came(
    transactional_db: None, frozen_clock: FrozenClock
) -> None:
    for came in ("true", "true", "false"):
        _reckoned(70, came)
    _reckoned(10, "false")
    figure = journal.calibration()
    assert figure is not None
    assert [(one.count, round(one.came, 2)) for one in figure.shares] == [(1, 0.0), (3, 0.67)]
    assert "4 answers" in figure.alt
