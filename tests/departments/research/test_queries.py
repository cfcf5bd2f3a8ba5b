"""What was left out, or put beside what it does not equal, is said at its file and its niche."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from hammock.departments.research.queries import Question, investigate
from hammock.departments.research.report import facts
from tests.departments.research.files import written
from tests.departments.research.markets import MARKETS, asked_about

pytestmark = pytest.mark.long

UNSOLD = "piano"


def table(folder: Path, name: str, rows: list[tuple[str, ...]]) -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def test_unlike_volumes_and_currencies_are_said_at_the_file_and_in_the_niche(
    tmp_path: Path,
) -> None:
    sold = [name for name in MARKETS if name != UNSOLD]
    keywords = [(text, "900", "1.50") for name in sold for text in asked_about(name, 40)]
    questions = [json.dumps({"question": text}) for text in asked_about(UNSOLD, 40)]
    offers = [
        (text, "¥3000" if name == "dog" else "€20.50")
        for name in sold
        for text in asked_about(name, 12, seed=2)
    ]
    found = facts(
        investigate(
            Question(
                demand=(
                    table(tmp_path, "k.csv", [("Keyword", "Volume", "CPC (USD)"), *keywords]),
                    written(tmp_path, "q.jsonl", "\n".join(questions)),
                ),
                supply=(table(tmp_path, "p.csv", [("Name", "Price"), *offers]),),
            )
        )
    )
    keyword_file, question_file, offer_file = found["sources"]
    assert keyword_file["notes"] == []
    assert question_file["notes"][0].startswith("Its 40 rows have no volume: each counts as one")
    assert "Prices left out, as they are not in EUR like most: JPY 12." in offer_file["notes"]
    assert found["currency"] == "EUR"
    assert found["unit"].startswith("EUR (unanswered searches a month times")
    assert {niche["pays"] for niche in found["niches"]} == {20.5}
    lower = [niche for niche in found["niches"] if niche["volume"] < 900 * niche["texts"]]
    assert lower
    for niche in found["niches"]:
        said = [one for one in niche["why_not"] if "have no search volume" in one]
        assert bool(said) is (niche in lower)


def test_prices_without_a_currency_are_not_named_by_that_of_bids(tmp_path: Path) -> None:
    keywords = [(text, "900", "1.50") for name in MARKETS for text in asked_about(name, 40)]
    offers = [
        (text, "20.50") for name in MARKETS if name != UNSOLD for text in asked_about(name, 12)
    ]
    found = facts(
        investigate(
            Question(
                demand=(table(tmp_path, "k.csv", [("Keyword", "Volume", "CPC (USD)"), *keywords]),),
                supply=(table(tmp_path, "p.csv", [("Name", "Price"), *offers]),),
            )
        )
    )
    assert found["currency"] == ""
    assert found["unit"].startswith("money (")
