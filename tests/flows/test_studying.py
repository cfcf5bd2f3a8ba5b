"""Studies run in the background, stop and begin again, and niches are put to cheap tests."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from numpy.typing import NDArray
from wagtail.models import Page

from hammock.departments.catalogue.models import Product, Shop
from hammock.departments.marketing.actions import HomeDraft, open_site
from hammock.departments.research import lessons, overview, ports, queries
from hammock.departments.research.actions import ConversationChange
from hammock.departments.research.errors import CannotDo, PageRefused, UnreadableFile
from hammock.departments.research.models import Conversation, Niche, Source, Study, Trial
from hammock.departments.research.ports import Fetched
from hammock.departments.research.queries import Question, investigate
from hammock.departments.research.rules.opportunity import Estimate
from hammock.flows.open_study import StudyUpload, choose_columns, open_study, repeat_study
from hammock.flows.run_study import begin_study, forget_steps, run_study, stop_study
from hammock.flows.try_niche import (
    TrialResult,
    end_trial,
    join_waiting_list,
    plan_first_customers,
    save_conversation,
    start_trial,
)
from hammock.kit import clock
from hammock.kit.facts.models import Fact
from hammock.kit.jobs.models import Job
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.money import Money
from hammock.kit.text import shipped
from tests.clocks import frozen
from tests.crashes import SimulatedCrash
from tests.departments.research.markets import MARKETS, asked_about
from tests.shops import Shelf

SERVED = [name for name in MARKETS if name not in {"piano", "bread"}]


def demand(column: str = "Keyword") -> StudyUpload:
    texts = [text for name in MARKETS for text in asked_about(name, 60)]
    rows = "".join(f'"{text}","1,{at % 10}00"\n' for at, text in enumerate(texts))
    content = io.BytesIO(f"{column},Volume\n{rows}".encode())
    return StudyUpload(side=Source.Side.DEMAND, name="keywords.csv", content=content)


def supply() -> StudyUpload:
    products = [
        {"name": text, "price": 10 + at % 5, "currency": "EUR"}
        for name in SERVED
        for at, text in enumerate(asked_about(name, 12, seed=2))
    ]
    content = io.BytesIO(json.dumps(products).encode())
    return StudyUpload(side=Source.Side.SUPPLY, name="products.json", content=content)


def studied() -> Study:
    study = open_study(name="Hobbies", uploads=[demand(), supply()])
    begin_study(study_id=study.pk)
    run_until_empty()
    study.refresh_from_db()
    return study


def no_talk(**changes: object) -> ConversationChange:
    form: dict[str, object] = {
        "who": "Ann",
        "talked_on": None,
        "answer": "",
        "found_nothing": None,
        "promised": "",
        "promised_for": None,
        "kept_on": None,
        "quote": "",
        "may_quote": False,
    }
    return ConversationChange(**(form | changes))  # type: ignore[arg-type]


def test_a_study_runs_and_keeps_its_niches_map_and_sources(shop: Shop) -> None:
    study = studied()
    assert (study.state, study.problem) == (Study.State.DONE, "")
    assert study.found is not None
    assert study.found["ranked"]
    best = study.niches.get(rank=1)
    assert set(best.facts["words"]) & {*MARKETS["piano"].split(), *MARKETS["bread"].split()}
    assert study.map_light.startswith("<svg")
    assert study.map_light != study.map_dark
    assert [one["file"] for one in study.found["sources"]] == ["keywords.csv", "products.json"]
    (done,) = Fact.objects.filter(name="StudyDone")
    assert done.data["niches"] == study.niches.count()


def test_a_file_that_is_no_table_opens_nothing(shop: Shop, shelf: Shelf) -> None:
    kept = dict(shelf.kept)
    pdf = StudyUpload(side="demand", name="a.pdf", content=io.BytesIO(b"%PDF-1.7 nothing"))
    with pytest.raises(UnreadableFile, match=r"a\.pdf"):
        open_study(name="No", uploads=[pdf])
    with pytest.raises(CannotDo, match="demand"):
        open_study(name="No", uploads=[supply()])
    assert not Study.objects.exists()
    assert shelf.kept == kept


def test_too_little_data_says_so_instead_of_a_ranking(shop: Shop) -> None:
    few = StudyUpload(side="demand", name="few.csv", content=io.BytesIO(b"Keyword\npiano\nbread\n"))
    study = open_study(name="Few", uploads=[few])
    begin_study(study_id=study.pk)
    run_until_empty()
    study.refresh_from_db()
    assert study.state == Study.State.FAILED
    assert study.problem.startswith("Too little data: 2 ")
    assert not study.niches.exists()


def test_an_unknown_column_is_chosen_and_the_study_begins_again(shop: Shop) -> None:
    study = open_study(name="Odd", uploads=[demand(column="Was"), supply()])
    begin_study(study_id=study.pk)
    run_until_empty()
    study.refresh_from_db()
    assert study.state == Study.State.FAILED
    assert "no column for the text" in study.problem
    source = study.sources.get(side=Source.Side.DEMAND)
    with pytest.raises(CannotDo, match="no column “Wer”"):
        choose_columns(source_id=source.pk, chosen={"text": "Wer"})
    choose_columns(source_id=source.pk, chosen={"text": "Was", "volume": "Volume"})
    begin_study(study_id=study.pk)
    run_until_empty()
    study.refresh_from_db()
    assert study.state == Study.State.DONE


def test_a_waiting_study_stops_at_once_and_its_job_does_nothing(shop: Shop) -> None:
    study = open_study(name="Stop", uploads=[demand()])
    begin_study(study_id=study.pk)
    with pytest.raises(CannotDo, match="running already"):
        begin_study(study_id=study.pk)
    stop_study(study_id=study.pk)
    run_until_empty()
    study.refresh_from_db()
    assert (study.state, study.found) == (Study.State.STOPPED, None)


def at_stage(monkeypatch: pytest.MonkeyPatch, stage: str, what_happens: Callable[[], None]) -> None:
    """Let something happen while a study comes to a stage."""

    def interrupted(
        question: Question, *, heartbeat: Callable[[str, float], None], kept: Path
    ) -> object:
        def beat(now: str, share: float) -> None:
            if now == stage:
                what_happens()
            heartbeat(now, share)

        return investigate(question, heartbeat=beat, kept=kept)

    monkeypatch.setattr(queries, "investigate", interrupted)


def nothing_is_encoded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse to encode more than the one text that a model is known by."""

    class Tired:
        name = shipped().name

        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            assert len(texts) == 1
            return shipped().encode(texts)

    monkeypatch.setattr(queries, "configured", lambda folder: Tired())


