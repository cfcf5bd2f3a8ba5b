"""A CSV file that is broken is refused whole, its place named."""

from __future__ import annotations

import pytest

from hammock.departments.catalogue.importing.drafts import BrokenFile
from hammock.departments.catalogue.importing.table import Table, read_table


def _table(content: bytes) -> Table:
    return read_table(content, needed=("Handle", "Title"), shop="Shopify")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "row 1: the file is empty"),
        (b"\xef\xbb\xbf \r\n", "row 1: the file is empty"),
        (b"Handle,Title\n", "row 2: there is nothing below the header"),
        (b"Name,Price\na,b\n", "row 1, column “Handle”: this column is missing: is it a Shopify"),
        (b"Handle,Name\na,b\n", "row 1, column “Title”: this column is missing"),
        (b'Handle,Title\na,b\nc,"open\nd,e\n', "row 3, column “Title”: a quotation mark is opened"),
        (b'Handle,Title\na,"b"c\n', "row 2: a quotation mark stands in the middle"),
        (b"Handle,Title\na,b\nc,\xfcber\n", "row 3, column “Title”: this is no UTF-8 text"),
        (b"Handle,Title\na,b\0\n", "row 2, column “Title”: there is a NUL character"),
        (
            b"Handle,Title\na,b\nc\n",
            "row 3, column “Title”: the row has cells for 1 columns, the header",
        ),
        (b"Handle,Title\na,b,c\n", "row 2: the row has cells for 3 columns"),
        (b"Handle,Title\na," + b"x" * 140_000 + b"\n", "row 2: a cell holds more than 131,072"),
        (b"Handle,Title\n" + b"a,b\n" * 2_500_000, "row 1: the file has more than 10 MB"),
    ],
)
def test_a_broken_file_is_named_by_row_and_column(content: bytes, said: str) -> None:
    with pytest.raises(BrokenFile) as broken:
        _table(content)
    assert str(broken.value).startswith(said)


def test_every_crooked_row_is_named() -> None:
    with pytest.raises(BrokenFile) as broken:
        _table(b"Handle,Title\na\nb,c\nd\n")
    assert [problem.row for problem in broken.value.problems] == [2, 4]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_delimiters_and_line_ends_are_told_apart(
    encoding: str, mark: str, end: str
) -> None:
    records = [["Handle", "Title"], ["a", f'"Größe{mark} ""groß"""'], ["", ""], ["b", "c"]]
    text = "".join(mark.join(record) + end for record in records)
    table = _table(text.encode(encoding))
    assert [row.number for row in table.rows] == [2, 4]
    assert table.rows[0].text("Title") == f'Größe{mark} "groß"'
    assert table.rows[1].text("Title") == "c"


def test_rows_count_as_a_spreadsheet_counts_them() -> None:
    table = _table(b'Handle,Title\na,"two\nlines"\nb,c\n')
    assert [row.number for row in table.rows] == [2, 3]
