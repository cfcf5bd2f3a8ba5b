"""Plans in the console: the conversation, the strategy with its versions, playbooks, steps."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from hammock.departments.catalogue.models import Shop
from hammock.departments.decisions.models import Decision
from hammock.departments.ledger.models import Entry
from hammock.departments.planning.models import Pointer, RealityCheck, Step, StrategyVersion
from hammock.departments.planning.rules.questions import QUESTIONS
from hammock.departments.research.models import Niche, Study, Trial
from hammock.departments.team.models import Member
from hammock.flows.choose_playbook import choose_playbook
from hammock.flows.write_strategy import put_into_force
from hammock.kit import clock
from hammock.kit.charts.models import DrawnChart
from tests.doors.console.asking import page, plain, press
from tests.judging import Staff

ANSWERS = {
    "savings": "9000",
    "living_costs": "2100",
    "other_income": "600",
    "target_income": "2500",
    "hours_week": "15",
    "lose": "1500",
    "job": "leave",
}


def _form(**changes: object) -> dict[str, object]:
    """Fill the strategy's form: one centre, one channel."""
    form: dict[str, object] = {
        "name": "Slow Harbour",
        "promise": "Made to be finished",
        "voice": "Say the day.\r\nNo hurry.",
        "accent": "#8a2f5b",
        "headings": "serif",
        "corners": "round",
        "why": "A beginning",
        "centres-TOTAL_FORMS": 2,
        "centres-INITIAL_FORMS": 0,
        "centres-0-name": "Guides",
        "centres-0-target": "800",
        "centres-1-name": "",
        "channels-TOTAL_FORMS": 1,
        "channels-INITIAL_FORMS": 0,
        "channels-0-name": "The letter",
        "channels-0-hypothesis": "Two in a hundred sign up.",
        "channels-0-budget": "40",
        "channels-0-review_on": "2027-03-01",
    }
    return {**form, **changes}


def test_an_owner_answers_and_reads_what_it_comes_to(owner: Client) -> None:
    assert "A first conversation" in page(owner, "strategy/reality/")
    asked = page(owner, "strategy/reality/answer/")
    for question in QUESTIONS:
        assert question.text in asked

    shown = press(owner, "strategy/reality/answer/", ANSWERS)
    for words in ("Verdict No", "6 months", "€9,000.00", "The smallest test that would tell"):
        assert words in shown, words
    assert "of the imagined courses" in shown
    assert "Your plan needs" in shown or "more than half of the imagined courses" in shown


def test_new_answers_stand_beside_the_old_ones(owner: Client) -> None:
    press(owner, "strategy/reality/answer/", ANSWERS)
    assert 'value="9000.00"' in owner.get("/console/strategy/reality/answer/").content.decode()
    shown = press(owner, "strategy/reality/answer/", {**ANSWERS, "savings": "0", "lose": "0"})

    assert "Otherwise than in round 1" in shown
    assert "€9,000.00 €0.00" in shown
    assert " No " in shown
    assert "€9,000.00" in page(owner, "strategy/reality/1/")


def test_nothing_answered_at_all_is_no_crash(owner: Client) -> None:
    shown = press(owner, "strategy/reality/answer/", {})

    assert "Not known" in shown
    assert "No verdict without it." in shown


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("living_costs", "-5", "Write 0 or more."),
        ("savings", "a lot", "is no amount."),
        ("savings", "5 USD", "is no amount."),
        ("hours_week", "200", "168"),
        ("hours_week", "NaN", "Enter a number."),
        ("job", "fly", "valid choice"),
    ],
)
def test_an_answer_that_cannot_be_is_said_at_its_question(
    owner: Client, name: str, value: str, words: str
) -> None:
    answer = owner.post("/console/strategy/reality/answer/", {**ANSWERS, name: value})

    assert answer.status_code == 400
    assert words in plain(answer.content.decode())
    assert not RealityCheck.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"debts": "5000"}, "pay nothing off"),
        ({"stop_savings": "25000"}, "by your own line"),
        ({"job": "keep", "hours_week": "60"}, "keep your job"),
        ({"hours_week": "0"}, "no hour in your week"),
        ({"savings": "0", "lose": "0"}, "short already"),
    ],
)
def test_answers_that_contradict_each_other_are_said_with_both_sides(
    owner: Client, changes: dict[str, str], words: str
) -> None:
    shown = press(owner, "strategy/reality/answer/", {**ANSWERS, **changes})

    assert words in shown
    assert "Pulls the verdict to" in shown
    assert "What would have to be true" in shown


def test_missing_answers_hold_the_verdict_and_leave_nothing_to_spend(owner: Client) -> None:
    given = {name: value for name, value in ANSWERS.items() if name != "savings"}
    shown = press(owner, "strategy/reality/answer/", given)

    assert "Verdict Wait" in shown
    assert "Your savings last Not known" in shown
    assert "How much have you saved that you could live on? No verdict without it." in shown
    assert "May be spent €0.00" in shown


