"""Research in the console: from files to niches, tests and first customers."""

from __future__ import annotations

from calendar import month_abbr

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hammock.departments.catalogue.models import Shop
from hammock.departments.marketing.actions import HomeDraft, open_site
from hammock.departments.marketing.gathering import Gathered, Searched
from hammock.departments.research.models import Conversation, Study, Trial
from hammock.departments.team.roles import Role
from hammock.flows.count_visits import count_visits
from hammock.flows.open_study import open_study
from hammock.flows.try_niche import start_trial
from hammock.kit import clock
from hammock.kit.jobs.worker import run_until_empty
from tests.departments.research.markets import MARKETS, asked_about
from tests.doors.console.asking import page, press
from tests.doors.console.conftest import member_as, signed_in
from tests.flows.test_studying import demand, studied, supply


def _files(column: str = "Keyword") -> dict[str, object]:
    asked, offered = demand(column), supply()
    return {
        "name": "Hobbies",
        "demand": SimpleUploadedFile(asked.name, asked.content.read()),
        "supply": SimpleUploadedFile(offered.name, offered.content.read()),
        "addresses": "",
    }


def test_an_owner_studies_a_market(owner: Client) -> None:
    assert "How it works" in page(owner, "research/")
    text = press(owner, "research/new/", _files())
    study = Study.objects.get()
    assert "keywords.csv" in text
    assert "Begin the study" in text
    fields = {
        f"s{source.pk}-{name}": column
        for source in study.sources.all()
        for name, column in source.recognised.items()
    }
    text = press(owner, f"research/{study.pk}/", fields)
    assert "Waiting for its turn" in text
    run_until_empty()
    text = page(owner, f"research/{study.pk}/")
    assert "Niches, best first" in text
    assert "Where it comes from" in text
    assert "Hobbies" in page(owner, "research/")
    niche = study.niches.get(rank=1)
    text = page(owner, f"research/niches/{niche.pk}/")
    evidence = niche.facts["evidence"]
    product = 1 - evidence["satisfaction"]["value"]
    for part in (evidence["demand"]["value"], evidence["pays"]["value"]):
        product *= part
    assert niche.facts["opportunity"] == pytest.approx(product, rel=1e-3)
    assert f"(1 − {100 * evidence['satisfaction']['value']:.1f} %)" in text
    for heading in ("Why not this one", "Three cheap tests", "The first twenty customers"):
        assert heading in text


def test_an_unrecognised_column_is_asked_for(owner: Client) -> None:
    text = press(owner, "research/new/", _files(column="Was"))
    assert "choose the column that says what is asked" in text
    study = Study.objects.get()
    source = study.sources.get(side="demand")
    fields = {f"s{one.pk}-text": one.recognised.get("text", "") for one in study.sources.all()}
    response = owner.post(f"/console/research/{study.pk}/", fields)
    assert response.status_code == 400
    press(owner, f"research/{study.pk}/", {**fields, f"s{source.pk}-text": "Was"})
    source.refresh_from_db()
    assert source.chosen == {"text": "Was", "volume": ""}


def test_a_recognised_column_and_a_history_are_shown_and_can_be_taken_away(owner: Client) -> None:
    rows = "".join(f"{text},10,90,5,6\n" for text in asked_about("dog", 70))
    header = "Keyword,Volume,Impressions,Searches: May 2025,Searches: Jun 2025\n"
    file = SimpleUploadedFile("k.csv", (header + rows).encode())
    text = press(owner, "research/new/", {"name": "K", "demand": file, "addresses": ""})
    assert "Use the history in 2 columns, May 2025 to June 2025" in text
    assert "Searches: May 2025 · Searches: Jun 2025" in text
    source = Study.objects.get().sources.get()
    said = {f"s{source.pk}-text": "Keyword", f"s{source.pk}-volume": ""}
    press(owner, f"research/{source.study_id}/", said)
    source.refresh_from_db()
    assert source.chosen == {"text": "Keyword", "volume": "", "months": ""}
    run_until_empty()
    (told,) = Study.objects.get().found["sources"]  # type: ignore[index]
    assert (told["columns"], told["months"]) == ({"text": "Keyword"}, 0)


def test_a_file_that_is_no_table_is_named_on_the_page(owner: Client) -> None:
    pdf = SimpleUploadedFile("a.pdf", b"%PDF-1.7 nothing")
    response = owner.post("/console/research/new/", {"name": "No", "demand": pdf, "addresses": ""})
    assert response.status_code == 400
    assert "a.pdf: " in response.content.decode()
    response = owner.post("/console/research/new/", {"name": "No", "addresses": "nonsense"})
    assert "is no web address" in response.content.decode()
    assert not Study.objects.exists()


