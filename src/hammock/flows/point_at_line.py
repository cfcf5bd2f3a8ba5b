"""A thing that exists is pointed at a line of the strategy, or at nothing again."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.ledger.models import Entry
from hammock.departments.planning import actions, queries
from hammock.departments.planning.errors import NoStrategy
from hammock.departments.research.models import Study, Trial
from hammock.kit.errors import FieldError


def point_at_line(*, thing: str, line: str, by: str) -> None:
    """Let `thing` (`expense:7`, `study:7`, `trial:7`) point at `line`; empty: at nothing.

    Raises `FieldError` for a thing that is not there, `NoSuchLine`, or `NoStrategy` where none is
    in force. Products need no pointer: they point through their profit centre.
    """
    document = queries.document()
    if document is None:
        raise NoStrategy
    if not _is_there(thing):
        raise FieldError(field="thing", problem=f"“{thing}” is not there")
    with transaction.atomic(durable=True):
        actions.point(thing=thing, line=line, by=by, document=document)


def _is_there(thing: str) -> bool:
    kind, _, number = thing.partition(":")
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        return False
    rows = {
        "expense": Entry.objects.filter(kind=Entry.Kind.EXPENSE),
        "study": Study.objects.all(),
        "trial": Trial.objects.all(),
    }.get(kind)
    return rows is not None and rows.filter(pk=int(number)).exists()
