"""Real cancellations, replayed as refund requests against the starter policies.

The figures of the whole year stand in docs/kinds-of-question.md.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from hammock.departments.catalogue.models import Shop
from hammock.departments.decisions import kinds, policies
from hammock.departments.decisions.models import Answer, Decision
from hammock.departments.decisions.replays import Replayed
from hammock.departments.sales.importing import mapping as mappings
from hammock.departments.sales.models import CreditNote, Order, OrderLine, Refund
from hammock.departments.sales.past_refunds import past_refunds, weighs
from hammock.flows.adopt_starter import adopt_starter
from hammock.flows.import_orders import import_orders
from hammock.flows.rehearse import rehearse
from tests.judging import Staff

EXCERPT = Path(__file__).parents[1] / "data" / "uci" / "refunds_excerpt.csv"
START, END = datetime(2009, 12, 1, tzinfo=UTC), datetime(2010, 12, 1, tzinfo=UTC)


@pytest.fixture
def history(staff: Staff) -> list[Replayed]:
    import_orders(file=EXCERPT, mapping=mappings.load("uci-online-retail"))
    return list(past_refunds(START, END))


def test_every_cancellation_is_a_request_with_facts_of_its_kind(history: list[Replayed]) -> None:
    kind = kinds.kind("refund_request")
    assert len(history) == CreditNote.objects.count() == 25
    for case in history:
        assert kind.checked(case.facts)
        assert (case.outcome, case.stake and case.stake.minor) == ("refund", case.facts["amount"])
    assert [case.asked_at for case in history] == sorted(case.asked_at for case in history)


def test_what_the_starter_policies_would_have_decided_and_what_would_have_waited(
    history: list[Replayed],
) -> None:
    adopt_starter(author="me")
    ruleset = policies.ruleset(kinds.kind("refund_request"))
    said: Counter[str] = Counter()
    for case in history:
        verdict = ruleset.verdict(case.facts)
        if verdict.rule is None:
            said["waits: unknown order" if verdict.errors else "waits"] += 1
        else:
            said[f"{verdict.rule.outcome} by priority {verdict.rule.priority}"] += 1
    assert said == {
        "refund by priority 50": 12,
        "refund by priority 30": 1,
        "waits": 7,
        "waits: unknown order": 5,
    }


def test_a_request_knows_nothing_of_what_came_after_it(history: list[Replayed]) -> None:
    middle = history[len(history) // 2].asked_at
    before = [case for case in history if case.asked_at < middle]
    later = {case.about.removeprefix("credit note:") for case in history if case not in before}
    CreditNote.objects.filter(reference__in=later).delete()
    Order.objects.filter(placed_at__gte=middle).delete()
    assert list(past_refunds(START, middle)) == before


def test_the_rehearsal_runs_on_it_and_changes_nothing(history: list[Replayed]) -> None:
    adopt_starter(author="me")
    report = rehearse(days=365, until=END)
    assert report.total.questions == len(history)
    assert report.compared + report.total.needing_owner == len(history)
    for model in (Decision, Answer, Refund):
        assert not model._default_manager.exists()


def test_the_command_tells_of_it_by_kind_and_month_what_would_help(
    history: list[Replayed],
) -> None:
    adopt_starter(author="me")
    out = StringIO()
    assert Shop.objects.count() <= 1
    if not Shop.objects.exists():
        Shop(name="Gifts", email="gifts@example.org").save(force_insert=True)
    call_command("rehearse", "--days", "365", "--until", "2010-11-30", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert told["decisions"] == told["kinds"]["refund_request"]["decisions"] == len(history)
    assert 0 < told["owner dependence"] < 1
    assert sum(month["decisions"] for month in told["over_time"].values()) == len(history)
    assert len(told["over_time"]) > 1
    assert told["next_steps"][0]["takes"] > 0
    assert told["next_steps"][0]["then"] < told["owner dependence"]


def test_what_it_is_to_read_is_told_before(history: list[Replayed]) -> None:
    lines = OrderLine.objects.count()
    assert weighs(START, END) == len(history) + lines // 20
    assert weighs(END, END + timedelta(days=30)) == 0
    assert list(past_refunds(END, END + timedelta(days=30))) == []
