"""The books in Beancount's text format (github.com/beancount/beancount, version 3): pure.

Account names are Beancount's own already. Each posting carries its profit centre as metadata; the
entry's source is its link, with the characters that a link may have, and stands exactly in its
metadata, so that an exported line can be found in the books again. A reversal carries the link of
what it takes back too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from hammock.departments.ledger.rules import Leg

_NOT_IN_LINKS = re.compile(r"[^A-Za-z0-9\-_/.]+")


@dataclass(frozen=True, kw_only=True)
class Written:
    """An entry as it is to be written."""

    on: date
    description: str
    source: str
    kind: str
    legs: Sequence[Leg]
    reverses: str | None = None


def header(
    *, title: str, accounts: Iterable[str], currencies: Iterable[str], opened_on: date
) -> Iterator[str]:
    """Give the lines that open the file: its title, the currencies and the accounts."""
    yield f'option "title" "{escaped(title)}"\n'
    day = opened_on.isoformat()
    for currency in currencies:
        yield f'option "operating_currency" "{currency}"\n{day} commodity {currency}\n'
    yield "\n"
    for account in accounts:
        yield f"{day} open {account}\n"


def entry(written: Written) -> str:
    """Write one entry as a transaction."""
    links = " ".join(f"^{link(of)}" for of in (written.source, written.reverses) if of)
    lines = [
        f'\n{written.on.isoformat()} * "{escaped(written.kind)}" '
        f'"{escaped(written.description)}" {links}\n',
        f'  source: "{escaped(written.source)}"\n',
    ]
    for leg in written.legs:
        lines.append(f"  {leg.account}  {leg.amount.decimal:f} {leg.amount.currency}\n")
        lines.append(f'    profit_centre: "{escaped(leg.centre)}"\n')
    return "".join(lines)


def escaped(text: str) -> str:
    """Write text so that it may stand between quotation marks, on one line.

    What cannot be printed becomes a space (Beancount's reader stops at some control characters,
    and lone surrogates cannot be written as UTF-8), and spaces in a row become one.
    """
    printable = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(printable.replace("\\", "\\\\").replace('"', '\\"').split())


def link(source: str) -> str:
    """Write an entry's source with the characters that a link may have."""
    return _NOT_IN_LINKS.sub("-", source)
