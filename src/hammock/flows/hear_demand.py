"""What the shop heard itself becomes a file of demand: its searches, and what customers wrote.

A file names its span in its name and holds what was counted, so a study that is looked at a year
later still says where its demand came from.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from hammock.departments.customers import requests
from hammock.departments.marketing import searches, visits
from hammock.departments.research.errors import CannotDo
from hammock.kit import personal

MONTH = 365.25 / 12  # days


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A file of demand."""

    name: str
    content: bytes


def hear_searches(*, since: date, until: date) -> Heard:
    """Give what was searched for in the shop, a row for each words: how often, with what results.

    Volumes are searches a month over the days that were counted. Raises `CannotDo` where nothing
    was searched for.
    """
    found = searches.searched(since=since, until=until)
    days = len(visits.by_day(since=since, until=until))
    if not found.wanted:
        raise CannotDo(problem=f"nobody searched in the shop from {_span(since, until)}")
    return _file(
        f"own-searches-{since}-to-{until}.csv",
        ("query", "monthly searches", "results", "searched", "in vain", "last searched"),
        (
            (
                one.words,
                f"{one.times * MONTH / days:.2f}",
                one.found,
                one.times,
                one.in_vain,
                one.last.isoformat(),
            )
            for one in found.wanted
        ),
    )


def hear_customers(*, since: date, until: date) -> Heard:
    """Give what customers wrote with requests, without what leads to them.

    Raises `CannotDo` where they wrote nothing, and for whoever may not see customers.
    """
    if personal.is_hidden():
        raise CannotDo(problem="what customers wrote is read only by who may see customers")
    found = requests.written(since=since, until=until)
    if not found:
        raise CannotDo(problem=f"no customer wrote anything from {_span(since, until)}")
    return _file(
        f"customers-words-{since}-to-{until}.csv",
        ("question", "date"),
        ((one.words, one.on.isoformat()) for one in found),
    )


def _span(since: date, until: date) -> str:
    return f"{since:%-d %B %Y} to {until:%-d %B %Y}"


def _file(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Heard:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return Heard(name=name, content=text.getvalue().encode())
