"""Files are read as tools write them; what cannot be taken is named by row and column."""

from __future__ import annotations

import contextlib
import csv
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hammock.departments.research.errors import ColumnMissing, ResearchError, UnreadableFile
from hammock.departments.research.reading import read_demand, read_supply
from hammock.departments.research.rules.columns import DEMAND_NAMES, SUPPLY_NAMES
from hammock.departments.research.rules.numbers import Amount
from hammock.departments.research.rules.rows import Asked, Offered, demand_of, supply_of
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


def lines(count: int, *, comma: bool = True) -> list[str]:
    return [f"hello{',' * comma} do you have a lamp number {at}, please?" for at in range(count)]


@pytest.mark.parametrize("name", ["k.csv", "k.txt"])
def test_a_quotation_mark_that_is_never_closed_takes_no_more_than_its_line(
    tmp_path: Path, name: str
) -> None:
    rows = [f"lamp {at},{at + 1}" for at in range(200)]
    rows[100] = '"' + rows[100]
    found = read_demand(written(tmp_path, name, "Keyword,Volume\n" + "\n".join(rows) + "\n"))
    assert [row.text for row in found.rows] == [f"lamp {at}" for at in range(200)]
    assert found.rows[100].volume is not None
    assert found.rows[100].volume.value == 101
    assert [one.row for one in found.file.refused] == [102]
    assert "quotation mark" in found.file.refused[0].why


def test_two_stray_quotation_marks_swallow_nothing_between_them(tmp_path: Path) -> None:
    rows = [f"lamp {at},{at + 1}" for at in range(50)]
    rows[10], rows[40] = '"' + rows[10], rows[40] + '"'
    found = read_demand(written(tmp_path, "k.csv", "Keyword,Volume\n" + "\n".join(rows) + "\n"))
    assert len(found.rows) == 50
    assert 12 in {one.row for one in found.file.refused}


def test_a_cell_that_goes_on_over_lines_is_one_and_rows_are_named_by_their_line(
    tmp_path: Path,
) -> None:
    text = 'question,count\n"first line\nsecond ""line""",2\nlamp,many\n'
    found = read_demand(written(tmp_path, "k.csv", text))
    assert [row.text for row in found.rows] == ['first line second "line"', "lamp"]
    assert [one.row for one in found.file.refused] == [4]


@pytest.mark.parametrize("name", ["asked.txt", "asked.csv"])
def test_sentences_with_commas_are_one_a_line(tmp_path: Path, name: str) -> None:
    for texts in (lines(40), lines(15, comma=False) + lines(40), ["Question", *lines(40)]):
        found = read_demand(written(tmp_path, name, "\n".join(texts) + "\n"))
        assert [row.text for row in found.rows] == [one for one in texts if one != "Question"]


def test_a_word_among_plain_texts_is_no_header(tmp_path: Path) -> None:
    texts = [*lines(9, comma=False), "Title", *lines(20, comma=False)]
    found = read_demand(written(tmp_path, "asked.txt", "\n".join(texts)))
    assert [row.text for row in found.rows] == texts


def test_a_row_with_more_cells_than_the_header_is_named_and_not_cut(tmp_path: Path) -> None:
    text = "Keyword,Volume\nlamp,20\nlamp, large,30\ndesk,40,\n"
    found = read_demand(written(tmp_path, "k.csv", text))
    assert [row.text for row in found.rows] == ["lamp", "desk"]
    assert [(one.row, one.why) for one in found.file.refused] == [
        (3, "the row has 3 cells and the header 2")
    ]


def test_a_german_keyword_planner_export_is_read(tmp_path: Path) -> None:
    header = (
        "Keyword\tWährung\tDurchschnittl. Suchanfragen pro Monat\tWettbewerb\t"
        "Gebot für obere Positionen (unterer Bereich)\t"
        "Gebot für obere Positionen (oberer Bereich)\tSuchanfragen: Mai 2025\t"
        "Suchanfragen: Dez. 2025\n"
    )
    text = f"Keyword Stats\n1. Mai 2025\n{header}Lampe\tEUR\t1.900\tGering\t1,20\t3,40\t100\t90\n"
    found = read_demand(written(tmp_path, "k.csv", text, encoding="utf-16"))
    (lamp,) = found.rows
    assert lamp.volume is not None
    assert lamp.volume.value == 1_900
    assert (lamp.bid_low, lamp.bid_high, lamp.currency) == (1.2, 3.4, "EUR")
    assert found.months == (date(2025, 5, 1), date(2025, 12, 1))


def test_a_table_without_a_known_volume_says_that_rows_are_counted(tmp_path: Path) -> None:
    found = read_demand(written(tmp_path, "k.csv", "Keyword,Wie oft\nlamp,900\n"))
    assert found.rows[0].volume is None
    assert any("each row counts as one asking. Not used: Wie oft" in n for n in found.file.notes)


