"""Writing the books: post an entry, reverse one, open a centre. Needs the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from hammock.departments.ledger import rules
from hammock.departments.ledger.errors import AlreadyReversed, Unbalanced
from hammock.departments.ledger.models import Entry, Line, ProfitCentre
from hammock.kit import clock, ids
from hammock.kit.prepared import add


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An entry to be written: `source` is the one reason for it, such as `payment:7:settled`."""

    kind: Entry.Kind
    description: str
    source: str
    legs: Sequence[rules.Leg]
    at: datetime | None = None
    reverses: Entry | None = None


def post(draft: Draft) -> Entry:
    """Write one entry. Raises `Unbalanced`; a source booked already is an IntegrityError."""
    entry = _entry(draft)
    add(*_lines(entry, draft))
    add(entry)
    return entry


def post_all(drafts: Iterable[Draft]) -> list[Entry]:
    """Write entries in bulk, lines first: their triggers check each entry when it arrives."""
    entries: list[Entry] = []
    lines: list[Line] = []
    for draft in drafts:
        entry = _entry(draft)
        entries.append(entry)
        lines += _lines(entry, draft)
    Line.objects.bulk_create(lines, batch_size=2000)
    return Entry.objects.bulk_create(entries, batch_size=2000)


def reverse(entry: Entry, *, reason: str) -> Entry:
    """Take an entry back by its mirror image. Raises `AlreadyReversed`."""
    if Entry.objects.filter(reverses=entry).exists():
        raise AlreadyReversed(source=entry.source)
    legs = [
        rules.Leg(account=line.account_id, centre=line.profit_centre_id, amount=line.amount)
        for line in entry.lines.all()
    ]
    return post(
        Draft(
            kind=Entry.Kind.REVERSAL,
            description=f"{reason}: {entry.description}",
            source=f"{entry.source}:reversed",
            legs=rules.reversal(legs),
            reverses=entry,
        )
    )


def open_centre(
    *, slug: str, name: str, colour: str = "#6b7280", position: int = 0
) -> ProfitCentre:
    """Open a profit centre, or bring its name, colour and place up to date."""
    centre, _is_new = ProfitCentre.objects.update_or_create(
        slug=slug, defaults={"name": name, "colour": colour, "position": position}
    )
    return centre


def _entry(draft: Draft) -> Entry:
    off = rules.off_balance(draft.legs)
    if off or not rules.merged(draft.legs):
        raise Unbalanced(source=draft.source, off=off)
    return Entry(
        id=ids.time_ordered(),
        at=draft.at or clock.now(),
        kind=draft.kind,
        description=draft.description[:200],
        source=draft.source,
        reverses=draft.reverses,
    )


def _lines(entry: Entry, draft: Draft) -> list[Line]:
    return [
        Line(
            entry_id=entry.id,
            account_id=str(leg.account),
            profit_centre_id=leg.centre,
            minor=leg.amount.minor,
            currency=leg.amount.currency,
        )
        for leg in rules.merged(draft.legs)
    ]
