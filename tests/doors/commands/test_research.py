"""`hammock research` writes a report from files, and says what is wrong with them."""

from __future__ import annotations

import calendar
import csv
import html
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from hammock.departments.research import ports
from hammock.doors.commands.management.commands import research as command
from hammock.providers.polite_pages import PolitePages
from tests import hostile_shop
from tests.departments.research.files import written
from tests.departments.research.markets import MARKETS, asked_about

pytestmark = pytest.mark.long

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


def polite_here(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let this machine's own address be fetched, and no other private one."""
    polite = PolitePages(folder=folder, allows=lambda ip: ip == "127.0.0.1", between=0.0)
    monkeypatch.setattr(ports, "_pages", [polite])


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/inside", "private network"),
        ("/huge", "larger than 5,000,000 bytes"),
        ("/malformed", "its JSON-LD is malformed"),
        ("/plain", "no product data was found on 1 pages"),
    ],
)
def test_a_hostile_page_is_refused_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, problem: str
) -> None:
    polite_here(monkeypatch, tmp_path / "pages")
    with hostile_shop.running() as shop, pytest.raises(CommandError, match=problem):
        studied(tmp_path, demand_file(tmp_path), f"{shop}{path}")
    assert not (tmp_path / "report").exists()


def test_what_a_page_has_malformed_is_named_beside_what_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    polite_here(monkeypatch, tmp_path / "pages")
    with hostile_shop.running() as shop:
        hostile_shop.Shop.products = [
            {"@type": "Product", "name": text}
            for name in SERVED
            for text in asked_about(name, 12, seed=2)
        ]
        found = studied(tmp_path, demand_file(tmp_path), f"{shop}/products")
    assert found["ranked"]
    assert found["sources"][1]["rows"] == 12 * len(SERVED)
    (note,) = found["sources"][1]["notes"]
    assert note == f"{shop}/products: its JSON-LD is malformed."
    assert note in (tmp_path / "report" / "report.html").read_text(encoding="utf-8")


def test_a_file_as_bad_as_tools_write_them_is_read_or_named(tmp_path: Path) -> None:
    """UTF-16 with 50 columns, ranges, thousands, repeated and empty rows, a German among them."""
    wide = "\t".join(f"Attribute {at}" for at in range(47))
    texts = [text for name in MARKETS for text in asked_about(name, 60)]
    volumes = ["10K – 100K", "<10", "1.900", "2.400.000", "--"]
    rows = [f"{wide}\t{text}\tEUR\t{volumes[at % 5]}" for at, text in enumerate(texts)]
    rows += rows[:7]
    rows += ["\t" * 49, f"{wide}\twie kann ich mit dem Klavier üben\tEUR\tviele"]
    header = f"Keyword Stats\n\n{wide}\tKeyword\tCurrency\tAvg. monthly searches\n"
    path = written(tmp_path, "k.csv", header + "\n".join(rows) + "\n", encoding="utf-16")
    offers = [text for name in SERVED for text in asked_about(name, 12, seed=2)]
    supply = written(tmp_path, "offers.csv", "name\n" + "\n".join(offers) + "\n")
    found = studied(tmp_path, path, str(supply))
    asked = found["sources"][0]
    assert asked["encoding"] == "utf-16"
    assert (asked["columns"]["text"], len(asked["unused"])) == ("Keyword", 47)
    assert found["texts"] == len(texts) + 1
    assert [one["why"] for one in asked["refused"]] == ["“viele” is no number"]
    assert any(
        note.startswith("At least 1 of 488 texts are not English") for note in asked["notes"]
    )
    with (tmp_path / "report" / "queries.csv").open(encoding="utf-8", newline="") as lines:
        volume = {row["text"]: float(row["volume"]) for row in csv.DictReader(lines)}
    assert 10_000 < volume[texts[0]] < 100_000
    assert volume[texts[1]] < 10
    assert (volume[texts[2]], volume[texts[3]]) == (1_900, 2_400_000)
    assert found["unit"] == "unanswered searches a month"
    assert all(one["pays"] is None for one in found["niches"])