def steps_of(study: Study) -> Path:
    return Path(settings.HAMMOCK_DATA) / "studies" / str(study.pk)


def found_by(study: Study) -> object:
    study.refresh_from_db()
    assert (study.state, study.problem) == (Study.State.DONE, "")
    assert study.found is not None
    return study.found["niches"]


def test_a_stopped_study_goes_on_where_it_was(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = studied()
    assert not steps_of(whole).exists()
    study = open_study(name="Stop", uploads=[demand(), supply()])
    begin_study(study_id=study.pk)
    at_stage(monkeypatch, "rehearsing gaps", lambda: stop_study(study_id=study.pk))
    run_until_empty()
    study.refresh_from_db()
    assert (study.state, study.stage) == (Study.State.STOPPED, "comparing with supply")
    (folder,) = steps_of(study).iterdir()
    assert {"demand-0.npz", "neighbours.npz", "offers.npz"} <= {
        one.name for one in folder.iterdir()
    }
    monkeypatch.undo()
    nothing_is_encoded_again(monkeypatch)
    begin_study(study_id=study.pk)
    run_until_empty()
    assert found_by(study) == found_by(whole)
    assert not steps_of(study).exists()


def test_a_study_whose_worker_died_goes_on_where_it_was(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = studied()
    study = open_study(name="Dies", uploads=[demand(), supply()])
    begin_study(study_id=study.pk)
    study.refresh_from_db()

    def die() -> None:
        raise SimulatedCrash

    at_stage(monkeypatch, "comparing with supply", die)
    with pytest.raises(SimulatedCrash):
        run_study(study_id=study.pk, run=study.run)
    monkeypatch.undo()
    study.refresh_from_db()
    assert study.state == Study.State.RUNNING
    forget_steps()
    assert steps_of(study).exists()
    nothing_is_encoded_again(monkeypatch)
    run_until_empty()
    assert found_by(study) == found_by(whole)


def test_what_was_kept_of_a_stopped_study_goes_after_a_month(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = open_study(name="Stop", uploads=[demand(), supply()])
    begin_study(study_id=study.pk)
    at_stage(monkeypatch, "rehearsing gaps", lambda: stop_study(study_id=study.pk))
    run_until_empty()
    forget_steps()
    assert steps_of(study).exists()
    with frozen(clock.now() + timedelta(days=31)):
        forget_steps()
    assert not steps_of(study).exists()


def test_a_running_study_stops_and_begins_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = open_study(name="Stop", uploads=[demand(), supply()])
    begin_study(study_id=study.pk)
    at_stage(monkeypatch, "grouping", lambda: stop_study(study_id=study.pk))
    run_until_empty()
    study.refresh_from_db()
    assert (study.state, study.found) == (Study.State.STOPPED, None)
    assert not study.niches.exists()
    monkeypatch.undo()
    begin_study(study_id=study.pk)
    run_study(study_id=study.pk, run=1)  # the job of the first beginning comes late
    study.refresh_from_db()
    assert study.state == Study.State.WAITING
    run_until_empty()
    study.refresh_from_db()
    assert study.state == Study.State.DONE
    assert not Job.objects.filter(state="failed").exists()


def test_supply_is_fetched_from_an_address(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    products = [
        {"@type": "Product", "name": text, "offers": {"price": 10, "priceCurrency": "EUR"}}
        for name in SERVED
        for text in asked_about(name, 12, seed=2)
    ]

    class Pages:
        def get(self, address: str) -> Fetched:
            if "inside" in address:
                raise PageRefused(address=address, problem="it lies in a private network")
            body = f'<script type="application/ld+json">{json.dumps(products)}</script>'
            return Fetched(address=address, content_type="text/html", body=body.encode())

    monkeypatch.setattr(ports, "_pages", [Pages()])
    for address, state in (("https://shop.example/", "done"), ("https://inside/", "failed")):
        study = open_study(name="Web", uploads=[demand()], addresses=[address])
        begin_study(study_id=study.pk)
        run_until_empty()
        study.refresh_from_db()
        assert study.state == state, study.problem
    assert "private network" in study.problem


def test_a_study_is_repeated_and_compared(shop: Shop) -> None:
    first = studied()
    second = repeat_study(study_id=first.pk, name="Hobbies, spring", uploads=[supply()])
    assert [one.side for one in second.sources.all()] == ["demand", "supply"]
    begin_study(study_id=second.pk)
    run_until_empty()
    second.refresh_from_db()
    found = overview.compared(second)
    assert found is not None
    assert found.problem == ""
    assert {one.verdict for one in found.changes} == {"no change that can be told from chance"}
    assert overview.compared(first) is None


def test_what_grew_until_the_next_quarter_is_said(shop: Shop) -> None:
    """The bread is asked for a hundred times as often; nothing else changed."""
    first = studied()
    texts = [text for name in MARKETS for text in asked_about(name, 60)]
    bread = set(asked_about("bread", 60))
    rows = "".join(
        f'"{text}","{(1_000 + at % 10 * 100) * (100 if text in bread else 1)}"\n'
        for at, text in enumerate(texts)
    )
    content = io.BytesIO(f"Keyword,Volume\n{rows}".encode())
    renewed = StudyUpload(side=Source.Side.DEMAND, name="spring.csv", content=content)
    second = repeat_study(study_id=first.pk, name="Hobbies, spring", uploads=[renewed])
    begin_study(study_id=second.pk)
    run_until_empty()
    second.refresh_from_db()
    comparison = overview.compared(second)
    assert comparison is not None
    found = {one.name: one.verdict for one in comparison.changes}
    grew = [name for name, verdict in found.items() if verdict == "grew"]
    assert grew
    assert all(set(name.split()) & set(MARKETS["bread"].split()) for name in grew)
    assert set(found.values()) == {"grew", "no change that can be told from chance"}


def test_interviews_move_the_estimate(shop: Shop) -> None:
    niche = studied().niches.get(rank=1)
    trial = start_trial(niche_id=niche.pk, kind=Trial.Kind.INTERVIEWS)
    with pytest.raises(CannotDo, match="set up for the niche already"):
        start_trial(niche_id=niche.pk, kind=Trial.Kind.INTERVIEWS)
    talks = list(trial.conversations.all())
    assert len(talks) == 10
    before = lessons.standing_in(niche.study, niche)
    assert before.learned is None
    assert (before.unmet, before.opportunity) == (
        Estimate(**niche.facts["evidence"]["unmet"]),
        Estimate(*(niche.facts[f"opportunity{end}"] for end in ("", "_low", "_high"))),
    )
    for talk in talks:
        save_conversation(conversation_id=talk.pk, change=no_talk(found_nothing=False))
    after = lessons.standing_in(niche.study, niche)
    assert after.unmet is not None
    assert after.opportunity is not None
    assert before.unmet is not None
    assert before.opportunity is not None
    assert after.unmet.value < before.unmet.value
    assert after.opportunity.value < before.opportunity.value
    assert "0 of 10 interviewed found nothing that fits." in after.why_not


def test_a_waiting_list_is_a_draft_page_and_a_list(shop: Shop) -> None:
    niche = studied().niches.get(rank=1)
    with pytest.raises(CannotDo, match="no front page yet"):
        start_trial(niche_id=niche.pk, kind=Trial.Kind.WAITING_LIST)
    assert not Trial.objects.exists()
    home = HomeDraft(title="Shop", intro="")
    open_site(home, site_name="Shop", host="localhost", port=80)
    trial = start_trial(niche_id=niche.pk, kind=Trial.Kind.WAITING_LIST)
    assert trial.page_id is not None
    page = Page.objects.get(pk=trial.page_id)
    assert not page.live
    assert f"/waiting/{trial.key}/" in page.specific.body
    assert join_waiting_list(key=trial.key, email="Ann@Example.org")
    assert not join_waiting_list(key=trial.key, email="ann@example.org")
    assert trial.entries.get().email == "ann@example.org"
    with pytest.raises(CannotDo, match="More acted"):
        end_trial(trial_id=trial.pk, result=TrialResult(reached=1, acted=2))
    end_trial(trial_id=trial.pk, result=TrialResult(reached=100, acted=30))
    found = lessons.standing_in(niche.study, niche).learned
    assert found is not None
    assert found.joining is not None
    assert found.joining.low > 0.15


def test_a_pre_order_is_a_product_nobody_sees_yet(shop: Shop) -> None:
    niche = studied().niches.get(rank=1)
    trial = start_trial(niche_id=niche.pk, kind=Trial.Kind.PRE_ORDER)
    assert trial.product_id is not None
    product = Product.objects.get(pk=trial.product_id)
    assert product.state == Product.State.DRAFT
    assert [price.label for price in product.prices.all()] == ["Pre-order"]
    for reached, acted, paid, problem in (
        (100, 0, Money(minor=5000_00, currency="EUR"), "Nobody bought, so nobody paid"),
        (100, 10, None, "Who buys pays"),
        (100, 10, Money(minor=0, currency="EUR"), "Who buys pays"),
        (100, 10, Money(minor=-1, currency="EUR"), "less than nothing"),
    ):
        with pytest.raises(CannotDo, match=problem):
            end_trial(
                trial_id=trial.pk, result=TrialResult(reached=reached, acted=acted, paid=paid)
            )
    trial.refresh_from_db()
    assert (trial.reached, trial.acted, trial.paid_minor, trial.ended_at) == (0, 0, 0, None)
    end_trial(
        trial_id=trial.pk,
        result=TrialResult(reached=200, acted=40, paid=Money(minor=40 * 9900, currency="EUR")),
    )
    after = lessons.standing_in(niche.study, niche)
    assert after.learned is not None
    assert after.learned.pays is not None
    assert after.learned.pays.value > niche.facts["evidence"]["pays"]["value"]
    assert after.payments == ""


def test_the_first_twenty_customers_are_planned_once_and_promises_are_seen(shop: Shop) -> None:
    niche = studied().niches.get(rank=1)
    plan_first_customers(niche_id=niche.pk)
    with pytest.raises(CannotDo, match="already"):
        plan_first_customers(niche_id=niche.pk)
    talk = Conversation.objects.filter(niche=niche, trial=None).first()
    assert Conversation.objects.filter(niche=niche, trial=None).count() == 20
    assert talk is not None
    with pytest.raises(CannotDo, match="quote"):
        save_conversation(conversation_id=talk.pk, change=no_talk(may_quote=True))
    talk.refresh_from_db()
    assert talk.who == ""
    save_conversation(conversation_id=talk.pk, change=no_talk(quote="Fine!", may_quote=True))
    talk.refresh_from_db()
    assert (talk.who, talk.may_quote) == ("Ann", True)


def test_a_niche_that_is_not_there_cannot_be_tried(shop: Shop) -> None:
    with pytest.raises(Niche.DoesNotExist):
        start_trial(niche_id=1, kind=Trial.Kind.INTERVIEWS)
