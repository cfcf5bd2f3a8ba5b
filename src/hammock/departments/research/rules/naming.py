"""Niches named from their own words: what many members say and the rest of demand does not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

READ_OF_A_NICHE = 400  # texts; more change no name
WORDS_IN_A_NAME = 3
SHARED_BY = 0.1  # of the members, for every word after the first
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_ENDINGS = frozenset(("", "s", "es", "ing", "'s", "’s", "s'", "s’"))
_EVERYWHERE = frozenset(
    """
    a an and any are as at be been but by can could did do does for from get had has have how i i'd
    i'll i'm i've if in is it it's its me my no not of on or our please so some that the their them
    then there these they this to up us was we were what when where which who why will with would
    you your
    """.split()  # noqa: SIM905 - a list of quoted words is not read
)


@dataclass(frozen=True)
class Naming:
    """A niche's name and the words that set it apart, with the share of members who say each."""

    name: str
    words: Mapping[str, float]


@dataclass(frozen=True)
class _Said:
    words: Counter[str]
    size: int
    places: Mapping[str, float]


def words_of(text: str) -> list[str]:
    """Cut a text into lower-case words."""
    return _WORD.findall(text.lower())


def named(texts: Sequence[str], niche: NDArray[np.int32], count: int) -> tuple[Naming, ...]:
    """Name the niches 0 to `count` - 1 of `texts`.

    A word counts by how many of the niche's members say it, times the logarithm of how much more
    often than everywhere. Words stand in the name in the order in which members say them.
    """
    order = np.argsort(niche, kind="stable")
    starts = np.searchsorted(niche[order], np.arange(count + 1))
    said = [
        _said(texts, order[starts[one] : starts[one + 1]][:READ_OF_A_NICHE]) for one in range(count)
    ]
    overall: Counter[str] = Counter()
    for one in said:
        overall.update(one.words)
    total = max(sum(one.size for one in said), 1)
    shares = {word: times / total for word, times in overall.items()}
    names: list[Naming] = []
    taken: set[str] = set()
    for one in said:
        naming = _named(one, shares, taken)
        taken.add(naming.name)
        names.append(naming)
    return tuple(names)


def _said(texts: Sequence[str], members: NDArray[np.intp]) -> _Said:
    words: Counter[str] = Counter()
    places: Counter[str] = Counter()
    for member in members:
        found = list(dict.fromkeys(words_of(texts[member])))
        words.update(found)
        for at, word in enumerate(found):
            places[word] += at
    return _Said(words, len(members), {word: places[word] / words[word] for word in words})


def _named(said: _Said, shares: Mapping[str, float], taken: set[str]) -> Naming:
    weights = {
        word: times / said.size * float(np.log(times / said.size / shares[word]))
        for word, times in said.words.items()
        if word not in _EVERYWHERE and (times > 1 or said.size <= 2)
    }
    telling = {word: weight for word, weight in weights.items() if weight > 0}
    ranked = sorted(telling or weights or dict(said.words), key=_falling(weights))
    chosen = ranked[:1]
    for word in ranked[1:]:
        if len(chosen) == WORDS_IN_A_NAME:
            break
        if said.words[word] / said.size >= SHARED_BY and not _alike(word, chosen):
            chosen.append(word)
    name = " ".join(sorted(chosen, key=lambda word: (said.places[word], word)))
    for word in ranked:
        if name not in taken:
            break
        if word not in chosen:
            name = f"{name} {word}"
    words = {word: said.words[word] / said.size for word in ranked[:8]}
    return Naming(name=name or "(no words)", words=words)


def _falling(weights: Mapping[str, float]) -> Callable[[str], tuple[float, str]]:
    return lambda word: (-weights.get(word, 0.0), word)


def _alike(word: str, chosen: Sequence[str]) -> bool:
    """Tell plural from singular and the like by their common beginning, and its length.

    Of a short word only an ending makes another form: "dog" and "dogs", but not "cat" and "cater".
    """
    return any(_one_word(word, one) for one in chosen)


def _one_word(word: str, other: str) -> bool:
    short, long = sorted((word, other), key=len)
    if long.removeprefix(short) in _ENDINGS or long == short.removesuffix("y") + "ies":
        return True
    beginning = word[: max(4, len(other) - 2)]
    return len(beginning) >= 4 and beginning == other[: max(4, len(other) - 2)]