def test_one_changed_answer_moves_forecast_verdict_and_what_decisions_may_spend(
    owner: Client, staff: Staff
) -> None:
    easy = {**ANSWERS, "other_income": "2600", "target_income": "400", "stop_when": "June"}
    press(owner, "strategy/write/", _form())
    press(owner, "strategy/force/")

    def told() -> tuple[str, str, str, bool]:
        asked = {
            "amount": "30",
            "account": "Expenses:Tools",
            "centre": "guides",
            "description": "A microphone",
            "line": "channel:the-letter",
        }
        press(owner, "proposals/spending/", asked)
        reality, forecast = page(owner, "strategy/reality/"), page(owner, "forecast/")
        verdict = reality.split("Verdict ")[1].split()[0]
        spendable = reality.split("May be spent ")[1].split()[0]
        runs_out = forecast.split("Money runs out ")[1].split(" %")[0]
        facts = Decision.objects.order_by("asked_at", "pk").last().facts  # type: ignore[union-attr]
        return verdict, spendable, runs_out, facts["affordable"]

    press(owner, "strategy/reality/answer/", easy)
    before = told()
    press(owner, "strategy/reality/answer/", {**easy, "other_income": "0"})
    after = told()

    assert before[0] == "Go"
    assert before[3] is True
    assert after[0] == "No"
    assert (after[1], after[3]) == ("€0.00", False)
    assert before[1] == "€1,500.00"
    assert before[2] != after[2]


def test_a_strategy_is_written_put_into_force_and_changed(owner: Client, shop: Shop) -> None:
    assert "Begin from a playbook" in page(owner, "strategy/")
    assert "Version 1 is a draft" in press(owner, "strategy/write/", _form())
    assert "A draft of your strategy waits" in page(owner, "")
    assert "It is in force." in press(owner, "strategy/force/")
    shop.refresh_from_db()
    assert shop.name == "Slow Harbour"

    shown = press(owner, "strategy/write/", _form(promise="Made to be used", why="Learned"))
    assert "finished used" in shown
    assert "What it changed in version 1" in page(owner, "strategy/versions/2/")
    assert "Nothing is different" in plain(
        owner.post("/console/strategy/write/", _form(promise="Made to be used")).content.decode()
    )
    assert StrategyVersion.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"accent": "#ffee55"}, "Has a contrast of"),
        ({"accent": "red"}, "Write the colour as #rrggbb."),
        ({"name": ""}, "This field is required."),
        ({"channels-0-hypothesis": ""}, "so that it can be wrong"),
        ({"channels-0-review_on": ""}, "Choose a day to look at it."),
        ({"channels-0-budget": "-1"}, "Write 0 or more."),
        ({"centres-1-name": "Guides"}, "stands there twice"),
        ({"headings": "gothic"}, "valid choice"),
    ],
)
def test_a_strategy_that_cannot_be_names_what_is_wrong(
    owner: Client, changes: dict[str, object], words: str
) -> None:
    answer = owner.post("/console/strategy/write/", _form(**changes))

    assert answer.status_code == 400
    assert words in plain(answer.content.decode())
    assert not StrategyVersion.objects.exists()


def test_name_and_promise_have_one_place_once_a_strategy_is_in_force(
    owner: Client, shop: Shop
) -> None:
    press(owner, "strategy/write/", _form())
    press(owner, "strategy/force/")
    form = {"name": "Another", "tagline": "Other", "email": "shop@example.org"}

    assert "it is changed there" in page(owner, "business/")
    press(owner, "business/", form)
    shop.refresh_from_db()
    assert (shop.name, shop.tagline) == ("Slow Harbour", "Made to be finished")


def test_a_playbook_is_read_and_begun_from(owner: Client) -> None:
    assert "Paid newsletter" in page(owner, "strategy/playbooks/")
    shown = page(owner, "strategy/playbooks/paid-newsletter/")
    for words in ("Who did it", "Assumption", "Usual mistakes", "It does not fit if"):
        assert words in shown, words
    assert "Read in The Tilt, not in the original" in shown

    assert "The draft is written." in press(owner, "strategy/playbooks/paid-newsletter/choose/")
    press(owner, "strategy/force/")
    assert "Your path within the model’s spread" in page(owner, "strategy/plan/")
    for address in ("", "strategy/"):
        shown = owner.get(f"/console/{address}").content.decode()
        assert "Month 1 of “Paid newsletter”" in shown, address
        assert 'aria-label="Your revenue a month on the path of “Paid newsletter”' in shown, address
    assert DrawnChart.objects.filter(key__contains="path:paid-newsletter:").count() == 2