def test_what_the_owner_says_is_in_no_column_is_not_looked_for(tmp_path: Path) -> None:
    path = written(tmp_path, "k.csv", "Keyword,Searches,Impressions\nlamp,20,900\n")
    found = read_demand(path, said={"volume": ""})
    assert found.rows[0].volume is None
    assert "volume" not in found.file.columns.fields
    path = written(tmp_path, "h.csv", "Keyword,Volume,May 2025\nlamp,20,900\n")
    assert read_demand(path, said={"months": ""}).months == ()
    assert read_demand(path).months == (date(2025, 5, 1),)


def test_impressions_are_not_searches_a_month(tmp_path: Path) -> None:
    found = read_demand(written(tmp_path, "q.csv", "Top queries,Impressions\nlamp,900\n"))
    table = demand_of([(found.rows, found.months)], units=[found.unit])
    assert table.unit == "impressions"
    assert "Its volumes are impressions over the export's whole span, not searches a month." in (
        found.file.notes
    )


@pytest.mark.parametrize(
    ("prices", "others", "read"),
    [
        (("899", "1.299", "2.450"), "4,4", [899, 1_299, 2_450]),
        (("899", "1.299", "12,90"), "4", [899, 1_299, 12.9]),
        (("899", "1.299", "12.90"), "4", [899, 1.299, 12.9]),
        (("899", "1,299", "2,450"), "4.4", [899, 1_299, 2_450]),
        (("899", "1.299", "2.450"), "4", [899, None, None]),
        (("1.234,50", "1,234.50", "1.299"), "4,4", [1_234.5, 1_234.5, None]),
    ],
)
def test_the_file_tells_what_a_price_means_or_it_is_named(
    tmp_path: Path, prices: tuple[str, ...], others: str, read: list[float | None]
) -> None:
    rows = "".join(f"lamp {at};{price};{others}\n" for at, price in enumerate(prices))
    found = read_supply(written(tmp_path, "p.csv", "Name;Price;Rating\n" + rows))
    assert [row.price for row in found.rows] == read
    unread = read.count(None)
    assert len(found.file.refused) == unread
    assert any("may mean two things" in note for note in found.file.notes) is bool(unread)


def test_the_files_language_tells_what_a_price_means(tmp_path: Path) -> None:
    rows = "Lampe für das Büro;899\nSchrank mit der Tür;1.299\n"
    found = read_supply(written(tmp_path, "p.csv", "Name;Price\n" + rows))
    assert [row.price for row in found.rows] == [899, 1_299]


def test_the_currency_tells_what_a_price_means(tmp_path: Path) -> None:
    rows = "lamp,1.299,EUR\nshelf,1.299,KWD\n"
    found = read_supply(written(tmp_path, "p.csv", "Name,Price,Currency\n" + rows))
    assert [row.price for row in found.rows] == [1_299, None]


def test_a_header_names_the_currency_of_its_column(tmp_path: Path) -> None:
    found = read_demand(written(tmp_path, "k.csv", "Keyword,Volume,CPC (USD)\nlamp,20,1.50\n"))
    assert (found.rows[0].bid_high, found.rows[0].currency) == (1.5, "USD")


def test_a_price_in_another_currency_than_the_row_says_is_named(tmp_path: Path) -> None:
    rows = "lamp,€12.50,USD\ndesk,$12.50,CAD\nmat,$12.50,EUR\n"
    found = read_supply(written(tmp_path, "p.csv", "Name,Price,Currency\n" + rows))
    assert [(row.price, row.currency) for row in found.rows] == [
        (None, "USD"),
        (12.5, "CAD"),
        (None, "EUR"),
    ]
    assert [one.row for one in found.file.refused] == [2, 4]


def test_a_sign_that_currencies_share_is_named(tmp_path: Path) -> None:
    found = read_supply(written(tmp_path, "p.csv", "Name,Price\nlamp,$12.50\n"))
    assert any("“$” stands for several" in note for note in found.file.notes)


def test_prices_of_another_currency_are_left_out_by_name_and_never_added(tmp_path: Path) -> None:
    text = "Name,Price\nlamp,$12\ndesk,$14\nbed,¥3285\nmat,9\n"
    found = read_supply(written(tmp_path, "p.csv", text))
    table = supply_of([found.rows])
    assert table.currency == "USD"
    assert table.price.tolist() == pytest.approx([12, 14, np.nan, 9], nan_ok=True)
    assert table.notes == (
        (
            "Prices left out, as they are not in USD like most: JPY 1.",
            "Prices that name no currency: 1. They are taken as USD.",
        ),
    )


