"""The strategy as a document: its parts, what it refuses, its lines, and how versions differ."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any

from hammock.kit.brand import Look
from hammock.kit.errors import FieldError
from hammock.kit.money import Money

LONGEST = 4000
MOST_LINES = 40
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, kw_only=True)
class Value:
    """The brand as a value: what is promised, why it can be believed, how it sounds and looks."""

    name: str = ""
    promise: str = ""
    proof: str = ""
    voice: str = ""
    look: Look = field(default_factory=Look)


@dataclass(frozen=True, kw_only=True)
class Centre:
    """A profit centre in the plan: what it shall bring a month (net), and from when on."""

    key: str
    name: str
    target: Money
    by: date | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A way to buyers: what we believe, what a month of it may cost, how we tell, when we look.

    ``stop`` says what would make us give it up.
    """

    key: str
    name: str
    hypothesis: str
    budget: Money
    measure: str = ""
    review_on: date | None = None
    stop: str = ""


@dataclass(frozen=True, kw_only=True)
class Document:
    """The whole strategy; all money in one currency, keys of lines are unique.

    ``playbook`` is the model of business that it began from (may be empty), ``began_on`` the first
    day of its path. Raises `FieldError` naming the part.
    """

    currency: str
    market: str = ""
    for_whom: str = ""
    not_for: str = ""
    value: Value = field(default_factory=Value)
    centres: tuple[Centre, ...] = ()
    channels: tuple[Channel, ...] = ()
    stop: str = ""
    playbook: str = ""
    began_on: date | None = None

    def __post_init__(self) -> None:
        for name, problem in _problems(self):
            raise FieldError(field=name, problem=problem)

    def lines(self) -> tuple[Line, ...]:
        """List what campaigns, products, studies and spending can point at."""
        return (
            *(
                Line(key=f"centre:{one.key}", says=one.name, part="Profit centre")
                for one in self.centres
            ),
            *(
                Line(key=f"channel:{one.key}", says=one.name, part="Channel")
                for one in self.channels
            ),
            *([Line(key="promise", says="What we promise", part="Value")] if self.is_begun else []),
        )

    def line(self, key: str) -> Line | None:
        """Find a line by its key."""
        return next((line for line in self.lines() if line.key == key), None)

    @property
    def is_begun(self) -> bool:
        """Whether anything is promised yet."""
        return bool(self.value.promise or self.value.name)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the strategy that things point at."""

    key: str
    says: str
    part: str


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A run of words that is kept, new or gone."""

    text: str
    how: str


@dataclass(frozen=True, kw_only=True)
class Change:
    """A field that reads otherwise than before, word by word."""

    field: str
    before: str
    after: str

    @property
    def pieces(self) -> list[Piece]:
        """Cut both readings into what is kept, gone and new."""
        old, new = self.before.split(), self.after.split()
        found: list[Piece] = []
        for how, a, b, c, d in difflib.SequenceMatcher(None, old, new).get_opcodes():
            if how == "equal":
                found.append(Piece(text=" ".join(old[a:b]), how="kept"))
                continue
            if old[a:b]:
                found.append(Piece(text=" ".join(old[a:b]), how="gone"))
            if new[c:d]:
                found.append(Piece(text=" ".join(new[c:d]), how="new"))
        return found


def difference(old: Document | None, new: Document) -> list[Change]:
    """List the fields that read otherwise; without `old`, every field that says something."""
    before = _readings(old) if old else {}
    after = _readings(new)
    names = [*after, *(name for name in before if name not in after)]
    return [
        Change(field=name, before=before.get(name, ""), after=after.get(name, ""))
        for name in names
        if before.get(name, "") != after.get(name, "")
    ]


def packed(document: Document) -> dict[str, Any]:
    """Write a document as JSON values."""
    found: dict[str, Any] = _plain(asdict(document))
    return found


def unpacked(kept: Mapping[str, Any]) -> Document:
    """Read what `packed` wrote."""
    value = dict(kept["value"])
    value["look"] = Look(**value["look"])
    return Document(
        **{
            **kept,
            "value": Value(**value),
            "centres": tuple(
                Centre(**{**one, "target": Money(**one["target"]), "by": _day(one["by"])})
                for one in kept["centres"]
            ),
            "channels": tuple(
                Channel(
                    **{
                        **one,
                        "budget": Money(**one["budget"]),
                        "review_on": _day(one["review_on"]),
                    }
                )
                for one in kept["channels"]
            ),
            "began_on": _day(kept["began_on"]),
        }
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _readings(document: Document) -> dict[str, str]:
    """Give each field's text under the name that people read; empty ones are left out."""
    value = document.value
    found = {
        "The market": document.market,
        "For whom": document.for_whom,
        "Not for": document.not_for,
        "Name": value.name,
        "Promise": value.promise,
        "Proof": value.proof,
        "Voice": value.voice,
        "Look": _look(value.look),
        "What would make us stop": document.stop,
        "Model of business": document.playbook,
    }
    for centre in document.centres:
        until = f" from {centre.by:%-d %B %Y} on" if centre.by else ""
        said = f"{centre.name}: {centre.target} a month{until}. {centre.note}".strip()
        found[f"Profit centre {centre.key}"] = said
    for channel in document.channels:
        found[f"Channel {channel.key}"] = _channel(channel)
    return {name: text for name, text in found.items() if text}


def _look(look: Look) -> str:
    if look == Look():
        return ""
    return f"colour {look.accent}, headings {look.headings}, corners {look.corners}"


def _channel(channel: Channel) -> str:
    looked = f"{channel.review_on:%-d %B %Y}" if channel.review_on else "no day"
    return (
        f"{channel.name}: {channel.hypothesis} Budget {channel.budget} a month. "
        f"Measure: {channel.measure.rstrip('.') or 'none'}. Review: {looked}. "
        f"Stop: {channel.stop.rstrip('.') or 'nothing said'}."
    )


def _problems(document: Document) -> Iterator[tuple[str, str]]:
    """Go through what a document refuses, the field's name first."""
    yield from _long_texts(document)
    for part, lines in (("centres", document.centres), ("channels", document.channels)):
        if len(lines) > MOST_LINES:
            yield part, f"there are more than {MOST_LINES}"
        keys = [line.key for line in lines]
        for key in keys:
            if not _KEY.fullmatch(key):
                yield part, f"“{key}” is no key: small letters, digits and hyphens"
            if keys.count(key) > 1:
                yield part, f"“{key}” stands there twice"
    for centre in document.centres:
        yield from _wrong_money("centres", centre.name, centre.target, document.currency)
    for channel in document.channels:
        yield from _wrong_money("channels", channel.name, channel.budget, document.currency)


def _long_texts(document: Document) -> Iterator[tuple[str, str]]:
    holders: tuple[Document | Value | Centre | Channel, ...] = (
        document,
        document.value,
        *document.centres,
        *document.channels,
    )
    for holder in holders:
        for one in fields(holder):
            text = getattr(holder, one.name)
            if isinstance(text, str) and len(text) > LONGEST:
                yield one.name, f"is longer than {LONGEST} characters"


def _wrong_money(part: str, name: str, amount: Money, currency: str) -> Iterator[tuple[str, str]]:
    if amount.currency != currency:
        yield part, f"{name}: {amount.currency} in a strategy in {currency}"
    if amount.minor < 0:
        yield part, f"{name}: less than nothing"
