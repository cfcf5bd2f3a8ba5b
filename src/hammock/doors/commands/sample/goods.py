"""The files that the sample shop sells: real papers, spreadsheets, drawings and archives.

`make(key, version=…)` gives the bytes of one file. The same key and version give the same bytes,
whatever the day and the machine: papers are set by Typst in its own fonts, archives carry no dates.
"""

from __future__ import annotations

import csv
import io
import math
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType

import typst
import xlsxwriter

from hammock.doors.commands.sample import pictures
from hammock.kit.errors import FieldError

LIMIT = 300_000
"""No file of the sample shop is bigger than this many bytes."""

_PAPERS = Path(__file__).parent / "papers"
_NO_DATE = datetime(1980, 1, 1, tzinfo=UTC)


def make(key: str, *, version: str) -> bytes:
    """Make the file of that key in that version; an unknown key raises `FieldError`."""
    try:
        maker = GOODS[key]
    except KeyError:
        raise FieldError(field="content", problem=f"nothing makes “{key}”") from None
    return maker(version)


def _paper(name: str, version: str) -> bytes:
    made = typst.compile(
        str(_PAPERS / f"{name}.typ"),
        root=str(_PAPERS),
        ignore_system_fonts=True,
        sys_inputs={"version": version},
        timestamp=0,
    )
    return bytes(made)


