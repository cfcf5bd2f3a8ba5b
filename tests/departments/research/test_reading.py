"""Files are read as tools write them; what cannot be taken is named by row and column."""

from __future__ import annotations

import contextlib
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hammock.departments.research.errors import ColumnMissing, ResearchError, UnreadableFile
from hammock.departments.research.reading import read_demand, read_supply
from hammock.departments.research.rules.rows import demand_of, supply_of
from hammock.departments.research.rules.study import study
from hammock.kit.text import shipped
from tests.departments.research.files import planner, written
from tests.departments.research.markets import MARKETS, asked_about


def test_a_keyword_planner_export_is_read_with_ranges_bids_and_months(tmp_path: Path) -> None:
    path = planner(
        tmp_path,
        "yoga mat\tEUR\t10K – 100K\t0%\t900%\tHigh\t100\t0,45\t1,20\t1.900\t2.400",
        "foam roller\tEUR\t<10\t∞\t --\tUnknown\t\t\t\t\t",
    )
    found = read_demand(path)
    mat, roller = found.rows
    assert found.file.encoding == "utf-16"
    assert list(found.months) == [date(2025, 5, 1), date(2025, 6, 1)]
    assert mat.text == "yoga mat"
    assert mat.volume is not None
    assert (mat.volume.low, mat.volume.high) == (10_000, 100_000)
    assert (mat.bid_low, mat.bid_high, mat.currency) == (0.45, 1.2, "EUR")
    assert list(mat.months) == [1_900, 2_400]
    assert roller.bid_low is None
    assert found.file.refused == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_the_encoding_is_found_out(tmp_path: Path, encoding: str) -> None:
    text = "Keyword,Volume\ncafé crème,1900\nmüsli,20\n" + "plain,5\n" * 60
    found = read_demand(written(tmp_path, "k.csv", text, encoding=encoding))
    assert [row.text for row in found.rows[:2]] == ["café crème", "müsli"]


def test_a_guessed_encoding_is_said(tmp_path: Path) -> None:
    text = "Keyword,Volume\ncafé crème,1900\n"
    found = read_demand(written(tmp_path, "k.csv", text, encoding="cp1252"))
    assert any("Windows-1252" in note for note in found.file.notes)


def test_ahrefs_semrush_and_search_console_are_recognised(tmp_path: Path) -> None:
    ahrefs = written(
        tmp_path,
        "ahrefs.csv",
        "#,Keyword,Country,Difficulty,Volume,CPC,CPS,Parent Keyword,Last Update,SERP Features,"
        "Global volume,Traffic potential\n1,standing desk,us,20,74000,1.5,,,,,120000,900\n",
    )
    semrush = written(
        tmp_path,
        "semrush.csv",
        "Keyword,Intent,Volume,Trend,Keyword Difficulty,CPC (USD),Competitive Density\n"
        'standing desk,,74000,"0.5,0.6,1",,1.50,\n',
    )
    console = written(
        tmp_path,
        "Queries.csv",
        "Top queries,Clicks,Impressions,CTR,Position\nstanding desk,10,300,45.61%,3.2\n",
    )
    for path, asked, bid in ((ahrefs, 74_000, 1.5), (semrush, 74_000, 1.5), (console, 300, None)):
        (row,) = read_demand(path).rows
        assert row.text == "standing desk"
        assert row.volume is not None
        assert (row.volume.value, row.bid_high) == (asked, bid)


def test_three_columns_that_matter_are_found_among_fifty(tmp_path: Path) -> None:
    header = [f"Attribute {at}" for at in range(47)]
    header[7:7] = ["Search Volume"]
    header[20:20] = ["KEYWORD"]
    header.append("Currency")
    row = ["x"] * len(header)
    row[7], row[header.index("KEYWORD")], row[-1] = "320", "desk lamp", "USD"
    path = written(tmp_path, "wide.csv", ",".join(header) + "\n" + ",".join(row) + "\n")
    found = read_demand(path)
    assert (found.rows[0].text, found.rows[0].currency) == ("desk lamp", "USD")
    assert found.rows[0].volume is not None
    assert found.rows[0].volume.value == 320
    assert len(found.file.columns.unused) == 47


def test_a_cell_that_is_no_number_is_named_and_its_row_is_kept(tmp_path: Path) -> None:
    path = written(tmp_path, "k.csv", "Keyword,Volume\nlamp,lots\ndesk,20\n,30\n")
    found = read_demand(path)
    assert [(one.text, one.volume is None) for one in found.rows] == [
        ("lamp", True),
        ("desk", False),
    ]
    assert [(one.row, one.column) for one in found.file.refused] == [(2, "Volume"), (4, "Keyword")]
    assert "lots" in found.file.refused[0].why