def test_bids_of_another_currency_are_left_out_by_name() -> None:
    rows = [
        Asked(text="a", bid_high=2.0, currency="EUR"),
        Asked(text="b", bid_high=2.0, currency="EUR"),
        Asked(text="c", bid_high=300.0, currency="JPY"),
    ]
    table = demand_of([(rows, ())])
    assert table.currency == "EUR"
    assert np.isnan(table.bid[2])
    assert table.notes == (("Bids left out, as they are not in EUR like most: JPY 1.",),)


def test_two_sellers_of_one_product_are_two_offers_and_a_repeated_row_is_none() -> None:
    ours, theirs = Offered(text="lamp", price=10), Offered(text="Lamp", price=30, rating=2)
    table = supply_of([[ours, theirs], [ours]])
    assert table.texts == ("lamp", "Lamp")
    assert table.price.tolist() == [10, 30]
    assert table.notes == (
        (),
        ("Rows that say the same as one before them: 1. They count once with it.",),
    )


def test_where_offers_are_and_in_which_language_is_kept() -> None:
    table = supply_of([[Offered(text="lamp", country="us", language="en"), Offered(text="bed")]])
    assert (table.countries, table.languages) == (("us", ""), ("en", ""))


def test_a_keyword_in_three_countries_is_asked_for_in_all_of_them(tmp_path: Path) -> None:
    rows = "lamp,us,1000\nlamp,de,600\nlamp,fr,400\nlamp,us,900\nbed,de,5\n"
    found = read_demand(written(tmp_path, "k.csv", "Keyword,Country,Volume\n" + rows))
    table = demand_of([(found.rows, ())])
    assert table.value.tolist() == [2_000, 5]
    named = [dict(one) for one in table.by_country]
    assert named == [{"us": 1_000, "de": 600, "fr": 400}, {"de": 5}]
    assert table.countries == ("us", "de")


def test_a_country_adds_nothing_to_what_is_told_of_the_whole_world() -> None:
    world, here = Amount(1_000, 1_000, 1_000), Amount(600, 600, 600)
    rows = [Asked(text="lamp", volume=world), Asked(text="lamp", volume=here, country="de")]
    assert demand_of([(rows, ())]).value.tolist() == [1_000]


def test_texts_without_volumes_count_their_askings_beside_keywords_and_that_is_said() -> None:
    keywords = [Asked(text="lamp", volume=Amount(1_000, 1_000, 1_000)), Asked(text="dark")]
    questions = [Asked(text="where is my lamp")] * 3 + [Asked(text="lamp")]
    table = demand_of([(keywords, ()), (questions, ())])
    assert table.texts == ("lamp", "dark", "where is my lamp")
    assert table.value.tolist() == [1_000, 0, 3]
    assert not table.counted
    assert table.askings.tolist() == [False, False, True]
    (first,), (second,) = table.notes
    assert first == "Texts without a volume that could be read: 1. They count as 0."
    assert second.startswith("Its 4 rows have no volume: each counts as one asking, beside")


def test_the_days_of_texts_make_a_history_of_whole_months(tmp_path: Path) -> None:
    """The 15th begins no whole month where every day is written down."""
    days = [date(2026, 1, 15) + timedelta(days=at) for at in range(120)]
    rows = [Asked(text=f"lamp {day.month}", when=day) for day in days]
    table = demand_of([(rows, ())])
    assert table.months == (date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1))
    assert table.history[table.texts.index("lamp 3")].tolist() == [0, 31, 0]
    assert np.isnan(table.history[table.texts.index("lamp 1")]).sum() == 0
    assert table.notes == (
        ("Its days make a history of 3 whole months, February 2026 to April 2026.",),
    )
    assert table.value.sum() == 120


def test_impressions_of_days_add_up() -> None:
    rows = [
        Asked(text="lamp", volume=Amount(v, v, v), when=date(2026, month, 1))
        for month, v in ((1, 10.0), (2, 20.0), (3, 30.0))
    ]
    table = demand_of([(rows, ())], units=["impressions"])
    assert table.value.tolist() == [60]
    assert table.history.tolist() == [[10, 20, 30]]


def test_the_day_on_which_a_tool_last_looked_is_no_history() -> None:
    rows = [
        Asked(text=text, volume=Amount(9, 9, 9), when=date(2026, month, 1))
        for month, text in ((1, "lamp"), (5, "bed"))
    ]
    table = demand_of([(rows, ())])
    assert table.months == ()
    assert table.value.tolist() == [9, 9]


