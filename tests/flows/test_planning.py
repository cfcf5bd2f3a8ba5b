"""Plans become true: answers are kept, a strategy comes into force, things point at its lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from wagtail.images.models import Image

from hammock.departments.catalogue.errors import CannotSave
from hammock.departments.catalogue.models import Product, Shop
from hammock.departments.customers.queries import letterhead
from hammock.departments.decisions.models import Answer, Decision
from hammock.departments.ledger.models import Entry, ProfitCentre
from hammock.departments.planning import overview, queries, spending
from hammock.departments.planning.errors import (
    NoStrategy,
    NoSuchLine,
    NoSuchPlaybook,
    NothingWritten,
)
from hammock.departments.planning.models import Pointer, RealityCheck, Step, StrategyVersion
from hammock.departments.planning.own_path import own_path
from hammock.departments.planning.rules.answers import Answers, Value, means
from hammock.departments.planning.rules.strategy import Centre, Document
from hammock.departments.planning.rules.strategy import Value as Brand
from hammock.departments.research.models import Study
from hammock.departments.team.models import Member
from hammock.flows import compare_plan as comparing
from hammock.flows.adopt_starter import starters
from hammock.flows.answer_reality import answer_reality
from hammock.flows.ask_reality_again import ask_reality_again
from hammock.flows.check_brand import check_brand
from hammock.flows.choose_playbook import choose_playbook
from hammock.flows.end_step import end_step
from hammock.flows.make_forecast import make_forecast
from hammock.flows.place_order import Buyer
from hammock.flows.point_at_line import point_at_line
from hammock.flows.propose_spending import propose_spending
from hammock.flows.record_expense import Expense, record_expense, take_back_expense
from hammock.flows.write_strategy import put_into_force, write_strategy
from hammock.kit import clock, mail
from hammock.kit.brand import Look
from hammock.kit.errors import FieldError
from hammock.kit.facts.models import Fact
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.money import Money
from tests import asking
from tests.departments.planning.test_strategy import document, eur, letter
from tests.judging import Staff, wished
from tests.shops import paid
from tests.till import Till

BERRY = "#8a2f5b"


def said(**changes: Value) -> dict[str, Value]:
    given: dict[str, Value] = {
        "savings": eur(20_000),
        "living_costs": eur(1_500),
        "other_income": eur(500),
        "target_income": eur(2_000),
        "hours_week": Decimal(20),
        "lose": eur(2_000),
        "stop_when": "If nobody buys by next summer.",
    }
    return {**given, **changes}


def in_force(whole: Document | None = None) -> StrategyVersion:
    write_strategy(document=whole or document(), why="", by="Olga")
    return put_into_force()


def spend(shop: Shop, *, line: str = "", whole: int = 30) -> Entry:
    return record_expense(
        Expense(
            amount=eur(whole),
            account="Expenses:Marketing",
            centre=ProfitCentre.objects.all()[0].slug,
            description="An advert",
            spent_at=clock.now(),
            line=line,
        )
    )


def test_answers_are_kept_as_rounds_with_what_they_came_to(shop: Shop) -> None:
    first = answer_reality(given=said(), by="Olga")
    second = answer_reality(given=said(savings=eur(0), lose=eur(0)), by="Olga")

    assert (first.number, second.number) == (1, 2)
    assert second.verdict == "no"
    standing = overview.standing()
    assert standing is not None
    assert [change.question.id for change in standing.changes] == ["savings", "lose"]
    assert Fact.objects.filter(name="RealityChecked").count() == 2
    kept = queries.means()
    assert kept is not None
    assert kept.savings == eur(0)


def test_one_answer_changes_what_may_be_spent(shop: Shop) -> None:
    assert overview.spendable() is None
    answer_reality(given=said(other_income=eur(1_600)), by="Olga")
    assert overview.spendable() == eur(2_000)
    answer_reality(given=said(other_income=eur(1_600), lose=eur(300)), by="Olga")
    assert overview.spendable() == eur(300)


def test_the_forecast_moves_with_an_answer_and_the_verdict_with_the_forecast(shop: Shop) -> None:
    lean, dear = said(living_costs=eur(800)), said(living_costs=eur(4_000))
    chances = []
    for given in (lean, dear):
        answers = Answers(currency="EUR", given=given)
        make_forecast(means=means(answers), paths=2_000)
        answer_reality(given=given, by="Olga")
        expected = overview.expected()
        assert expected is not None
        assert "forecast of" in expected.source.title
        chances.append(expected.chance_of_running_out)

    assert chances[0] < chances[1]
    assert RealityCheck.objects.all()[0].verdict == "no"


def test_a_forecast_that_did_not_know_the_owner_gives_no_expectation(shop: Shop) -> None:
    make_forecast(paths=2_000)

    assert overview.expected() is None


def test_answers_in_another_currency_are_refused_and_nothing_is_kept(shop: Shop) -> None:
    with pytest.raises(FieldError, match="savings: is in USD"):
        answer_reality(given={"savings": Money(100, "USD")}, by="Olga")

    assert not RealityCheck.objects.exists()


def test_the_questions_are_asked_again_a_quarter_later_and_once(shop: Shop) -> None:
    assert not ask_reality_again()
    answer_reality(given=said(), by="Olga")
    with clock.at(clock.now() + timedelta(days=90)):
        assert not ask_reality_again()
    with clock.at(clock.now() + timedelta(days=92)):
        assert ask_reality_again()
        assert not ask_reality_again()
        (step,) = queries.due_steps(today=clock.today())
        assert "again" in step.title
        answer_reality(given=said(), by="Olga")
        assert queries.due_steps(today=clock.today()) == []


def test_the_shop_mails_and_receipts_wear_the_look_of_the_strategy_in_force(
    shop: Shop, client: Client
) -> None:
    value = Brand(
        name="Made Slowly",
        promise="Made to be finished",
        voice="Say the day.\nNo hurry.",
        look=Look(accent=BERRY, corners="square"),
    )
    write_strategy(document=document(value=value), why="", by="Olga")
    assert BERRY not in client.get("/").content.decode()

    put_into_force()
    shop.refresh_from_db()
    assert (shop.name, shop.tagline) == ("Made Slowly", "Made to be finished")
    shown = client.get("/products/").content.decode()
    assert f"--accent:{BERRY}" in shown
    assert "--radius:0px" in shown
    assert "Made Slowly" in shown
    head = letterhead(name="Ann")
    assert head["brand"].voice == ("Say the day.", "No hurry.")
    link = {**head, "link": "https://shop.example/x", "minutes": 30}
    assert BERRY in mail.compose("customers/mail_magic_link", link).html


def test_a_strategy_in_force_opens_its_centres_and_asks_for_its_reviews_once(shop: Shop) -> None:
    new = (*document().centres, Centre(key="kits", name="Kits", target=eur(10)))
    in_force(document(centres=new))
    in_force(document(centres=new, market="Another word"))

    assert ProfitCentre.objects.get(slug="kits").name == "Kits"
    (step,) = Step.objects.all()
    assert (step.due_on, step.line) == (letter().review_on, "channel:letter")


def test_a_review_that_was_put_off_is_asked_for_once(shop: Shop) -> None:
    in_force()
    later = letter(review_on=letter().review_on + timedelta(days=30))  # type: ignore[operator]
    in_force(document(channels=(later,)))

    assert [(one.due_on, one.state) for one in Step.objects.all()] == [
        (letter().review_on, "dropped"),
        (later.review_on, "open"),
    ]


def test_versions_only_grow_and_the_same_again_is_none(shop: Shop) -> None:
    in_force()
    with pytest.raises(NothingWritten):
        write_strategy(document=document(), why="", by="Olga")
    with pytest.raises(NoStrategy):
        put_into_force()
    write_strategy(document=document(market="Otherwise"), why="Learned", by="Olga")

    assert [one.number for one in StrategyVersion.objects.all()] == [2, 1]
    current = queries.in_force()
    assert current is not None
    assert current.number == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"value": Brand(name="x" * 81)}, "name"),
        ({"value": Brand(promise="x" * 161)}, "promise"),
        ({"currency": "USD", "centres": (), "channels": ()}, "currency"),
    ],
)
def test_a_strategy_that_no_shop_could_show_is_refused(
    shop: Shop, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(FieldError) as refused:
        write_strategy(document=document(**changes), why="", by="Olga")

    assert refused.value.field == field
    assert not StrategyVersion.objects.exists()


def test_a_playbook_becomes_a_draft_with_steps_and_the_owner_s_lines(shop: Shop) -> None:
    answer_reality(given=said(), by="Olga")
    version = choose_playbook(slug="template-shop", by="Olga")

    draft = version.read
    assert version.in_force_since is None
    assert draft.value.name == shop.name
    assert "If nobody buys by next summer." in draft.stop
    assert {one.key for one in draft.centres} >= {"templates", "guides"}
    assert Step.objects.filter(state="open").count() == 6
    assert queries.document() is None


def test_another_playbook_drops_the_steps_of_the_first(shop: Shop) -> None:
    choose_playbook(slug="template-shop", by="Olga")
    done = end_step(step_id=Step.objects.all()[0].pk, state=Step.State.DONE, by="Olga")
    choose_playbook(slug="paid-newsletter", by="Olga")

    assert Step.objects.filter(state="dropped").count() == 5
    assert Step.objects.filter(state="open").count() == 5
    done.refresh_from_db()
    assert (done.state, done.ended_by) == ("done", "Olga")


def test_a_playbook_that_is_not_there_changes_nothing(shop: Shop) -> None:
    with pytest.raises(NoSuchPlaybook):
        choose_playbook(slug="boats", by="Olga")

    assert not StrategyVersion.objects.exists()
    assert not Step.objects.exists()


def test_a_step_is_taken_up_again(shop: Shop) -> None:
    choose_playbook(slug="template-shop", by="Olga")
    step = Step.objects.all()[0]
    end_step(step_id=step.pk, state=Step.State.DROPPED, by="Olga")
    again = end_step(step_id=step.pk, state=Step.State.OPEN, by="Olga")

    assert (again.state, again.ended_at, again.ended_by) == ("open", None, "")


def test_spending_points_at_its_line_or_shows_up_as_pointing_at_nothing(shop: Shop) -> None:
    version = in_force()
    spend(shop, line="channel:letter", whole=30)
    spend(shop, whole=12)
    gone = spend(shop, whole=99)
    take_back_expense(entry_id=gone.pk)

    found = comparing.progress_of(version.read)
    assert found.channels[0].spent == eur(30)
    assert found.outside == eur(12)
    since = clock.now() - spending.MONTH
    spent = [one for one in comparing.things(version.read, since=since) if one.amount]
    assert sorted((one.line, one.amount) for one in spent if one.amount) == [
        ("", eur(12)),
        ("channel:letter", eur(30)),
    ]


def test_spending_on_a_line_that_is_not_there_is_not_booked(shop: Shop) -> None:
    in_force()
    with pytest.raises(NoSuchLine, match="channel:boats"):
        spend(shop, line="channel:boats")

    assert not Entry.objects.exists()


def test_a_wish_to_spend_is_weighed_against_strategy_budget_and_reality(shop: Shop) -> None:
    unknown = spending.weigh(amount=eur(10), line="channel:letter")
    assert (unknown.in_strategy, unknown.reality_left) == (False, None)
    assert (unknown.is_outside, unknown.is_beyond) == (False, False)

    answer_reality(given=said(other_income=eur(1_600), lose=eur(45)), by="Olga")
    in_force()
    inside = spending.weigh(amount=eur(10), line="channel:letter")
    assert (inside.in_strategy, inside.budget_left) == (True, eur(40))
    assert (inside.reality_left, inside.is_beyond) == (eur(45), False)
    outside = spending.weigh(amount=eur(10), line="")
    assert (outside.is_outside, outside.budget_left) == (True, eur(0))

    spend(shop, line="channel:letter", whole=38)
    spent = spending.weigh(amount=eur(10), line="channel:letter")
    assert (spent.budget_left, spent.reality_left, spent.is_beyond) == (eur(2), eur(7), True)
    answer_reality(given=said(other_income=eur(1_600), lose=eur(60)), by="Olga")
    assert not spending.weigh(amount=eur(10), line="").is_beyond


def test_spending_outside_the_strategy_or_reality_is_a_decision(shop: Shop, staff: Staff) -> None:
    record_expense(
        Expense(
            amount=eur(1),
            account="Expenses:Tools",
            centre="guides",
            description="A pen",
            spent_at=clock.now(),
        )
    )

    def asked(line: str) -> dict[str, object]:
        wish = propose_spending(
            amount=eur(30),
            account="Expenses:Tools",
            centre="guides",
            purpose="A microphone",
            by="Ben",
            line=line,
        )
        assert wish.decision_id is not None
        found = Decision.objects.get(pk=wish.decision_id).facts
        return {name: found[name] for name in ("in_strategy", "budget_left", "affordable")}

    assert asked("") == {"in_strategy": True, "budget_left": 0, "affordable": True}
    in_force()
    assert asked("") == {"in_strategy": False, "budget_left": 0, "affordable": True}
    assert asked("channel:letter") == {
        "in_strategy": True,
        "budget_left": 4000,
        "affordable": True,
    }
    answer_reality(given=said(other_income=eur(1_600), lose=eur(20)), by="Olga")
    assert asked("channel:letter")["affordable"] is False
    answer_reality(given=said(other_income=eur(1_600), lose=eur(200)), by="Olga")
    assert asked("channel:letter")["affordable"] is True
    with pytest.raises(CannotSave, match="no line"):
        asked("channel:boats")


def _starter(key: str) -> str:
    (found,) = (one for one in starters() if one.key == key)
    return found.condition


def test_small_spending_within_the_strategy_needs_nobody_and_outside_it_the_owner(
    shop: Shop, staff: Staff, till: Till
) -> None:
    for number in range(20):
        paid(till, "REVIEW", buyer=Buyer(email=f"b{number}@x.example", name="B", country="DE"))
    run_until_empty()
    asking.policy("spend", _starter("spend-small"), "spend")
    in_force()

    def stage(line: str) -> str:
        wish = propose_spending(
            amount=eur(30),
            account="Expenses:Tools",
            centre="guides",
            purpose="A microphone",
            by="Ben",
            line=line,
        )
        run_until_empty()
        assert wish.decision_id is not None
        return Decision.objects.get(pk=wish.decision_id).state

    assert stage("channel:letter") == "answered"
    assert stage("") == "open"
    answer_reality(given=said(other_income=eur(1_600), lose=eur(20)), by="Olga")
    assert stage("channel:letter") == "open"


def test_approved_spending_points_at_its_line(shop: Shop, staff: Staff) -> None:
    in_force()
    wish = propose_spending(
        amount=eur(30),
        account="Expenses:Tools",
        centre="guides",
        purpose="A microphone",
        by="Ben",
        line="channel:letter",
    )
    assert wish.decision_id is not None
    asking.decided(wish.decision_id, "spend")

    (pointer,) = Pointer.objects.all()
    assert (pointer.line, pointer.pointed_by) == ("channel:letter", "Ben")


def test_products_point_through_their_profit_centre_and_studies_when_told_to(shop: Shop) -> None:
    version = in_force()
    study = Study.objects.create(name="Small studios")
    since = clock.now() - spending.MONTH

    def lines() -> dict[str, str]:
        return {one.says: one.line for one in comparing.things(version.read, since=since)}

    assert lines()["Guide"] == "centre:guides"
    other = Product.objects.exclude(profit_centre_id="guides").filter(state="on_sale")[0]
    assert lines()[other.title] == ""
    assert lines()["Small studios"] == ""
    point_at_line(thing=f"study:{study.pk}", line="promise", by="Olga")
    assert lines()["Small studios"] == "promise"
    point_at_line(thing=f"study:{study.pk}", line="", by="Olga")
    assert lines()["Small studios"] == ""


@pytest.mark.parametrize(
    "thing", ["study:9999", "study:", "expense:x", "boat:1", "", "study:1:2", "study:１"]
)
def test_what_is_not_there_points_nowhere(shop: Shop, thing: str) -> None:
    in_force()
    with pytest.raises(FieldError, match="is not there"):
        point_at_line(thing=thing, line="promise", by="Olga")

    assert not Pointer.objects.exists()


def test_nothing_points_before_a_strategy_is_in_force(shop: Shop) -> None:
    study = Study.objects.create(name="Small studios")
    with pytest.raises(NoStrategy):
        point_at_line(thing=f"study:{study.pk}", line="promise", by="Olga")


def test_the_own_path_is_read_from_the_books(shop: Shop) -> None:
    whole = document(began_on=clock.today())
    found = own_path(whole)

    assert found is not None
    assert found.now is not None
    assert (found.now.own, found.now.stands) == (eur(0), "within")
    assert own_path(replace(whole, playbook="boats")) is None
    assert own_path(replace(whole, playbook="")) is None


def test_the_brand_check_looks_through_the_real_shop(shop: Shop, staff: Staff) -> None:
    owner = Member.objects.create_owner(email="owner@example.org", name="Testa Ownerin")
    Shop.objects.update(name="Testa Prints")
    Image.objects.create(title="Portrait in the studio", file="x.jpg", width=1, height=1)
    asking.decided(wished("one").pk, "grant")
    Answer.objects.update(member_id=owner.pk)
    words = " ".join(one.says for one in check_brand())

    assert "1 question of customers and of the team wanted a person's reply" in words
    assert "Pictures that by their titles show you: “Portrait in the studio”" in words
    assert "The shop bears your name: “Testa Prints”" in words
    assert "only one who may see orders" in words
    assert "nobody else works here who could hold one" in words
