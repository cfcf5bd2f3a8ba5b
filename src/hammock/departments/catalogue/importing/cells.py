"""Making one cell into what it means here: money, yes and no, addresses, safe HTML."""

from __future__ import annotations

import re
import zlib
from html import unescape

import nh3
from django.utils.text import slugify

from hammock.departments.catalogue.importing.table import Row
from hammock.kit.errors import FieldError
from hammock.kit.money import Money

LONGEST_SLUG = 80
LONGEST_SKU = 60
LONGEST_SUMMARY = 240
_TAGS = {
    "p", "br", "hr", "h2", "h3", "h4", "ul", "ol", "li", "strong", "b", "em", "i", "u", "s", "sub",
    "sup", "blockquote", "code", "pre", "a", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_BLOCK = re.compile(r"<(p|br|h[1-6]|ul|ol|div|table|blockquote|pre)\b", re.IGNORECASE)
_PICTURE = re.compile(r"<img\b[^>]*?\bsrc\s*=\s*[\"']([^\"'>]+)", re.IGNORECASE)
_AMOUNT = re.compile(r"[0-9]{1,12}([.,][0-9]{1,6})?")
_BETWEEN = re.compile(r"</(p|h[1-6]|li|tr|td|th|div|blockquote|pre)>|<(br|hr)\b", re.IGNORECASE)


def money(row: Row, column: str, currency: str) -> Money:
    """Read a price, exactly. Raises `RowRefused`."""
    text = row.text(column)
    if not text:
        raise row.refuse(column, "there is no price")
    if not _AMOUNT.fullmatch(text):
        raise row.refuse(column, f"“{text[:40]}” is no price (write it as 19 or 19.50)")
    try:
        return Money.parse(text, currency)
    except FieldError as error:
        raise row.refuse(column, error.problem) from None


def flag(row: Row, column: str, *, default: bool = False) -> bool:
    """Read true/false, 1/0 or yes/no, in any case; empty is the default. Raises `RowRefused`."""
    text = row.text(column).lower()
    if text in {"true", "1", "yes"}:
        return True
    if text in {"false", "0", "no"}:
        return False
    if not text:
        return default
    raise row.refuse(column, f"“{text[:40]}” is neither true nor false")


def short(row: Row, column: str, text: str, *, longest: int) -> str:
    """Return the text in one line if it fits here. Raises `RowRefused`."""
    line = " ".join(text.split())
    if len(line) > longest:
        raise row.refuse(column, f"it has {len(line)} characters; at most {longest} fit")
    return line


def slug(*candidates: str) -> str:
    """Make an address from the first candidate that has letters for one; the last names it all."""
    for candidate in candidates:
        made = slugify(unescape(candidate))[:LONGEST_SLUG].strip("-_")
        if made:
            return made
    return f"product-{zlib.crc32(candidates[-1].encode()):08x}"


def safe_html(html: str) -> str:
    """Keep headings, lists, links, tables and emphasis; everything else goes, pictures too.

    Text without any block of its own becomes paragraphs at its blank lines.
    """
    if not _BLOCK.search(html):
        parts = (part.strip() for part in re.split(r"\n\s*\n", html.replace("\r\n", "\n")))
        html = "".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in parts if part)
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    ).strip()


def summary(html: str) -> str:
    """Take the beginning of the text, at a word's end."""
    spaced = _BETWEEN.sub(lambda found: " " + found[0], html)
    text = " ".join(unescape(nh3.clean(spaced, tags=set())).split())
    if len(text) <= LONGEST_SUMMARY:
        return text
    return text[: LONGEST_SUMMARY - 1].rsplit(" ", 1)[0] + "…"


def pictures(html: str) -> list[str]:
    """List the addresses of the pictures inside a text."""
    return [unescape(address) for address in _PICTURE.findall(html)]


def sku(wished: str, *, otherwise: str) -> str:
    """Take the export's own SKU, without the apostrophe that spreadsheets add, or make one."""
    given = wished.removeprefix("'").strip()
    if given or len(otherwise) <= LONGEST_SKU:
        return given or otherwise
    return f"{otherwise[: LONGEST_SKU - 9]}-{zlib.crc32(otherwise.encode()):08x}"
