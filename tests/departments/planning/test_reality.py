"""The reality check's judgement: contradictions, gaps, time against money, what may be spent."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.departments.planning.rules import answers as answering
from hammock.departments.planning.rules.answers import Answers, Value
from hammock.departments.planning.rules.judging import judge
from hammock.departments.planning.rules.questions import BY_ID, QUESTIONS, Kind
from hammock.departments.planning.rules.reality import Clash, Expected, Judgement, Verdict, runway
from hammock.departments.planning.rules.sources import Source
from hammock.kit.errors import FieldError
from hammock.kit.money import Money

FORECAST = Source(title="The forecast", says="made for a test")
SLOW = Expected(
    months_to_target_p10=6,
    months_to_target_p50=11,
    chance_of_running_out=0.1,
    source=FORECAST,
)


def eur(whole: int) -> Money:
    return Money(whole * 100, "EUR")


def answered(**changes: Value) -> Answers:
    """Answers that fit together: 20,000 saved, 1,000 a month drawn from them, so 20 months."""
    calm: dict[str, Value] = {
        "savings": eur(20_000),
        "living_costs": eur(1_500),
        "other_income": eur(500),
        "target_income": eur(2_000),
        "target_months": Decimal(14),
        "hours_week": Decimal(20),
        "lose": eur(2_000),
        "stop_when": "If nobody buys by next summer.",
        "support": "agree",
        "strength": "rested",
    }
    given = {**calm, **changes}
    return Answers(currency="EUR", given={name: one for name, one in given.items() if one != ""})


def clash(judgement: Judgement, words: str) -> Clash:
    (found,) = [one for one in judgement.clashes if words in one.says]
    return found


def test_there_are_some_twenty_five_questions_and_each_says_why() -> None:
    assert 24 <= len(QUESTIONS) <= 28
    assert len(BY_ID) == len(QUESTIONS)
    assert all(question.why for question in QUESTIONS)
    assert all(question.choices for question in QUESTIONS if question.kind == Kind.CHOICE)


def test_answers_that_fit_together_are_a_go() -> None:
    judgement = judge(answered(), expected=SLOW)

    assert judgement.verdict == Verdict.GO
    assert judgement.clashes == ()
    assert judgement.runway is not None
    assert judgement.runway.shown == "20 months"


def test_a_plan_longer_than_the_savings_is_named_with_both_figures() -> None:
    judgement = judge(answered(savings=eur(7_500)), expected=SLOW)

    found = clash(judgement, "at the median")
    assert found.says == "Your plan needs 11 months at the median, your savings last 7 months."
    assert (found.one, found.other) == ("11 months needed", "7 months of savings")
    assert judgement.verdict == Verdict.WAIT
    assert found.would_be[0] == "savings of €11,000.00"
    assert "or living costs of at most €1,181.81 a month" in found.would_be
    assert "or €818.19 a month from elsewhere" in found.would_be


def test_what_would_have_to_be_true_ends_the_clash() -> None:
    for change in (
        {"savings": eur(11_000)},
        {"savings": eur(7_500), "living_costs": Money(118_181, "EUR")},
        {"savings": eur(7_500), "other_income": Money(81_819, "EUR")},
    ):
        judgement = judge(answered(**change), expected=SLOW)
        assert not [one for one in judgement.clashes if "median" in one.says], change


def test_savings_that_miss_even_the_quick_tenth_are_a_no() -> None:
    judgement = judge(answered(savings=eur(5_000)), expected=SLOW)

    assert judgement.verdict == Verdict.NO
    assert not judgement.spendable.amount


def test_a_target_that_is_never_reached_is_said_as_such() -> None:
    never = replace(SLOW, months_to_target_p10=None, months_to_target_p50=None)
    judgement = judge(answered(), expected=never)
    outlasts = judge(answered(savings=eur(40_000)), expected=never)

    assert not [one for one in outlasts.clashes if "not reached" in one.says]
    assert "not reached within 36 months" in judgement.clashes[0].says
    assert judgement.verdict == Verdict.NO


def test_zero_savings_with_costs_is_a_no_that_says_what_would_help() -> None:
    judgement = judge(answered(savings=eur(0), lose=eur(0)))

    assert judgement.verdict == Verdict.NO
    found = clash(judgement, "short already")
    assert found.would_be[0] == "€1,000.00 more coming in every month from elsewhere"


def test_zero_savings_are_no_danger_where_enough_comes_in() -> None:
    judgement = judge(answered(savings=eur(0), other_income=eur(1_600), lose=eur(0)), expected=SLOW)

    assert judgement.verdict == Verdict.GO
    assert judgement.runway is not None
    assert judgement.runway.months is None


def test_missing_answers_are_named_and_hold_the_verdict() -> None:
    judgement = judge(Answers(currency="EUR"))

    assert judgement.verdict == Verdict.WAIT
    assert len(judgement.missing) == len(QUESTIONS)
    assert {question.id for question in judgement.needed} == {
        *("savings", "living_costs", "other_income", "target_income", "hours_week")
    }
    assert any("How much have you saved" in one.says for one in judgement.reasons)
    assert judgement.runway is None


@pytest.mark.parametrize(
    ("changes", "words", "pulls"),
    [
        ({"debts": eur(5_000)}, "pay nothing off", Verdict.WAIT),
        ({"debts": eur(0), "debt_payment": eur(100)}, "owe nothing", Verdict.WAIT),
        ({"stop_savings": eur(25_000)}, "by your own line", Verdict.NO),
        ({"invest": eur(3_000)}, "mean to put in", Verdict.WAIT),
        ({"lose": eur(50_000)}, "above your stop line", Verdict.WAIT),
        ({"hours_week": Decimal(0)}, "no hour in your week", Verdict.NO),
        ({"job": "keep", "hours_week": Decimal(60)}, "keep your job", Verdict.WAIT),
        ({"target_income": eur(400)}, "would still not feed you", Verdict.WAIT),
        ({"support": "unknown"}, "do not know these figures", Verdict.WAIT),
        ({"old_wage": eur(5)}, "An hour of it would have to bring", Verdict.GO),
        ({"target_months": Decimal(3)}, "fewer than one course in ten", Verdict.WAIT),
    ],
)
def test_each_contradiction_is_named_with_both_sides_and_its_source(
    changes: dict[str, Value], words: str, pulls: Verdict
) -> None:
    judgement = judge(answered(**changes), expected=SLOW)

    found = clash(judgement, words)
    assert found.pulls == pulls
    assert found.one
    assert found.other
    assert found.would_be
    assert found.source.title
    assert judgement.verdict == max(pulls, Verdict.GO)


def test_what_the_hours_come_to_is_said_and_left_to_the_owner() -> None:
    worked = replace(SLOW, hours_a_week=Decimal(30), wage_p50=eur(7))
    judgement = judge(answered(old_wage=eur(22)), expected=worked)

    words = " ".join(one.says for one in judgement.reasons)
    assert "30 hours a week at the median where you plan 20" in words
    assert "less than €7.00 for an hour of it" in words
    assert judgement.verdict == Verdict.GO


@pytest.mark.parametrize(
    ("chance", "verdict"), [(0.1, Verdict.GO), (0.2, Verdict.WAIT), (0.5, Verdict.NO)]
)
def test_the_chance_of_running_out_moves_the_verdict(chance: float, verdict: Verdict) -> None:
    assert judge(answered(), expected=replace(SLOW, chance_of_running_out=chance)).verdict == (
        verdict
    )


def test_without_a_forecast_who_lives_on_savings_waits_and_is_told_why() -> None:
    judgement = judge(answered())

    assert judgement.verdict == Verdict.WAIT
    assert any("no forecast yet" in one.says for one in judgement.reasons)


def test_what_may_be_spent_follows_from_one_answer() -> None:
    assert judge(answered(), expected=SLOW).spendable.amount == eur(2_000)
    assert judge(answered(savings=eur(12_000)), expected=SLOW).spendable.amount == eur(1_000)
    waiting = judge(answered(strength="spent"), expected=SLOW)
    assert waiting.spendable.amount == eur(200)
    assert not judge(answered(lose=""), expected=SLOW).spendable.amount


def test_the_smallest_test_is_the_one_not_yet_made() -> None:
    said = [
        judge(answered(**changes)).test.says
        for changes in (
            {},
            {"talked": Decimal(12), "proof": "nobody"},
            {"talked": Decimal(12), "proof": "few"},
            {"proof": "many"},
        )
    ]

    assert ["Talk with ten" in said[0], "Offer it to thirty" in said[1]] == [True, True]
    assert ["never heard of you" in said[2], "one channel" in said[3]] == [True, True]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("savings", Money(100, "USD"), "is in USD"),
        ("living_costs", Money(-1, "EUR"), "less than nothing"),
        ("hours_week", Decimal(169), "outside 0 to 168"),
        ("hours_week", Decimal("NaN"), "no number"),
        ("job", "fly", "none of the answers"),
        ("why", "x" * 4001, "too long"),
        ("shoe_size", Decimal(44), "no such question"),
        ("savings", "much", "no amount"),
    ],
)
def test_an_answer_that_cannot_be_names_its_question(name: str, value: Value, words: str) -> None:
    with pytest.raises(FieldError) as refused:
        Answers(currency="EUR", given={name: value})

    assert refused.value.field == name
    assert words in refused.value.problem


def test_answers_keep_and_read_back_and_questions_that_left_are_dropped() -> None:
    said = answered(job="keep")
    kept = {**answering.packed(said), "asked_no_more": "x"}

    assert answering.unpacked(kept, currency="EUR") == said


def test_changes_show_old_beside_new() -> None:
    (change,) = answering.changes(answered(), answered(savings=eur(9_000)))

    assert (change.before, change.after) == ("€20,000.00", "€9,000.00")


def test_means_count_payments_to_the_costs_and_are_none_while_one_is_missing() -> None:
    found = answering.means(answered(debt_payment=eur(100)))

    assert found is not None
    assert found.living_costs_a_month == eur(1_600)
    assert found.old_wage == eur(0)
    assert answering.means(answered(savings="")) is None


MONEY = st.integers(0, 10**15).map(lambda minor: Money(minor, "EUR"))
ANYTHING = st.fixed_dictionaries(
    {},
    optional={
        one.id: {
            Kind.MONEY: MONEY,
            Kind.NUMBER: st.decimals(0, one.most, places=2),
            Kind.CHOICE: st.sampled_from([choice.value for choice in one.choices] or [""]),
            Kind.TEXT: st.text(max_size=20),
        }[one.kind]
        for one in QUESTIONS
    },
)
EXPECTED = st.builds(
    Expected,
    months_to_target_p10=st.none() | st.integers(1, 36),
    months_to_target_p50=st.none() | st.integers(1, 36),
    chance_of_running_out=st.floats(0, 1),
    hours_a_week=st.none() | st.decimals(0, 168, places=1),
    source=st.just(FORECAST),
)


@given(said=ANYTHING, expected=st.none() | EXPECTED)
def test_any_answers_get_a_stated_verdict_and_never_allow_more_than_may_be_lost(
    said: dict[str, Value], expected: Expected | None
) -> None:
    answers = Answers(currency="EUR", given=said)
    judgement = judge(answers, expected=expected)

    assert judgement.verdict in Verdict
    assert judgement.reasons or judgement.clashes
    assert all(one.says and one.source.title for one in judgement.reasons)
    assert 0 <= judgement.spendable.amount.minor <= answers.amount("lose").minor
    for one in judgement.clashes:
        assert one.says
        assert one.would_be


@given(said=ANYTHING, saved=st.integers(0, 10**9), more=st.integers(1, 10**9))
def test_more_savings_never_shorten_the_runway(
    said: dict[str, Value], saved: int, more: int
) -> None:
    poorer = {**said, "savings": Money(saved, "EUR")}
    richer = {**said, "savings": Money(saved + more, "EUR")}
    before = runway(Answers(currency="EUR", given=poorer))
    after = runway(Answers(currency="EUR", given=richer))

    assert (before is None) == (after is None)
    if before is None or before.months is None or after is None:
        return
    assert after.months is not None
    assert after.months >= before.months


def test_a_hopeful_date_is_only_worth_knowing_where_time_is_no_danger() -> None:
    judgement = judge(answered(target_months=Decimal(3), other_income=eur(1_600)), expected=SLOW)

    assert clash(judgement, "fewer than one course in ten").pulls == Verdict.GO
    assert judgement.verdict == Verdict.GO
