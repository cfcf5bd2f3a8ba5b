"""`hammock research` writes a report from files, and says what is wrong with them."""

from __future__ import annotations

import csv
import html
import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.departments.research.files import written
from tests.departments.research.markets import MARKETS, asked_about

SERVED = [name for name in MARKETS if name not in {"piano", "bread"}]


def demand_file(folder: Path) -> Path:
    texts = [text for name in MARKETS for text in asked_about(name, 60)]
    rows = "".join(f'"{text}","1,{at % 10}00",US\n' for at, text in enumerate(texts))
    return written(folder, "keywords.csv", "Keyword,Volume,Country\n" + rows + "=cmd|x,5,US\n,9,\n")


def supply_file(folder: Path) -> Path:
    products = [
        {"name": text, "price": 10 + at % 5, "currency": "EUR", "rating": 4.5, "reviews": 12}
        for name in SERVED
        for at, text in enumerate(asked_about(name, 12, seed=2))
    ]
    return written(folder, "products.json", json.dumps(products))


def test_a_report_is_written_with_tables_a_page_a_map_and_json(tmp_path: Path) -> None:
    told = io.StringIO()
    out = tmp_path / "report"
    call_command(
        "research",
        demand_file(tmp_path),
        supply=[supply_file(tmp_path)],
        out=out,
        json=True,
        stdout=told,
    )
    found = json.loads(told.getvalue())
    assert {file.name for file in out.iterdir()} == {
        "niches.csv",
        "queries.csv",
        "report.html",
        *(f"niche-{number}.html" for number in range(1, len(found["niches"]) + 1)),
        "map.svg",
        "map-dark.svg",
        "map.png",
        "study.json",
    }
    assert found == json.loads((out / "study.json").read_text(encoding="utf-8"))
    assert found["ranked"]
    assert set(found["niches"][0]["words"]) & {*MARKETS["piano"].split(), *MARKETS["bread"].split()}
    assert found["sources"][0]["columns"]["volume"] == "Volume"
    assert [one["row"] for one in found["sources"][0]["refused"]] == [483]
    page = (out / "report.html").read_text(encoding="utf-8")
    assert found["formula"] in page
    best = (out / "niche-1.html").read_text(encoding="utf-8")
    assert "Why not this one" in best
    assert html.escape(found["niches"][0]["questions"][0]) in best
    assert (out / "map.png").read_bytes().startswith(b"\x89PNG")
    assert (out / "map.svg").read_text(encoding="utf-8").startswith("<svg")


def test_a_spreadsheet_runs_nothing_that_came_from_outside(tmp_path: Path) -> None:
    out = tmp_path / "report"
    call_command("research", demand_file(tmp_path), out=out, stdout=io.StringIO())
    with (out / "queries.csv").open(encoding="utf-8", newline="") as lines:
        texts = [row["text"] for row in csv.DictReader(lines)]
    assert "'=cmd|x" in texts
    assert not any(text.startswith("=") for text in texts)


def test_markup_from_outside_is_shown_and_not_run(tmp_path: Path) -> None:
    rows = "".join(f"<b>{one}</b> {{{{ 7 }}}} &lt;script&gt;,1\n" for one in asked_about("dog", 70))
    path = written(tmp_path, "k.csv", "Keyword,Volume\n" + rows)
    call_command("research", path, out=tmp_path / "report", stdout=io.StringIO())
    for page in (tmp_path / "report").glob("*.html"):
        assert "<script" not in page.read_text(encoding="utf-8")


def test_supply_at_a_private_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="private network"):
        call_command(
            "research",
            demand_file(tmp_path),
            supply=["http://127.0.0.1:9/sitemap.xml"],
            out=tmp_path / "report",
            stdout=io.StringIO(),
        )
    assert not (tmp_path / "report").exists()


def test_without_supply_the_report_says_that_nothing_is_ranked(tmp_path: Path) -> None:
    told = io.StringIO()
    call_command("research", demand_file(tmp_path), out=tmp_path / "report", stdout=told)
    assert "No supply was given" in told.getvalue()


def test_too_little_data_writes_nothing(tmp_path: Path) -> None:
    few = written(tmp_path, "few.csv", "Keyword,Volume\nlamp,5\ndesk,6\n")
    with pytest.raises(CommandError, match="Too little data: 2 distinct texts"):
        call_command("research", few, out=tmp_path / "report", stdout=io.StringIO())
    assert not (tmp_path / "report").exists()


def test_a_column_is_corrected_from_the_command(tmp_path: Path) -> None:
    rows = "".join(f"{text},{at}\n" for at, text in enumerate(asked_about("dog", 70)))
    path = written(tmp_path, "k.csv", "Suchwort,Wie oft\n" + rows)
    with pytest.raises(CommandError, match="no column for the text"):
        call_command("research", path, out=tmp_path / "report", stdout=io.StringIO())
    told = io.StringIO()
    call_command(
        "research",
        path,
        out=tmp_path / "report",
        demand_column=["text=Suchwort", "volume=Wie oft"],
        stdout=told,
    )
    assert "text = Suchwort, volume = Wie oft" in told.getvalue()


def test_a_pair_without_a_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="FIELD=COLUMN"):
        call_command("research", "k.csv", out=tmp_path, demand_column=["text"])