def _searched() -> None:
    texts = [text for name in MARKETS for text in asked_about(name, 40)]
    count_visits(
        Gathered(
            day=clock.today(),
            searches={at: Searched(words=words, found=at % 2) for at, words in enumerate(texts)},
        )
    )


def test_an_owner_studies_what_people_searched_for_in_the_shop(owner: Client) -> None:
    _searched()
    today = clock.today().isoformat()
    assert f'value="{today}"' in owner.get("/console/research/new/").content.decode()
    said = {"name": "Own", "addresses": "", "own_searches": "on", "since": today, "until": today}
    text = press(owner, "research/new/", said)
    (source,) = Study.objects.get().sources.all()
    assert source.name == f"own-searches-{today}-to-{today}.csv"
    assert source.recognised["answered"] == "results"
    assert source.name in text
    press(owner, f"research/{source.study_id}/begin/")
    run_until_empty()
    niche = source.study.niches.all()[0]
    assert "Searched in vain" in page(owner, f"research/niches/{niche.pk}/")


def test_where_months_are_known_the_pages_show_what_is_expected(owner: Client) -> None:
    texts = [text for name in MARKETS for text in asked_about(name, 40)]
    names = [f"Searches: {month} {year}" for year in (2024, 2025) for month in month_abbr[1:]]
    rows = "".join(
        f"{text},100," + ",".join(str(90 + (3 * at + row) % 20) for at in range(24)) + "\n"
        for row, text in enumerate(texts)
    )
    content = f"Keyword,Volume,{','.join(names)}\n{rows}".encode()
    uploads = {"name": "Months", "addresses": "", "demand": SimpleUploadedFile("k.csv", content)}
    press(owner, "research/new/", uploads)
    study = Study.objects.get()
    press(owner, f"research/{study.pk}/begin/")
    run_until_empty()
    study.refresh_from_db()
    assert study.found is not None
    told = study.found["foresight"]["said"]
    text = page(owner, f"research/{study.pk}/")
    assert "Niche Demand Expected" in text
    assert told in text
    niche = study.niches.all()[0]
    card = page(owner, f"research/niches/{niche.pk}/")
    low, high = (round(100 * niche.facts[f"expected_{end}"]) for end in ("low", "high"))
    assert "How asking goes" in card
    assert f"{niche.facts['expected_volume']:,.0f} a month ({low} to {high} %)" in card
    assert niche.facts["season"] in card


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({}, "Choose a file, or one of what the shop heard itself."),
        ({"own_searches": "on"}, "Write the first day"),
        ({"own_searches": "on", "since": "2026-03-02", "until": "2026-03-01"}, "Write the first"),
        ({"own_searches": "on", "since": "2026-03-01", "until": "2026-03-02"}, "Nobody searched"),
        ({"own_words": "on", "since": "2026-03-01", "until": "2026-03-02"}, "No customer wrote"),
    ],
)
def test_a_study_without_any_demand_is_refused(
    owner: Client, said: dict[str, str], problem: str
) -> None:
    response = owner.post("/console/research/new/", {"name": "No", "addresses": "", **said})
    assert response.status_code == 400
    assert problem in response.content.decode()
    assert not Study.objects.exists()


def test_who_may_not_see_customers_is_not_offered_their_words(owner: Client) -> None:
    marketer = signed_in(member_as(Role.MARKETING))
    for client, offered in ((owner, True), (marketer, False)):
        assert ("own_words" in client.get("/console/research/new/").content.decode()) is offered


def test_tests_are_set_up_and_their_results_shown(owner: Client) -> None:
    open_site(HomeDraft(title="Shop", intro=""), site_name="Shop", host="localhost", port=80)
    niche = studied().niches.get(rank=1)
    for kind in Trial.Kind.values:
        text = press(owner, f"research/niches/{niche.pk}/try/{kind}/")
        assert "It is set up" in text
    assert "set up for the niche already" in press(
        owner, f"research/niches/{niche.pk}/try/interviews/"
    )
    trial = Trial.objects.get(kind=Trial.Kind.PRE_ORDER)
    wrong = {"reached": "50", "acted": "60", "paid": "10"}
    response = owner.post(f"/console/research/tests/{trial.pk}/", wrong)
    assert response.status_code == 400
    assert "More acted than were reached" in response.content.decode()
    strange = {"reached": "50", "acted": "0", "paid": "5000"}
    response = owner.post(f"/console/research/tests/{trial.pk}/", strange)
    assert response.status_code == 400
    assert "Nobody bought, so nobody paid" in response.content.decode()
    text = press(
        owner, f"research/tests/{trial.pk}/", {"reached": "50", "acted": "5", "paid": "95.00"}
    )
    assert "with the tests; the study alone said" in text
    assert "Pre-order: 50 saw it, 5 bought." in text
    assert "5 of 50 bought and paid €95.00 together" in text
    again = owner.get(f"/console/research/tests/{trial.pk}/").content.decode()
    assert 'value="95.00"' in again