def test_two_years_of_history_show_trend_and_season_and_what_is_expected(tmp_path: Path) -> None:
    names = [f"{name} {year}" for year in (2024, 2025) for name in calendar.month_abbr[1:]]
    texts = [text for name in MARKETS for text in asked_about(name, 20)]
    year = ["100"] * 11 + ["300"]
    rows = "".join(f"{text},100,{','.join(year + year)}\n" for text in texts)
    heads = ",".join(f"Searches: {name}" for name in names)
    found = studied(tmp_path, written(tmp_path, "k.csv", f"Keyword,Volume,{heads}\n{rows}"))
    sentence = "Most asked around December: 3.0 times the usual month (3.0 to 3.0)."
    assert {one["season"] for one in found["niches"]} == {sentence}
    assert {one["growth"] for one in found["niches"]} == {0.0}
    page = (tmp_path / "report" / "niche-1.html").read_text(encoding="utf-8")
    assert sentence in page
    assert found["foresight"]["ahead"] == 4
    for one in found["niches"]:
        assert one["expected_low"] <= one["expected"] <= one["expected_high"]
    assert found["foresight"]["said"] in page


def test_a_year_of_history_shows_no_growth_and_says_so(tmp_path: Path) -> None:
    months = [f"Searches: {name} 2025" for name in calendar.month_abbr[1:]]
    texts = [text for name in MARKETS for text in asked_about(name, 20)]
    rising = [str(100 + 20 * at) for at in range(12)]
    rows = "".join(f"{text},100,{','.join(rising)}\n" for text in texts)
    path = written(tmp_path, "k.csv", f"Keyword,Volume,{','.join(months)}\n{rows}")
    found = studied(tmp_path, path)
    assert {one["growth"] for one in found["niches"]} == {None}
    for one in found["niches"]:
        assert one["season"].endswith("One year only: nobody can tell a season from a trend.")


def studied(folder: Path, demand: Path, *supply: str) -> dict[str, Any]:
    """Run the command into `folder`/report and give what it printed as JSON."""
    told = io.StringIO()
    out = folder / "report"
    call_command("research", demand, supply=list(supply), out=out, json=True, stdout=told)
    found: dict[str, Any] = json.loads(told.getvalue())
    return found


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


def test_ranks_are_printed_with_their_intervals_and_unit(tmp_path: Path) -> None:
    told = io.StringIO()
    demand, supply, out = demand_file(tmp_path), supply_file(tmp_path), tmp_path / "report"
    call_command("research", demand, supply=[supply], out=out, stdout=told)
    best = json.loads((out / "study.json").read_text(encoding="utf-8"))["niches"][0]
    lines = told.getvalue().splitlines()
    (headline,) = [line for line in lines if "best first" in line]
    assert "in EUR (unanswered searches a month" in headline
    low, high = best["opportunity_low"], best["opportunity_high"]
    first = f"  1. {best['niche']}: {best['opportunity']:,.0f} ({low:,.0f} to {high:,.0f}), "
    assert any(line.startswith(first) for line in lines)


@pytest.mark.parametrize("inside", ["", "report"])
def test_a_report_that_cannot_be_written_is_refused_before_the_study(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    monkeypatch.setattr(command, "investigate", None)
    file = written(tmp_path, "taken", "a file")
    with pytest.raises(CommandError, match="is a file, and a folder is needed"):
        call_command("research", demand_file(tmp_path), out=file / inside, stdout=io.StringIO())
    assert file.read_text(encoding="utf-8") == "a file"


def test_a_disk_that_is_full_is_named_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(command, "write", full)
    with pytest.raises(CommandError, match="No space left on device"):
        call_command(
            "research", demand_file(tmp_path), out=tmp_path / "report", stdout=io.StringIO()
        )