def test_one_language_mixed_into_another_is_named(tmp_path: Path) -> None:
    """What gives no sign of its language is not guessed, so the count is the least."""
    texts = [
        "how do I tune a piano",
        "las vegas hotel",
        "wie kann ich das Klavier stimmen",
        "comment choisir une guitare pour mon fils",
        "как выбрать гитару",
        "Klavier",
    ]
    found = read_demand(written(tmp_path, "k.txt", "\n".join(texts) + "\n"))
    assert [row.text for row in found.rows] == texts
    (note,) = found.file.notes
    assert note.startswith("At least 3 of 6 texts are not English (")
    for name in ("German 1", "French 1", "Cyrillic script 1"):
        assert name in note


def test_a_file_in_english_is_said_to_hold_nothing_else(tmp_path: Path) -> None:
    texts = [text for name in MARKETS for text in asked_about(name, 20)]
    assert read_demand(written(tmp_path, "k.txt", "\n".join(texts))).file.notes == ()


def test_empty_rows_are_passed_over(tmp_path: Path) -> None:
    found = read_demand(written(tmp_path, "k.csv", "Keyword,Volume\n\n,\nlamp,20\n \n"))
    assert [row.text for row in found.rows] == ["lamp"]
    assert found.file.refused == ()


def test_a_column_is_named_by_the_owner_when_nothing_recognises_it(tmp_path: Path) -> None:
    path = written(tmp_path, "k.csv", "was gesucht wird,wie oft\nLampe,20\n")
    with pytest.raises(ColumnMissing, match="was gesucht wird"):
        read_demand(path)
    found = read_demand(path, said={"text": "was gesucht wird", "volume": "wie oft"})
    assert found.rows[0].volume is not None
    assert found.rows[0].volume.value == 20


def test_a_column_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    path = written(tmp_path, "k.csv", "Keyword\nlamp\n")
    with pytest.raises(ColumnMissing, match="volume"):
        read_demand(path, said={"volume": "Searches"})


def test_plain_lines_and_json_lines_are_texts(tmp_path: Path) -> None:
    lines = written(tmp_path, "asked.txt", "where is my order\nhow do I return it\n")
    texts = ["where is my order", "how do I return it"]
    rows = [{"text": texts[0]}, {"text": texts[1], "volume": 3}]
    objects = written(tmp_path, "asked.jsonl", "\n".join(map(json.dumps, rows)) + "\n{broken\n")
    assert [row.text for row in read_demand(lines).rows] == texts
    found = read_demand(objects)
    assert [row.text for row in found.rows] == texts
    assert [(one.row, one.why) for one in found.file.refused] == [(3, "the line is no JSON")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"PK\x03\x04rest", "ZIP or Excel"),
        (b"%PDF-1.7", "PDF"),
        (b"a\x00b\x00\x00\x01,c\n" * 9, "not text"),
        (b"[1, 2, 3]", "no JSON objects"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_the_reason(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=said):
        read_demand(path)


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"gone\.csv"):
        read_demand(tmp_path / "gone.csv")


def test_a_product_list_without_prices_is_taken_and_its_markup_is_not(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "products.csv",
        'Handle,Title,Body (HTML),Variant Price\nmat,"<b>Yoga</b> mat &amp; strap",x,\n'
        "mat,,,12.00\n",
    )
    found = read_supply(path)
    assert [(row.text, row.price) for row in found.rows] == [("Yoga mat & strap", None)]


def test_supply_without_prices_counts_asks_and_no_money(tmp_path: Path) -> None:
    asked = [text for name in MARKETS for text in asked_about(name, 40)]
    offered = [text for name in list(MARKETS)[2:] for text in asked_about(name, 12, seed=2)]
    demand = read_demand(written(tmp_path, "asked.txt", "\n".join(asked)))
    supply = read_supply(written(tmp_path, "p.csv", "name\n" + "\n".join(offered) + "\n"))
    found = study(demand_of([(demand.rows, ())]), supply_of([supply.rows]), encoder=shipped())
    best = found.niches[0].opportunity
    assert best is not None
    assert best.willingness.source == ""
    assert best.opportunity.value <= best.demand.value
    assert "Nothing is known of what people would pay here." in found.niches[0].why_not


def test_a_rating_beyond_five_stars_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "p.csv", "name,price,rating,reviews\nmat,12,4.5,10\nbag,9,87,3\n")
    found = read_supply(path)
    assert [row.rating for row in found.rows] == [4.5, None]
    assert [(one.row, one.column) for one in found.file.refused] == [(3, "rating")]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400))
def test_no_bytes_whatever_bring_a_traceback(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(content)
    with contextlib.suppress(ResearchError):
        assert all(row.text for row in read_demand(path).rows)
