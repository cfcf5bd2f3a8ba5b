"""Gathers natural sentences from openly licensed packages, for `tools/distil_embeddings.py`.

    pip download --no-deps --dest DIR homeassistant home-assistant-frontend
    python -m tools.natural_texts DIR

Taken are what a program says to its users (the wheels' English `strings.json` and translations,
Apache-2.0) and the first paragraphs of the docstrings of the packages installed beside this tool
(BSD, MIT, Apache-2.0). Half as many questions are made of the short ones. No text of any data set
that Hammock is measured on is among them.
"""

from __future__ import annotations

import ast
import json
import random
import re
import sys
import sysconfig
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

DOCSTRINGS, QUESTIONS = 9_000, 22_000
MODULES = 6_000
SHORTEST, LONGEST = 12, 150  # characters
FEWEST, MOST = 3, 28  # words
SHORT = 8  # words, so that a question can be made of it
LETTERS = 0.88  # of a sentence; below it is code or a table
_SAID = re.compile(r"(?:strings|translations/(?:.*/)?en(?:-[0-9a-f]+)?)\.json$")
_ENDS = re.compile(r"(?<=[.?!])\s+|\n\s*\n|\n\s*[-*•]\s")
_SIGNS = re.compile(r"<[^>]*>|\{[^}]*\}|%\([a-z_]*\)[sd]|%[sd]|[`*_]{1,2}")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_CODE = ("http", "==", "->", "()", "::", "@", ">>>", "\\", "|")
ASKING = [
    "how do i {0}?",
    "how can I {0}",
    "where is the {0}?",
    "why is there no {0}",
    "what does {0} mean?",
    "i need help with {0}",
    "what is {0}",
    "can i change the {0}?",
    "it says {0}, what should i do",
    "the {0} does not work",
    "is there a way to {0}?",
    "i want to {0}",
    "please explain {0}",
    "{0} is not working for me",
    "when will the {0} be ready",
    "I did not get the {0}",
]


def natural_texts(folder: Path, *, chance: random.Random) -> list[str]:
    """Give the wheels' sentences, some docstrings and the questions made of them, shuffled."""
    said = list(dict.fromkeys(one for text in _said(folder) for one in sentences(text)))
    told = list(dict.fromkeys(one for text in _docstrings(chance) for one in sentences(text)))
    texts = said + chance.sample(told, min(DOCSTRINGS, len(told)))
    short = [one for one in texts if len(one.split()) <= SHORT and one[-1] not in ".?!"]
    texts += [chance.choice(ASKING).format(_low(chance.choice(short))) for _ in range(QUESTIONS)]
    texts = list(dict.fromkeys(texts))
    chance.shuffle(texts)
    return texts


def sentences(text: str) -> Iterator[str]:
    """Cut a text into its sentences, leaving out what is no plain English."""
    for part in _ENDS.split(text):
        plain = " ".join(_SIGNS.sub(" ", _LINK.sub(r"\1", part)).split()).strip(" -:;")
        if _is_plain(plain):
            yield plain


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


def _said(folder: Path) -> Iterator[str]:
    for wheel in sorted(folder.glob("*.whl")):
        with zipfile.ZipFile(wheel) as inside:
            for name in sorted(inside.namelist()):
                if _SAID.search(name):
                    yield from _strings(json.loads(inside.read(name)))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)


def _docstrings(chance: random.Random) -> Iterator[str]:
    modules = sorted(Path(sysconfig.get_paths()["purelib"]).rglob("*.py"))
    chance.shuffle(modules)
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for module in modules[:MODULES]:
        try:
            tree = ast.parse(module.read_text(encoding="utf-8"))
        except (SyntaxError, ValueError, RecursionError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, kinds):
                yield (ast.get_docstring(node) or "").partition("\n\n")[0]


def _low(text: str) -> str:
    return text[:1].lower() + text[1:]


def main(arguments: Iterable[str]) -> None:
    """Print the texts, one a line."""
    (folder,) = arguments
    for one in natural_texts(Path(folder), chance=random.Random(12)):  # noqa: S311 - texts
        sys.stdout.write(one + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
