"""What the shop heard itself becomes demand of a study, with its span, and without persons."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from hammock.departments.catalogue.models import Shop
from hammock.departments.customers import actions as customers
from hammock.departments.customers.actions import Asked
from hammock.departments.customers.models import Customer, CustomerRequest
from hammock.departments.customers.rules import without_persons
from hammock.departments.marketing.gathering import Gathered, Searched
from hammock.departments.research.errors import CannotDo
from hammock.departments.research.reading import read_demand
from hammock.flows.count_visits import count_visits
from hammock.flows.hear_demand import hear_customers, hear_searches
from hammock.kit import clock, personal
from tests.clocks import NOON, frozen
from tests.departments.research.markets import MARKETS, asked_about
from tests.visitors import DAY

LAST = DAY + timedelta(days=9)


def searched(counts: dict[str, int], *, found: int, day_ago: int = 0) -> None:
    """Let words be searched for so often, always with so many results."""
    day = LAST - timedelta(days=day_ago)
    start = day.toordinal() * 100_000 + found * 10_000
    every = [words for words, times in counts.items() for _ in range(times)]
    count_visits(
        Gathered(
            day=day,
            searches={
                start + at: Searched(words=words, found=found) for at, words in enumerate(every)
            },
        )
    )


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


@pytest.mark.django_db(transaction=True)
def test_searches_come_as_searches_a_month_with_their_results_and_span(tmp_path: Path) -> None:
    for ago in range(10):
        count_visits(Gathered(day=LAST - timedelta(days=ago)))
    searched({"piano lessons": 4, "yoga mat": 1}, found=0, day_ago=1)
    searched({"yoga mat": 2}, found=3)
    searched({"long ago": 9}, found=0, day_ago=20)
    heard = hear_searches(since=DAY, until=LAST)
    assert heard.name == "own-searches-2026-03-10-to-2026-03-19.csv"
    piano, yoga = rows(heard.content)
    assert (piano["query"], piano["monthly searches"], piano["results"]) == (
        "piano lessons",
        "12.18",  # 4 in ten days
        "0",
    )
    assert (yoga["searched"], yoga["in vain"], yoga["results"]) == ("3", "1", "3")
    path = tmp_path / heard.name
    path.write_bytes(heard.content)
    read = read_demand(path)
    assert [(one.text, one.answered) for one in read.rows] == [
        ("piano lessons", 0.0),
        ("yoga mat", 3.0),
    ]
    assert read.rows[0].volume is not None
    assert read.rows[0].volume.value == pytest.approx(12.18)
    assert not read.file.refused


@pytest.mark.django_db(transaction=True)
def test_a_shop_in_which_nothing_was_said_says_so() -> None:
    with pytest.raises(CannotDo, match="Nobody searched in the shop from 10 March 2026"):
        hear_searches(since=DAY, until=LAST)
    with pytest.raises(CannotDo, match="No customer wrote anything"):
        hear_customers(since=DAY, until=LAST)


def asked(words: str, *, name: str = "Ann Buyer", by: str = "", about: str = "H-1") -> Customer:
    customer, _new = Customer.objects.get_or_create(email=f"{name.split()[0]}@x.example".lower())
    customer.name = name
    customer.save()
    customers.file_request(
        customer,
        Asked(
            kind=CustomerRequest.Kind.REFUND,
            about=about,
            title="An order",
            words=words,
            asked_by=by,
        ),
        answer_by=clock.now(),
    )
    return customer


def test_what_customers_wrote_comes_without_what_leads_to_them(shop: Shop) -> None:
    with frozen():
        ann = asked("I am Ann, write to ann@mail.example or 0151 2345678; do you have a PDF of it?")
        asked("The member typed this", by="Olga Owner", about="H-2")
        asked("", about="H-3")
        asked("Do you have it in large print?", name="Bo", about="H-4")
        heard = hear_customers(since=NOON.date(), until=NOON.date())
        assert [row["question"] for row in rows(heard.content)] == [
            "I am …, write to … or …; do you have a PDF of it?",
            "Do you have it in large print?",
        ]
        with personal.hidden(), pytest.raises(CannotDo, match="who may see customers"):
            hear_customers(since=NOON.date(), until=NOON.date())
        customers.erase(ann)
        left = hear_customers(since=NOON.date(), until=NOON.date())
    assert [row["question"] for row in rows(left.content)] == ["Do you have it in large print?"]


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("Ann Buyer's order H-7KQ2M9XD", "… …'s order …"),
        ("see https://x.example/a?b=c now", "see … now"),
        ("call +49 (151) 23-45", "call +…"),
        ("2 of 3 pages, in 2026", "2 of 3 pages, in 2026"),
        ("annual planner", "annual planner"),
    ],
)
def test_names_addresses_and_numbers_are_taken_out_and_words_stay(words: str, left: str) -> None:
    assert without_persons(words, names=["Ann Buyer"]) == left


@pytest.mark.django_db(transaction=True)
def test_the_command_studies_the_shops_own_searches_and_shows_those_in_vain(
    tmp_path: Path,
) -> None:
    with frozen():
        for name in MARKETS:
            found = 0 if name == "piano" else 2
            searched(dict.fromkeys(asked_about(name, 40), 2), found=found, day_ago=9)
        told = io.StringIO()
        call_command(
            "research",
            own_searches=True,
            since=DAY,
            until=LAST,
            out=tmp_path,
            json=True,
            stdout=told,
        )
    study = json.loads(told.getvalue())
    (source,) = study["sources"]
    assert source["file"] == "own-searches-2026-03-10-to-2026-03-19.csv"
    assert source["columns"]["answered"] == "results"
    shares = {niche["niche"]: niche["in_vain"]["share"] for niche in study["niches"]}
    piano = [
        niche for niche in study["niches"] if set(niche["words"]) & set(MARKETS["piano"].split())
    ]
    assert piano
    assert all(niche["in_vain"]["share"] > 0.9 for niche in piano)
    assert min(shares.values()) == 0
    assert set(piano[0]["in_vain"]["texts"]) <= set(asked_about("piano", 40))
    pages = "".join(path.read_text() for path in tmp_path.glob("niche-*.html"))
    assert "Searched in vain" in pages


@pytest.mark.django_db(transaction=True)
def test_the_command_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="give files of demand, --own-searches or --own-words"):
        call_command("research", out=tmp_path / "a")
    with pytest.raises(CommandError, match="is before"):
        call_command("research", own_searches=True, since=LAST, until=DAY, out=tmp_path / "a")
    with pytest.raises(CommandError, match="Nobody searched"):
        call_command("research", own_searches=True, since=DAY, until=LAST, out=tmp_path / "a")
    assert not (tmp_path / "a").exists()
