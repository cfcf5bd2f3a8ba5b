"""The worked study's files are made from the public ones alone."""

from __future__ import annotations

from pathlib import Path

from hammock.departments.research.reading import read_demand, read_supply
from tests.departments.research.files import written
from tools.worked_study import Made, make

HEADER = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n"


def line(name: str, *, quantity: str = "1", price: str = "2.50", day: str = "2010-03-01") -> str:
    return f"1,2,{name},{quantity},{day} 08:00:00,{price},,France\n"


def test_products_are_those_sold_five_times_at_their_usual_price(tmp_path: Path) -> None:
    rows = [
        *(line(name, price=price) for name, price in (("MUG ", "1"), (" MUG", "2"), ("MUG", "9"))),
        *(line("MUG", price=price) for price in ("3", "4")),
        *(line("LAMP") for _ in range(4)),
        line("LAMP", quantity="-1"),
        line("LAMP", price="0"),
        line("LAMP", day="2010-12-01"),
        *(line("") for _ in range(9)),
    ]
    lines = written(tmp_path, "lines.csv", HEADER + "".join(rows))
    queries = written(
        tmp_path,
        "query.csv",
        "query_id\tquery\tquery_class\n2\tdinosaur\tKids\n0\tsalon chair\t\n1\tsmart table\t\n",
    )
    made = make(lines=lines, queries=queries, out=tmp_path / "study")
    assert made == Made(products=1, queries=2)
    (mug,) = read_supply(tmp_path / "study" / "products.csv").rows
    assert (mug.text, mug.price, mug.currency) == ("MUG", 3.0, "GBP")
    asked = read_demand(tmp_path / "study" / "queries.tsv").rows
    assert [one.text for one in asked] == ["salon chair", "dinosaur"]