def _archive(files: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return target.getvalue()


# --- spreadsheets -----------------------------------------------------------------------------


class _Sheets:
    """A workbook being written: one look for titles, cells to fill in, and results."""

    def __init__(self, title: str) -> None:
        self._target = io.BytesIO()
        self.book = xlsxwriter.Workbook(self._target, {"in_memory": True})
        self.book.set_properties(
            {"title": title, "author": "Slow Harbour Studio", "created": _NO_DATE}
        )
        self.title = self.book.add_format({"bold": True, "font_size": 16, "font_color": "#1d5c63"})
        self.head = self.book.add_format(
            {
                "bold": True,
                "bg_color": "#1d5c63",
                "font_color": "#ffffff",
                "text_wrap": True,
                "valign": "top",
            }
        )
        self.fill = self.book.add_format(
            {"bg_color": "#f3eadb", "border": 1, "border_color": "#d8cbb2"}
        )
        self.result = self.book.add_format({"num_format": "0.00", "bold": True})
        self.quiet = self.book.add_format({"font_color": "#566268", "text_wrap": True})

    def bytes(self) -> bytes:
        """Close the workbook and give what was written."""
        self.book.close()
        return self._target.getvalue()


def _stall_plan(version: str) -> bytes:
    sheets = _Sheets("Stall plan")
    page = sheets.book.add_worksheet("Market")
    page.set_column("A:A", 34)
    page.set_column("B:F", 14)
    page.write("A1", f"Stall plan, version {version}", sheets.title)
    page.write("A2", "Fill in the sand-coloured cells.", sheets.quiet)
    costs = (
        "Fee of the market",
        "Travel and parking",
        "Food and drink",
        "Hours, with packing",
        "Days before and after",
    )
    for row, (name, value) in enumerate(zip(costs, (45, 18, 12, 9, 0.5), strict=True), start=3):
        page.write(row, 0, name)
        page.write_number(row, 1, value, sheets.fill)
    page.write_row(
        "A11", ("Piece", "Brought", "Sold", "Price", "Material each", "Takings"), sheets.head
    )
    pieces = (
        ("Small bowl", 20, 9, 18, 3.5),
        ("Mug", 16, 11, 28, 5),
        ("Card, linocut", 60, 31, 4, 0.6),
        ("Tea towel", 12, 4, 24, 7),
    )
    for row in range(11, 27):
        piece = pieces[row - 11] if row - 11 < len(pieces) else ("",) * 5
        page.write_row(row, 0, piece, sheets.fill)
        page.write_formula(row, 5, f"=C{row + 1}*D{row + 1}", sheets.result)
    results = (
        ("Takings", "=SUM(F12:F27)"),
        ("Material sold", "=SUMPRODUCT(C12:C27,E12:E27)"),
        ("Costs of the day", "=SUM(B4:B6)"),
        ("What is left", "=B30-B31-B32"),
        ("An hour earned", "=B33/(B7+8*B8)"),
    )
    for row, (name, formula) in enumerate(results, start=29):
        page.write(row, 0, name, sheets.head)
        page.write_formula(row, 1, formula, sheets.result)
    return sheets.bytes()


def _price_calculator(version: str) -> bytes:
    sheets = _Sheets("The honest price")
    page = sheets.book.add_worksheet("One price")
    page.set_column("A:A", 46)
    page.set_column("B:B", 14)
    page.write("A1", f"The honest price, version {version}", sheets.title)
    page.write(
        "A2", "Fill in the sand-coloured cells. The price stands at the bottom.", sheets.quiet
    )
    asked = (
        ("Material for one piece", 6.4),
        ("Packaging for one piece", 1.1),
        ("Share that goes wrong (0.05 = one in twenty)", 0.05),
        ("Minutes of work for one piece", 48),
        ("What you need in a month, after tax", 1900),
        ("Tax and insurance on top (0.35 = 35 %)", 0.35),
        ("Hours of making in a month", 80),
        ("Workshop, tools, web, every month", 310),
        ("Share that platform and card keep", 0.08),
        ("Value added tax (0 if you charge none)", 0.19),
    )
    for row, (name, value) in enumerate(asked, start=3):
        page.write(row, 0, name)
        page.write_number(row, 1, value, sheets.fill)
    results = (
        ("Material, with what goes wrong", "=(B4+B5)/(1-B6)"),
        ("An hour has to earn", "=(B8*(1+B9)+B11)/B10"),
        ("Work in one piece", "=B7/60*B16"),
        ("Price before tax", "=(B15+B17)/(1-B12)"),
        ("Price on the card", "=ROUND(B18*(1+B13),0)"),
        ("Wholesale price (shops take half)", "=B19/2/(1+B13)"),
    )
    for row, (name, formula) in enumerate(results, start=14):
        page.write(row, 0, name, sheets.head)
        page.write_formula(row, 1, formula, sheets.result)
    if version != "1.0":
        _three_prices(sheets)
    return sheets.bytes()


def _three_prices(sheets: _Sheets) -> None:
    page = sheets.book.add_worksheet("Three prices")
    page.set_column("A:A", 40)
    page.set_column("B:D", 16)
    page.write_row(
        "A1", ("", "Ten per cent less", "As worked out", "Ten per cent more"), sheets.head
    )
    page.write("A2", "Price")
    page.write("A3", "Pieces you think you sell in a month")
    page.write("A4", "Left for your work in a month")
    for column, (letter, factor, pieces) in enumerate(
        (("B", 0.9, 44), ("C", 1, 40), ("D", 1.1, 36)), start=1
    ):
        page.write_formula(1, column, f"='One price'!B19*{factor}", sheets.result)
        page.write_number(2, column, pieces, sheets.fill)
        left = (
            f"={letter}3*({letter}2/(1+'One price'!B13)*(1-'One price'!B12)-'One price'!B15)-'One "
            f"price'!B11"
        )
        page.write_formula(3, column, left, sheets.result)


def _table(rows: tuple[tuple[str, ...], ...], _version: str) -> bytes:
    target = io.StringIO(newline="")
    csv.writer(target).writerows(rows)
    return target.getvalue().encode()


_PACKING = (
    ("what", "how many", "packed", "came back"),
    *(
        (thing, count, "", "")
        for thing, count in (
            ("Cloth for the table", "2"),
            ("Crates for height", "3"),
            ("Price cards, folded", "24"),
            ("Bags and paper", "60"),
            ("Tin with change", "1"),
            ("Card reader, charged", "1"),
            ("Power bank", "1"),
            ("Receipt book and pen", "1"),
            ("Clips", "16"),
            ("Clear curtain for rain", "2"),
            ("Warm light, charged", "2"),
            ("Cloth for hands", "2"),
            ("Water and bread", "1"),
            ("Business cards", "50"),
        )
    ),
)
_HUNDRED = (
    ("day", "hours made", "pieces sold", "money in", "money out", "one good thing"),
    *((str(day), "", "", "", "", "") for day in range(1, 101)),
)


# --- drawings ---------------------------------------------------------------------------------


def _price_cards(version: str) -> bytes:
    """Draw eight folding price cards on A4, millimetres as units."""
    cards = []
    for n in range(8):
        x, y = 10 + 95 * (n % 2), 12 + 69 * (n // 2)
        band = ("#1d5c63", "#a9472c", "#e6b566", "#6b4a66")[n // 2]
        cards.append(
            f'<g transform="translate({x} {y})"><rect width="91" height="64" rx="3" '
            f'fill="#fbf7f0" stroke="#d8cbb2" stroke-width=".3"/>'
            f'<path d="M0 32H91" stroke="#b9ab93" stroke-width=".25" stroke-dasharray="1.5 1.5"/>'
            f'<path d="M0 58q7.6 -4 15.2 0t15.2 0t15.2 0t15.2 0t15.2 0t15 0V61a3 3 0 0 1 -3 3H3a3 '
            f'3 0 0 1 -3 -3Z" fill="{band}"/>'
            '<text x="8" y="44" font-family="Georgia, serif" font-size="6" fill="#1e2b30">Name of '
            "the piece</text>"
            '<text x="8" y="52" font-family="Georgia, serif" font-size="4" fill="#566268">one '
            "true thing about it</text>"
            '<text x="83" y="47" font-family="Georgia, serif" font-size="9" text-anchor="end" '
            'fill="#1e2b30">00</text></g>'
        )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" viewBox="0 0 210 '
        '297">'
        f"<title>Price cards, version {version}</title>{''.join(cards)}</svg>\n"
    ).encode()


def _tile(number: int) -> str:
    """Draw pattern `number` of twelve as a tile that repeats without a seam."""
    ground, line = (
        ("#1d5c63", "#fbf1df"),
        ("#fbf1df", "#a9472c"),
        ("#a9472c", "#fbf1df"),
        ("#f3c0a4", "#6b4a66"),
    )[number % 4]
    kind, step = number // 4, 25 + 25 * (number % 2)
    spots = range(-step, 200 + step, step)
    marks = [_mark(kind, x, y, step) for x in spots for y in spots]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200" viewBox="0 0 200 200">'
        f'<rect width="200" height="200" fill="{ground}"/><g fill="none" stroke="{line}" '
        f'stroke-width="{step / 12:.2f}" '
        f'stroke-linecap="round">{"".join(marks)}</g></svg>\n'
    )


def _mark(kind: int, x: int, y: int, step: int) -> str:
    if kind == 0:
        rise = step * 0.32
        return (
            f'<path d="M{x} {y + step / 2}q{step / 4} {-rise:.2f} {step / 2} 0q{step / 4} '
            f'{rise:.2f} {step / 2} 0"/>'
        )
    if kind == 1:
        arcs = (
            f"M{x + step / 2 - radius:.2f} {y + step * 0.75:.2f}a{radius:.2f} {radius:.2f} 0 0 1 "
            f"{2 * radius:.2f} 0"
            for radius in (step * 0.42, step * 0.28, step * 0.14)
        )
        return f'<path d="{"".join(arcs)}"/>'
    ropes = (
        f"L{x + step / 2 + step * 0.36 * math.cos(turn * math.pi / 3):.2f} "
        f"{y + step / 2 + step * 0.36 * math.sin(turn * math.pi / 3):.2f}"
        for turn in range(1, 7)
    )
    return f'<path d="M{x + step * 0.86:.2f} {y + step / 2}{"".join(ropes)}Z"/>'


def _patterns(_version: str) -> bytes:
    return _archive(
        {f"harbour-pattern-{number + 1:02}.svg": _tile(number).encode() for number in range(12)}
    )


def _window_card(_version: str) -> bytes:
    """Give a postcard-sized print of the harbour, the thank-you card of the kit."""
    return pictures.draw("home")


GOODS: Mapping[str, Callable[[str], bytes]] = MappingProxyType(
    {
        "stall-guide": partial(_paper, "stall-guide"),
        "stall-plan": _stall_plan,
        "packing-list": partial(_table, _PACKING),
        "price-cards": _price_cards,
        "price-guide": partial(_paper, "price-guide"),
        "price-calculator": _price_calculator,
        "hundred-days": partial(_paper, "hundred-days"),
        "hundred-days-table": partial(_table, _HUNDRED),
        "one-page": partial(_paper, "one-page"),
        "patterns": _patterns,
        "patterns-licence": partial(_paper, "patterns-licence"),
        "harbour-card": _window_card,
    }
)