@pytest.mark.parametrize(
    ("written_as", "meant"),
    [
        ("2026-03-02", date(2026, 3, 2)),
        ("2026-03-02 10:11:12", date(2026, 3, 2)),
        ("2.3.2026", date(2026, 3, 2)),
        ("02.03.2026 10:11", date(2026, 3, 2)),
        ("03/02/2026", None),
        ("0001-01-01", None),
        ("9999-12-31", None),
    ],
)
def test_a_day_is_read_or_named(tmp_path: Path, written_as: str, meant: date | None) -> None:
    found = read_demand(written(tmp_path, "q.csv", f"question,date\nlamp?,{written_as}\n"))
    assert [row.when for row in found.rows] == [meant]
    assert len(found.file.refused) == (meant is None)


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_shopify_shops_products_are_read_with_their_prices(
    tmp_path: Path, *, wrapped: bool
) -> None:
    products = [
        {"title": "Lamp", "product_type": "kit", "variants": [{"price": "21.90"}, {"price": "30"}]},
        {"title": "Desk", "product_type": "single", "variants": [{"price": 1299.5}]},
    ]
    text = json.dumps({"products": products, "page": 1} if wrapped else products)
    found = read_supply(written(tmp_path, "products.json", text))
    assert [(row.text, row.price, row.format) for row in found.rows] == [
        ("Lamp", 21.9, "kit"),
        ("Desk", 1_299.5, "single"),
    ]
    assert any("the first of them" in note for note in found.file.notes)


def test_a_number_of_json_is_what_it_is(tmp_path: Path) -> None:
    text = json.dumps([{"name": "lamp", "price": 1.299}, {"name": "bed", "price": 2450}])
    found = read_supply(written(tmp_path, "p.json", text))
    assert [row.price for row in found.rows] == [1.299, 2_450]


def test_a_column_of_types_is_the_format(tmp_path: Path) -> None:
    found = read_supply(written(tmp_path, "p.csv", "Name,Price,Type\nlamp,12.50,kit\n"))
    assert found.rows[0].format == "kit"


TEXTS = st.text(
    alphabet=st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="<&\x1f"),
    max_size=20,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(TEXTS, st.integers(0, 10**6)), min_size=1, max_size=12),
    st.sampled_from(",;\t|"),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_a_table_writer_wrote_is_read_again(
    tmp_path: Path, rows: list[tuple[str, int]], sign: str, quoting: Literal[0, 1]
) -> None:
    path = tmp_path / "k.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=sign, quoting=quoting)
        writer.writerows([("Keyword", "Search Volume"), *rows])
    found = read_demand(path)
    meant = [(" ".join(text.split()), count) for text, count in rows if text.split()]
    assert [row.text for row in found.rows] == [text for text, _ in meant]
    spans = [row.volume for row in found.rows]
    assert all(
        span is not None and span.low <= count <= span.high
        for span, (_, count) in zip(spans, meant, strict=True)
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 59), st.sampled_from(['"', '""', ' "', '"""']))
def test_no_stray_mark_takes_another_row_with_it(tmp_path: Path, at: int, mark: str) -> None:
    rows = [f"lamp {number},{number}" for number in range(60)]
    rows[at] = mark + rows[at]
    found = read_demand(written(tmp_path, "k.csv", "Keyword,Volume\n" + "\n".join(rows)))
    others = [f"lamp {number}" for number in range(60) if number != at]
    assert [row.text for number, row in enumerate(found.rows) if number != at] == others


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400))
def test_no_bytes_whatever_bring_a_traceback(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(content)
    with contextlib.suppress(ResearchError):
        found = read_demand(path)
        assert all(row.text for row in found.rows)
        demand_of([(found.rows, found.months)], units=[found.unit])
    with contextlib.suppress(ResearchError):
        supply_of([read_supply(path).rows])


CELLS = st.sampled_from(["", "lamp", "1.299", "1,299", "2026-01-01", "9.5.2026", '"', "$5", "a,b"])
HEADERS = st.lists(
    st.sampled_from([*sum((*DEMAND_NAMES.values(), *SUPPLY_NAMES.values()), ()), "May 2025", "x"]),
    min_size=1,
    max_size=6,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HEADERS, st.lists(st.lists(CELLS, max_size=7), max_size=8), st.sampled_from(",;\t"))
def test_no_table_whatever_brings_a_traceback(
    tmp_path: Path, header: list[str], rows: list[list[str]], sign: str
) -> None:
    text = "\n".join(sign.join(row) for row in [header, *rows])
    path = written(tmp_path, "any.csv", text)
    with contextlib.suppress(ResearchError):
        found = read_demand(path)
        table = demand_of([(found.rows, found.months)], units=[found.unit])
        assert (table.low <= table.value).all()
        assert (table.value <= table.high).all()
    with contextlib.suppress(ResearchError):
        supply_of([read_supply(path).rows])
