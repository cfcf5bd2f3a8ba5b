"""The books in Beancount's text format (github.com/beancount/beancount, version 3): pure.

Account names are Beancount's own already. Each posting carries its profit centre as metadata; the
entry's source is its link, so that an exported line can be found in the books again.
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


def header(*, title: str, accounts: Iterable[str], opened_on: date) -> Iterator[str]:
    """Give the lines that open the file: its title and the accounts."""
    yield f'option "title" "{escaped(title)}"\n\n'
    for account in accounts:
        yield f"{opened_on:%Y-%m-%d} open {account}\n"


def entry(written: Written) -> str:
    """Write one entry as a transaction."""
    lines = [
        f'\n{written.on:%Y-%m-%d} * "{escaped(written.kind)}" "{escaped(written.description)}" '
        f"^{link(written.source)}\n"
    ]
    for leg in written.legs:
        lines.append(f"  {leg.account}  {leg.amount.decimal:f} {leg.amount.currency}\n")
        lines.append(f'    profit_centre: "{escaped(leg.centre)}"\n')
    return "".join(lines)


def escaped(text: str) -> str:
    """Write text so that it may stand between quotation marks, on one line."""
    return " ".join(text.replace("\\", "\\\\").replace('"', '\\"').split())


def link(source: str) -> str:
    """Write an entry's source with the characters that a link may have."""
    return _NOT_IN_LINKS.sub("-", source)