def test_steps_are_ended_and_spending_is_pointed_at_a_line(owner: Client) -> None:
    press(owner, "strategy/write/", _form())
    press(owner, "strategy/force/")
    spent = {
        "amount": "12",
        "description": "An advert",
        "account": "Expenses:Marketing",
        "centre": "guides",
        "spent_on": f"{clock.today():%Y-%m-%d}",
    }
    press(owner, "books/expense/", spent)
    assert "points at no line of your strategy" in page(owner, "")
    entry = Entry.objects.get()
    pointed = press(
        owner, "strategy/point/", {"thing": f"expense:{entry.pk}", "line": "channel:the-letter"}
    )
    assert "Written down." in pointed
    assert "€12.00 → channel:the-letter" in pointed
    press(owner, "books/expense/", {**spent, "line": "promise"})
    assert set(Pointer.objects.values_list("line", flat=True)) == {"channel:the-letter", "promise"}
    assert "is not there" in press(owner, "strategy/point/", {"thing": "expense:9", "line": "x"})

    step = Step.objects.get()
    assert "done." in press(owner, f"strategy/steps/{step.pk}/done/")
    assert "Take it up again" in page(owner, "strategy/plan/")


def test_offers_and_experiments_show_up_until_they_point_at_a_line(owner: Client) -> None:
    press(owner, "strategy/write/", _form())
    press(owner, "strategy/force/")
    study = Study.objects.create(name="Small studios")
    niche = Niche.objects.create(study=study, position=1, name="Binders", facts={})
    trial = Trial.objects.create(niche=niche, kind=Trial.Kind.INTERVIEWS)

    shown = page(owner, "strategy/plan/")
    nothing = shown.split("Points at nothing")[1].split("What points at a line")[0]
    for words in ("Small studios", "Binders", "Ten interviews", "Workshop"):
        assert words in nothing, words
    assert "Its profit centre is not in the strategy" in nothing
    for thing in (f"study:{study.pk}", f"trial:{trial.pk}"):
        press(owner, "strategy/point/", {"thing": thing, "line": "channel:the-letter"})
    shown = page(owner, "strategy/plan/")
    nothing, pointing = shown.split("Points at nothing")[1].split("What points at a line")
    assert "Binders" not in nothing
    assert "Ten interviews → channel:the-letter" in pointing


def test_spending_beyond_what_reality_allows_is_said(owner: Client) -> None:
    press(owner, "strategy/reality/answer/", ANSWERS)
    spent = {
        "amount": "12",
        "description": "An advert",
        "account": "Expenses:Marketing",
        "centre": "guides",
        "spent_on": f"{clock.today():%Y-%m-%d}",
    }

    shown = press(owner, "books/expense/", spent)
    assert "more than your reality check leaves: €0.00 could be spent" in shown
    assert Entry.objects.count() == 1


def test_what_is_due_waits_on_today(owner: Client) -> None:
    press(owner, "strategy/reality/answer/", ANSWERS)
    choose_playbook(slug="template-shop", by="Olga")
    put_into_force()
    with clock.at(clock.now() + timedelta(days=15)):
        assert "Watch ten people use the tool, and note where they give up: due" in page(owner, "")


def test_the_brand_check_says_where_the_business_is_its_owner(owner: Client) -> None:
    assert "Sessions that only you hold" in page(owner, "strategy/brand/")


def test_the_answers_are_nobody_s_business_without_the_permission(writer: Client) -> None:
    for address in ("strategy/reality/", "strategy/", "strategy/plan/", "strategy/playbooks/"):
        assert writer.get(f"/console/{address}").status_code == 302, address
    writer.post("/console/strategy/reality/answer/", ANSWERS)
    writer.post("/console/strategy/force/")
    assert not RealityCheck.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["strategy/reality/9/", "strategy/versions/9/", "strategy/playbooks/boats/"],
)
def test_what_is_not_there_is_not_found(owner: Client, address: str) -> None:
    assert owner.get(f"/console/{address}").status_code == 404
    assert owner.post("/console/strategy/steps/999999/done/").status_code == 404
    assert owner.post("/console/strategy/steps/999999/eaten/").status_code == 404


def test_an_owner_without_a_shop_currency_change_sees_no_old_amounts(owner: Client) -> None:
    press(owner, "strategy/reality/answer/", ANSWERS)
    RealityCheck.objects.update(currency="USD")

    assert "9000" not in owner.get("/console/strategy/reality/answer/").content.decode()
    assert "$9,000.00" in page(owner, "strategy/reality/1/")


def test_members_are_asked_by_name(owner: Client) -> None:
    Member.objects.update(name="Olga Owner")
    press(owner, "strategy/reality/answer/", ANSWERS)

    assert RealityCheck.objects.get().answered_by == "Olga Owner"