def test_a_conversation_is_written_down(owner: Client) -> None:
    niche = studied().niches.get(rank=1)
    text = press(owner, f"research/niches/{niche.pk}/first/")
    assert f"Somebody who asks “{niche.facts['unmet_questions'][0]}”" in text
    assert "Where they ask: keywords.csv" in text
    talk = Conversation.objects.filter(niche=niche).first()
    assert talk is not None
    response = owner.post(f"/console/research/talks/{talk.pk}/", {"kept_on": "2026-01-01"})
    assert response.status_code == 400
    assert "Write what was promised" in response.content.decode()
    text = press(
        owner,
        f"research/talks/{talk.pk}/",
        {"who": "<b>Ann</b>", "promised": "A draft", "quote": "Good", "may_quote": "on"},
    )
    assert "<b>Ann</b>" in text
    assert "not kept yet" in text


def test_a_quote_is_shown_only_with_consent(owner: Client) -> None:
    niche = studied().niches.get(rank=1)
    press(owner, f"research/niches/{niche.pk}/first/")
    talk = Conversation.objects.filter(niche=niche).first()
    assert talk is not None
    said = {"who": "Ann", "quote": "It saved my Sunday."}
    assert said["quote"] not in press(owner, f"research/talks/{talk.pk}/", said)
    agreed = {**said, "may_quote": "on"}
    assert "“It saved my Sunday.” — Ann" in press(owner, f"research/talks/{talk.pk}/", agreed)
    nameless = press(owner, f"research/talks/{talk.pk}/", {**agreed, "who": ""})
    assert "“It saved my Sunday.”" in nameless
    assert "“It saved my Sunday.” —" not in nameless


def test_a_study_is_looked_at_again_and_compared(owner: Client) -> None:
    first = studied()
    text = page(owner, f"research/{first.pk}/again/")
    assert f"stand beside those of “{first.name}”" in text
    press(owner, f"research/{first.pk}/again/", {"name": "Hobbies, spring", "addresses": ""})
    second = Study.objects.get(previous=first)
    press(owner, f"research/{second.pk}/begin/")
    run_until_empty()
    text = page(owner, f"research/{second.pk}/")
    assert "Since " in text
    assert "with no sure change" in text
    assert "No sure change" in page(owner, f"research/{second.pk}/?all")


def test_a_study_that_cannot_be_told_from_chance_shows_no_ranks(owner: Client) -> None:
    asked = demand()
    study = open_study(name="No supply", uploads=[asked])
    press(owner, f"research/{study.pk}/begin/")
    run_until_empty()
    text = page(owner, f"research/{study.pk}/")
    assert "Not ranked" in text
    assert "Niches, by volume" in text
    assert "Opportunity" not in text
    assert not study.niches.filter(rank__isnull=False).exists()


def test_a_stopped_study_begins_again(owner: Client) -> None:
    press(owner, "research/new/", _files())
    study = Study.objects.get()
    press(owner, f"research/{study.pk}/begin/")
    text = press(owner, f"research/{study.pk}/stop/")
    assert "The study was stopped" in text
    assert "Waiting for its turn" in press(owner, f"research/{study.pk}/begin/")


@pytest.mark.parametrize("address", ["research/", "research/new/", "research/1/"])
def test_others_do_not_see_research(writer: Client, address: str) -> None:
    response = writer.get(f"/console/{address}")
    assert response.status_code in {302, 403}


@pytest.mark.parametrize("address", ["research/1/", "research/niches/1/", "research/talks/1/"])
def test_what_is_not_there_is_not_found(owner: Client, address: str) -> None:
    page(owner, address, status=404)


def test_somebody_joins_a_waiting_list(shop: Shop, client: Client) -> None:
    open_site(HomeDraft(title="Shop", intro=""), site_name="Shop", host="localhost", port=80)
    niche = studied().niches.get(rank=1)
    trial = start_trial(niche_id=niche.pk, kind=Trial.Kind.WAITING_LIST)
    address = f"/waiting/{trial.key}/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"email": "ann@example.org"}).status_code == 400
    assert not trial.entries.exists()
    answer = client.post(address, {"email": "ann@example.org", "agreed": "on"})
    assert "You are on the list" in answer.content.decode()
    assert trial.entries.get().wording.startswith("Write to me once")
    assert client.get("/waiting/nothing/").status_code == 404
