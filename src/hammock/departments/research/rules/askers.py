"""For whom or what a niche's members ask: what they say after "for", in their own words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

SHOWN = 6
SAID_BY = 2  # members, at least
_FOR = re.compile(
    r"\bfor (?:(?:my|our|your|his|her|their|a|an|the|all|some) )*([^\W\d_][\w'’-]*)"
    r"(?: ([^\W\d_][\w'’-]*))?",
    re.IGNORECASE,
)
_NOBODY = frozenset(
    """example free how instance it me now sale that them this us what which
    """.split()  # noqa: SIM905 - a list of quoted words is not read
)
_NOT_SECOND = frozenset(
    """and are as at because but by can do does from he how i if in into is it my near of on online
    or she so than that the then they this to under uk us using we when which who with without you
    """.split()  # noqa: SIM905 - a list of quoted words is not read
)


def asked_for(texts: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """Count what stands after "for" in the texts, most often said first.

    A word or two, said by at least two texts; two words only where no shorter one says more.
    """
    single: Counter[str] = Counter()
    double: Counter[str] = Counter()
    for text in texts:
        for found in _FOR.finditer(text):
            first, second = found.group(1).lower(), (found.group(2) or "").lower()
            if first in _NOBODY:
                continue
            single[first] += 1
            if second and second not in _NOT_SECOND:
                double[f"{first} {second}"] += 1
    counts = Counter(single)
    for pair, times in double.items():
        first = pair.split()[0]
        if 2 * times > single[first]:  # "small dogs" says more than "small"
            counts.pop(first, None)
            counts[pair] = times
    often = [(name, times) for name, times in counts.items() if times >= SAID_BY]
    return tuple(sorted(often, key=lambda one: (-one[1], one[0]))[:SHOWN])
