"""Policies: refused with the place, said as a sentence, tried on the past, learned from it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.departments.decisions import conditions, learning, trying, wording
from hammock.departments.decisions.conditions import Rule, Ruleset
from hammock.departments.decisions.errors import (
    ConditionRefused,
    NoSuchPolicy,
    UnknownOutcome,
    WrongFact,
    WrongKind,
)
from hammock.departments.decisions.kinds import Kind, Outcome, Value
from hammock.departments.decisions.models import Policy, PolicyVersion
from hammock.departments.decisions.trying import Case
from hammock.departments.decisions.wording import FITTING, Group, Row
from hammock.departments.decisions.writing import PolicyDraft
from hammock.flows.propose_policies import propose_policies
from hammock.flows.save_policy import (
    find_contradictions,
    preview_policy,
    save_policy,
    switch_policy,
)
from hammock.kit.facts.models import Fact as FactRow
from tests.departments.decisions.test_asking import answer
from tests.judging import OLGA, WISH, Staff, policy, wished

AT = datetime(2026, 1, 1, tzinfo=UTC)
FACTS: dict[str, Value] = {"amount": 1900, "days": 5, "country": "DE", "first": True, "score": 0.5}


def draft(condition: str, outcome: str = "grant", **more: object) -> PolicyDraft:
    basic = PolicyDraft(kind=WISH.name, condition=condition, outcome=outcome, author="Olga")
    return replace(basic, **more)  # type: ignore[arg-type]


def rule(condition: str, outcome: str = "grant", *, number: int = 1, priority: int = 0) -> Rule:
    return Rule(
        version_id=number,
        policy_id=number,
        outcome=outcome,
        priority=priority,
        condition=condition,
    )


@pytest.mark.parametrize(
    ("condition", "line", "column", "problem"),
    [
        ("amount >", 1, 9, "Syntax error"),
        ("amount > 1 &&\n days > > 2", 2, 9, "Syntax error"),
        ("amount > 'x'", 1, 8, "no matching overload"),
        ("score > 1", 1, 7, "no matching overload"),
        ("nothing == 1", 1, 1, "undeclared reference"),
        ("amount", 1, 1, "it gives int, not yes or no"),
        ("dyn(amount)", 1, 1, "not yes or no"),
        ("  ", 1, 1, "empty"),
        ("a\0b", 1, 1, "NUL"),
        ("amount > 99999999999999999999", 1, 10, "invalid int literal"),
        ("(" * 500 + "true" + ")" * 500, 1, 1, "limit"),
        ("true || " * 600 + "true", 1, 1, "longer than"),
    ],
)
def test_a_condition_that_does_not_parse_or_fit_is_refused_with_its_place(
    condition: str, line: int, column: int, problem: str
) -> None:
    with pytest.raises(ConditionRefused, match=problem) as refused:
        conditions.refuse_wrong(WISH, condition)
    assert (refused.value.line, refused.value.column) == (line, column)


def test_a_refused_draft_leaves_no_policy_behind(staff: Staff) -> None:
    for wrong in (draft("amount >"), draft("true", "maybe"), draft("true", priority=5_000)):
        with pytest.raises(Exception, match=r"line 1|no outcome|priority"):
            save_policy(wrong)
    with pytest.raises(UnknownOutcome):
        save_policy(draft("true", "maybe"))
    with pytest.raises(NoSuchPolicy):
        save_policy(draft("true", policy_id=99))
    assert not Policy.objects.exists()
    assert not PolicyVersion.objects.exists()


def test_each_change_is_a_version_and_the_answers_keep_theirs(staff: Staff) -> None:
    made = save_policy(draft("amount <= 2000")).policy
    before = wished("one").standing
    save_policy(draft("amount <= 2000", policy_id=made.pk))
    save_policy(draft("amount <= 1000", policy_id=made.pk))
    assert [one.number for one in made.versions.all()] == [2, 1]
    assert before is not None
    assert before.version is not None
    assert before.version.number == 1
    assert wished("two").standing is None
    switch_policy(policy_id=made.pk, is_on=False, by="Olga")
    assert wished("three", amount=500).standing is None
    switch_policy(policy_id=made.pk, is_on=True, by="Olga")
    assert wished("four", amount=500).standing is not None
    names = FactRow.objects.filter(about=f"policy:{made.pk}").order_by("id")
    assert [row.name for row in names] == [
        "PolicySaved",
        "PolicySaved",
        "PolicySwitched",
        "PolicySwitched",
    ]


def test_a_form_becomes_an_expression_and_one_sentence(staff: Staff) -> None:
    rows = [
        Row("amount", "<=", 2000),
        Row("country", "in", ("DE", "FR")),
        Row("first", "==", value=False),
    ]
    condition = wording.expression(WISH, rows)
    assert condition == 'amount <= 2000 && country in ["DE", "FR"] && !first'
    assert wording.rows_of(WISH, condition) == Group("and", tuple(rows))
    assert wording.sentence(WISH, condition, "grant") == (
        "Grant it when amount asked for is at most €20.00 and country is one of “DE” or “FR” "
        "and first wish is no."
    )
    assert wording.sentence(WISH, "true", "refuse") == "Refuse it always."


def test_free_text_is_said_where_it_can_be_and_shown_where_not(staff: Staff) -> None:
    assert wording.said(WISH, 'days < 3 || (first && country.startsWith("D"))') == (
        "when days since the order is less than 3 or "
        "(first wish is yes and country starts with “D”)"
    )
    assert wording.said(WISH, "!(days == 3) && score >= 0.5") == (
        "when not (days since the order is 3) and risk score is at least 0.5"
    )
    assert wording.said(WISH, "amount / days > 3") == "when `amount / days > 3`"
    assert wording.rows_of(WISH, "days < 3 || first && days > 9") is None


@pytest.mark.parametrize(
    "row",
    [
        Row("amount", "contains", "x"),
        Row("amount", "<=", "x"),
        Row("country", "in", "DE"),
        Row("country", "in", ()),
        Row("nothing", "==", 1),
    ],
)
def test_a_row_that_does_not_fit_its_fact_is_refused(row: Row) -> None:
    with pytest.raises(WrongFact):
        wording.expression(WISH, [row])


def _rows() -> st.SearchStrategy[Row]:
    whole = st.integers(min_value=-(2**40), max_value=2**40)
    texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
    moments = st.datetimes(
        min_value=datetime(1990, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone itself
        max_value=datetime(2090, 1, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    )
    values: dict[str, st.SearchStrategy[Value]] = {
        "amount": whole,
        "days": whole,
        "country": texts,
        "first": st.booleans(),
        "score": st.floats(allow_nan=False, allow_infinity=False),
        "ordered_at": moments,
    }

    def of(fact: str) -> st.SearchStrategy[Row]:
        signs = FITTING[WISH.fact(fact).type]
        several = st.lists(texts, min_size=1, max_size=3).map(tuple)
        return st.sampled_from(signs).flatmap(
            lambda sign: st.builds(
                Row, st.just(fact), st.just(sign), several if sign == "in" else values[fact]
            )
        )

    return st.sampled_from(sorted(values)).flatmap(of)


@given(rows=st.lists(_rows(), max_size=5), joint=st.sampled_from(["and", "or"]))
def test_every_form_compiles_and_reads_back_as_itself(rows: list[Row], joint: str) -> None:
    chosen: wording.Joint = "or" if joint == "or" and len(rows) > 1 else "and"
    condition = wording.expression(WISH, rows, joint=chosen)
    conditions.refuse_wrong(WISH, condition)
    assert wording.rows_of(WISH, condition) == Group(chosen, tuple(rows))


@given(
    rows=st.lists(_rows(), min_size=1, max_size=4),
    facts=st.fixed_dictionaries(
        {
            "amount": st.integers(-5, 5),
            "days": st.integers(-5, 5),
            "country": st.sampled_from(["", "DE", "D"]),
            "first": st.booleans(),
            "score": st.floats(-2, 2),
            "ordered_at": st.just(AT),
        }
    ),
)
def test_an_expression_means_what_its_rows_say(rows: list[Row], facts: dict[str, Value]) -> None:
    holds = all(_means(row, facts[row.fact]) for row in rows)
    tried = conditions.tried(WISH, wording.expression(WISH, rows), facts)
    assert (tried.holds, tried.error) == (holds, None)


_MEANINGS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    "<": operator.lt,
    ">=": operator.ge,
    ">": operator.gt,
    "in": lambda one, several: one in several,
    "contains": operator.contains,
    "startsWith": str.startswith,
}


def _means(row: Row, value: Value) -> bool:
    return _MEANINGS[row.comparison](value, row.value)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_refused_or_holds_or_not(text: str) -> None:
    try:
        conditions.refuse_wrong(WISH, text)
    except ConditionRefused:
        return
    conditions.tried(WISH, text, FACTS)
    wording.parsed(WISH, text)


def test_contradictions_are_found_at_the_edges_and_shown_with_a_case() -> None:
    rules = (rule("amount <= 2000", number=1), rule("amount >= 2000", "refuse", number=2))
    (clash,) = trying.contradictions(WISH, rules, [])
    assert clash.example["amount"] == 2000
    assert clash.is_tie
    assert not clash.is_past
    apart = (rule("amount < 2000", number=1), rule("amount >= 2000", "refuse", number=2))
    assert trying.contradictions(WISH, apart, []) == []


def test_a_contradiction_of_two_facts_is_found_and_the_higher_priority_named() -> None:
    rules = (
        rule('country == "DE" && days > 10', number=1),
        rule("first && days < 12", "refuse", number=2, priority=3),
    )
    (clash,) = trying.contradictions(WISH, rules, [])
    assert (clash.first.policy_id, clash.is_tie) == (2, False)
    assert clash.example["days"] == 11
    assert clash.example["first"] is True


def test_contradictions_among_past_cases_come_first() -> None:
    rules = (
        rule("days * days == 49", number=1),
        rule("amount * amount == 144", "refuse", number=2),
    )
    assert trying.contradictions(WISH, rules, []) == []
    (clash,) = trying.contradictions(WISH, rules, [{**FACTS, "days": 7, "amount": 12}])
    assert clash.is_past


@given(amount=st.integers(-100, 100), edge=st.integers(-90, 90))
def test_rules_are_asked_by_priority_whatever_the_order_they_come_in(
    amount: int, edge: int
) -> None:
    low, high = rule(f"amount <= {edge}", number=1), rule("true", "refuse", number=2, priority=-1)
    facts = {**FACTS, "amount": amount}
    found = {Ruleset(WISH, rules).verdict(facts).rule for rules in ([low, high], [high, low])}
    assert found == {low if amount <= edge else high}


def test_always_do_this_drafts_the_like_of_a_case_and_shows_the_past(staff: Staff) -> None:
    for number, (amount, outcome) in enumerate(
        [(1500, "grant"), (1900, "grant"), (1800, "refuse"), (9000, "refuse")]
    ):
        answer(wished(f"past{number}", amount=amount), outcome, OLGA.member_id)
    condition = trying.drafted(WISH, FACTS)
    assert condition == 'amount <= 2000 && country == "DE" && first'
    policy("amount >= 1000", "refuse")
    preview = preview_policy(draft(condition))
    assert (preview.trial.asked, preview.trial.decided) == (4, 3)
    assert len(preview.trial.agreed) == 2
    assert [case.facts["amount"] for case in preview.trial.differed] == [1800]
    assert len(preview.contradictions) == 1
    assert not Policy.objects.filter(current__outcome="grant").exists()


def test_two_policies_that_contradict_are_shown_as_such(staff: Staff) -> None:
    policy("amount <= 2000", "grant")
    policy("amount >= 1000", "refuse", priority=4)
    policy("amount >= 1000", "refuse", is_on=False)
    (clash,) = find_contradictions(WISH.name)
    assert (clash.first.outcome, clash.second.outcome, clash.is_tie) == ("refuse", "grant", False)


def _case(number: int, outcome: str, **facts: Value) -> Case:
    return Case(
        decision_id=number,
        asked_at=AT + timedelta(hours=number),
        facts={**FACTS, **facts},
        outcome=outcome,
        by="Olga",
    )


def _history(count: int, *, wrong_at: Sequence[int] = ()) -> list[Case]:
    made = []
    for number in range(count):
        amount = (number * 37) % 100 * 100
        outcome = "grant" if amount <= 3000 else "refuse"
        if number in wrong_at:
            outcome = "refuse" if outcome == "grant" else "grant"
        made.append(_case(number, outcome, amount=amount, days=number % 9))
    return made


def test_a_rule_that_people_follow_is_learned_with_what_speaks_for_it() -> None:
    lesson = learning.learn(WISH, _history(200, wrong_at=[190]))
    by_outcome = {one.outcome: one for one in lesson.proposals}
    grant, refuse = by_outcome["grant"], by_outcome["refuse"]
    assert grant.condition == "amount <= 3000"
    assert refuse.condition == "amount > 3000"
    assert grant.support + refuse.support == 200
    assert grant.held_out + refuse.held_out == 60
    assert (grant.agreed + refuse.agreed) == 59
    (wrong,) = [*grant.wrong, *refuse.wrong]
    assert wrong.decision_id == 190
    assert 0 < grant.low < grant.high <= 1


def test_nothing_is_learned_from_few_answers_or_from_chance() -> None:
    assert "too few" in learning.learn(WISH, _history(19)).why_not
    coin = [
        _case(number, "grant" if number % 2 else "refuse", amount=number // 2, days=1)
        for number in range(100)
    ]
    lesson = learning.learn(WISH, coin)
    assert lesson.proposals == ()
    assert "no clear" in lesson.why_not


def test_agreement_is_counted_on_later_cases_only() -> None:
    """People changed their minds: what they did before says nothing for the rule."""
    then, now = _history(140), _history(200)[140:]
    turned = [
        replace(case, outcome="grant" if case.outcome == "refuse" else "refuse") for case in now
    ]
    proposals = learning.learn(WISH, [*then, *turned]).proposals
    assert {one.agreed for one in proposals} == {0}


@given(first=st.integers(0, 10**6), gap=st.integers(1, 10**5))
def test_edges_are_rounded_within_the_gap_and_no_further(first: int, gap: int) -> None:
    assert first <= learning.roundest(first, first + gap) < first + gap


def test_learning_from_the_tables_changes_nothing_there(staff: Staff) -> None:
    for number in range(30):
        amount = (number * 37) % 30 * 100
        outcome = "grant" if amount <= 1500 else "refuse"
        answer(wished(f"past{number}", amount=amount), outcome, OLGA.member_id)
    lesson = propose_policies(WISH.name)
    assert {one.condition for one in lesson.proposals} == {"amount <= 1500", "amount > 1500"}
    assert not Policy.objects.exists()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"safe": "nothing"}, "safe outcome"),
        ({"waits": timedelta(0)}, "no time"),
        ({"safe_says": "back on {someday}"}, "safe_says"),
        ({"stake": "days"}, "of type money"),
        ({"stake": "nothing"}, "of type money"),
        ({"currency": "score"}, "of type text"),
        ({"name": "Big Name"}, "is no name"),
        ({"facts": (*WISH.facts, WISH.facts[0])}, "one name"),
        ({"outcomes": (*WISH.outcomes, Outcome(name="in", says="x", job="y"))}, "is no name"),
    ],
)
def test_a_kind_that_makes_no_sense_is_refused(change: dict[str, object], problem: str) -> None:
    words = {
        name: getattr(WISH, name)
        for name in ("name", "question", "facts", "outcomes", "safe", "waits", "role", "stake")
    }
    with pytest.raises(WrongKind, match=problem):
        Kind(**{**words, **change})
