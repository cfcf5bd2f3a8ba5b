"""What a site's robots.txt asks of us: which addresses are left alone, and how long to wait.

Read as RFC 9309 says: the groups that name us, else those for everybody; the longest pattern that
fits an address decides, "allow" where two are equally long; `*` stands for anything and `$` for the
end. `Crawl-delay` stands in no standard and is obeyed. A pattern costs no more than its length
times the address's, whatever its stars.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

READ = 512_000  # bytes; what follows is not looked at, as the RFC lets readers do
EVERYBODY = "*"
_AS_THEY_ARE = "%/:=&?~#+!$,;'@()*[]"
_PLAIN = frozenset(string.ascii_letters + string.digits + "-._~")
_ENCODED = re.compile(r"%([0-9a-fA-F]{2})")


@dataclass(frozen=True)
class Rule:
    """A pattern of addresses, and whether they may be read."""

    pattern: str
    allows: bool


@dataclass(frozen=True)
class Robots:
    """The rules that hold for us, and the seconds to wait between two pages (0: not said)."""

    rules: tuple[Rule, ...] = ()
    delay: float = 0.0

    def allow(self, address: str) -> bool:
        """Tell whether an address may be read."""
        parts = urlsplit(address)
        place = _normal((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        fitting = [rule for rule in self.rules if _fits(rule.pattern, place)]
        best = max(fitting, key=lambda rule: (len(rule.pattern), rule.allows), default=None)
        return best is None or best.allows


def robots_of(body: bytes, *, agent: str) -> Robots:
    """Read a robots.txt for the agent of this name; what is no rule is passed over."""
    text = body[:READ].decode("utf-8", "replace").removeprefix("\ufeff")
    named: dict[str, tuple[list[Rule], list[float]]] = {}
    for agents, field, value in _lines(text):
        for one in agents:
            rules, delays = named.setdefault(one, ([], []))
            if field == "crawl-delay":
                delays += _seconds(value)
            elif field in {"allow", "disallow"} and value:
                rules.append(Rule(pattern=_normal(value), allows=field == "allow"))
    rules, delays = named.get(agent.lower(), named.get(EVERYBODY, ([], [])))
    return Robots(rules=tuple(rules), delay=max(delays, default=0.0))


def _lines(text: str) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Give each line with the agents that it is said to."""
    agents: tuple[str, ...] = ()
    gathering = False
    for line in text.splitlines():
        field, sign, value = line.partition("#")[0].partition(":")
        field, value = field.strip().lower(), value.strip()
        if not sign:
            continue
        if field == "user-agent":
            name = value.split("/")[0].strip().lower()
            agents = (*agents, name) if gathering else (name,)
            gathering = True
            yield (name,), field, ""  # a group without rules is a group
        elif field in {"allow", "disallow", "crawl-delay"}:
            gathering = False
            yield agents, field, value


def _seconds(value: str) -> Iterable[float]:
    try:
        found = float(value)
    except ValueError:
        return ()
    return (found,) if 0 <= found < float("inf") else ()


def _normal(place: str) -> str:
    """Write a place in the one way in which two are compared: encoded, but for plain signs."""

    def one(match: re.Match[str]) -> str:
        sign = chr(int(match.group(1), 16))
        return sign if sign in _PLAIN else match.group(0).upper()

    return _ENCODED.sub(one, quote(place, safe=_AS_THEY_ARE))


def _fits(pattern: str, place: str) -> bool:
    """Tell whether a place begins as the pattern says, each `*` standing for anything."""
    ends = pattern.endswith("$")
    first, *rest = pattern.removesuffix("$").split("*")
    if not place.startswith(first):
        return False
    at = len(first)
    if not rest:
        return not ends or at == len(place)
    for part in rest[:-1] if ends else rest:
        found = place.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return not ends or (len(place) - len(rest[-1]) >= at and place.endswith(rest[-1]))
