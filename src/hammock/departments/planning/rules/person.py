"""The brand check: where the business is its owner's person, and what would put the value there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

SHORTEST_NAME = 3
BY_THEMSELVES = ("portrait", "selfie", "headshot", "founder", "about me", "my face")


class Where(StrEnum):
    """The four places where a business can be a person."""

    NAME = "The name"
    PHOTOS = "Photos"
    WORK = "Work that only you do"
    SESSIONS = "Sessions that only you hold"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What is to be looked at. `pages` maps a page's title to its text; counts are of ninety days.

    `replies` counts the questions that a person answered, `own_replies` those that the owner did.
    `alone_at` says which kinds of work only the owner may do: `tasks`, `mail`, `sessions`.
    """

    owner_names: Sequence[str]
    shop_name: str
    tagline: str = ""
    mail_address: str = ""
    promise: str = ""
    products: Sequence[str] = ()
    pages: Mapping[str, str] = field(default_factory=dict)
    pictures: Sequence[str] = ()
    tasks_finished: int = 0
    sessions: int = 0
    replies: int = 0
    own_replies: int = 0
    alone_at: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Personal:
    """One place where the business is its owner, on what it was seen, and what would mend it."""

    where: Where
    says: str
    instead: str
    source: str


def find(seen: Seen) -> list[Personal]:
    """List every place, in a fixed order."""
    name = _namer(seen.owner_names)
    return [
        *_names(seen, name),
        *_photos(seen, name),
        *_work(seen),
        *_replies(seen),
        *_sessions(seen),
    ]


def _names(seen: Seen, name: re.Pattern[str] | None) -> Iterator[Personal]:
    if name is None:
        return
    for what, text, source in (
        ("The shop bears your name", seen.shop_name, "the shop's name"),
        ("The shop's line bears your name", seen.tagline, "the shop's line"),
        ("The promise bears your name", seen.promise, "the strategy"),
    ):
        if name.search(text):
            yield Personal(
                where=Where.NAME,
                says=f"{what}: “{text}”.",
                instead="A name for what buyers get. Whoever does the work then, the name holds.",
                source=source,
            )
    if name.search(seen.mail_address.partition("@")[0].replace(".", " ")):
        yield Personal(
            where=Where.NAME,
            says=f"Answers go to {seen.mail_address}, which is you.",
            instead="An address for the matter, such as help@…, that somebody else can read "
            "while you are away.",
            source="the shop's e-mail address",
        )
    yield from _mentions(
        [title for title in seen.products if name.search(title)],
        what="Products bear your name",
        instead="Name them for what they do.",
        source="products' titles",
    )
    yield from _mentions(
        [title for title, text in seen.pages.items() if name.search(f"{title} {text}")],
        what="Pages speak of you by name",
        instead="One page may say who is behind it, and terms or contact may have to. The others "
        "can tell what the work is worth: results, how it is made, what buyers say.",
        source="published pages",
    )


def _mentions(titles: list[str], *, what: str, instead: str, source: str) -> Iterator[Personal]:
    if titles:
        shown = ", ".join(f"“{title}”" for title in titles[:4])
        more = f" and {len(titles) - 4} more" if len(titles) > 4 else ""
        yield Personal(
            where=Where.NAME, says=f"{what}: {shown}{more}.", instead=instead, source=source
        )


def _photos(seen: Seen, name: re.Pattern[str] | None) -> Iterator[Personal]:
    found = [
        title
        for title in seen.pictures
        if any(word in title.lower() for word in BY_THEMSELVES)
        or (name is not None and name.search(title))
    ]
    if found:
        shown = ", ".join(f"“{title}”" for title in found[:4])
        yield Personal(
            where=Where.PHOTOS,
            says=f"Pictures that by their titles show you: {shown}.",
            instead="Pictures of the work, of hands, of what buyers made of it.",
            source="titles of pictures; what is on them is not looked at",
        )


def _work(seen: Seen) -> Iterator[Personal]:
    if "tasks" in seen.alone_at and seen.tasks_finished:
        yield Personal(
            where=Where.WORK,
            says=f"{seen.tasks_finished} pieces of work were finished in ninety days, and you are "
            "the only one who may.",
            instead="Write down how one is done, and let somebody else finish one by it.",
            source="tasks and permissions",
        )
    if "mail" in seen.alone_at:
        yield Personal(
            where=Where.WORK,
            says="You are the only one who may see orders and answer for them.",
            instead="Let one person in who may, if only while you are away; put answers that "
            "repeat themselves into the help pages.",
            source="permissions",
        )


def _replies(seen: Seen) -> Iterator[Personal]:
    if seen.replies and seen.replies == seen.own_replies:
        yield Personal(
            where=Where.WORK,
            says=f"{seen.replies} {_of('question', seen.replies)} of customers and of the team "
            "wanted a person's reply in ninety days, and you wrote every one.",
            instead="Let a policy give the reply that you give each time, and let somebody else "
            "give the others within a limit.",
            source="decisions and who answered them",
        )


def _of(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"


def _sessions(seen: Seen) -> Iterator[Personal]:
    if "sessions" in seen.alone_at and seen.sessions:
        yield Personal(
            where=Where.SESSIONS,
            says=f"{seen.sessions} workshops are held or were in ninety days, and nobody else "
            "works here who could hold one.",
            instead="A plan of the hour that another teacher can hold, or a recording with dates "
            "for questions.",
            source="workshops and members",
        )


def _namer(names: Sequence[str]) -> re.Pattern[str] | None:
    """Find any part of the owner's names as a word of its own; None without a name."""
    parts = {part for name in names for part in re.split(r"[\W\d_]+", name)}
    words = sorted(part for part in parts if len(part) >= SHORTEST_NAME)
    if not words:
        return None
    return re.compile(r"\b(" + "|".join(map(re.escape, words)) + r")\b", re.IGNORECASE)
