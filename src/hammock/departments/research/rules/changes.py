"""Two studies of one market compared: which niche is which, and what surely changed.

Niches are told apart by the words that set them apart; a niche of today is the one of then that
shares most of them, and each of then is one of today's at most. Figures are compared only where
both studies count the same: the same unit, in the same currency, from the same kind of money. A
change is called sure where the two 90 % intervals do not overlap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LEAST_SHARED = 0.25  # of the words of both
LEAST_TEXTS = 10  # of a niche of a study that ranks nothing, to be named as new or gone
UNCHANGED = "no change that can be told from chance"
NO_CURRENCY, NO_MONEY = "no named currency", "nothing"
Found = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Change:
    """A niche now and then: without the figure of a study where it is not, or not ranked."""

    name: str
    now: float | None
    before: float | None
    verdict: str

    @property
    def sure(self) -> bool:
        """Tell whether anything changed that is not chance."""
        return self.verdict != UNCHANGED


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two studies compared.

    `problem` says why their figures cannot be compared: then only what is new and what is gone is
    named. `doubt` says what was taken for granted where they are.
    """

    problem: str
    doubt: str
    changes: tuple[Change, ...]


def compare(now: Found, before: Found) -> Comparison:
    """Compare two studies as `report.facts` gives them: sure changes first, as ranked today."""
    problem = incomparable(now, before)
    today, then = now["niches"], before["niches"]
    pairs = _paired(today, then)
    found = []
    for at, niche in enumerate(today):
        if at not in pairs and _weighty(niche, now):
            found.append(_new(niche, then))
        elif at in pairs and _weighty(niche, now) and not problem:
            found.append(_change(niche, then[pairs[at]]))
    kept = {other: at for at, other in pairs.items()}
    for at, niche in enumerate(then):
        if at not in kept and _weighty(niche, before):
            found.append(_gone(niche, today))
        elif at in kept and not problem and _weighty(niche, before):
            successor = today[kept[at]]
            if successor["rank"] is None:
                found.append(_too_small(niche))
    unsaid = not problem and not now["currency"] and _money(now) != NO_MONEY
    return Comparison(
        problem=problem,
        doubt="Neither study names its currency; it is taken to be the same." if unsaid else "",
        changes=tuple(sorted(found, key=lambda change: not change.sure)),
    )


def incomparable(now: Found, before: Found) -> str:
    """Say why the figures of two studies cannot be compared; empty where they can."""
    for study, which in ((before, "the earlier study"), (now, "this study")):
        if not study["ranked"]:
            return f"{which} could not rank its niches"
    for theirs, ours, what in (
        (before["currency"] or NO_CURRENCY, now["currency"] or NO_CURRENCY, "counts in"),
        (before["unit"], now["unit"], "counts"),
        (_money(before), _money(now), "takes what people pay from"),
    ):
        if ours != theirs:
            return f"the earlier study {what} {theirs}, this one {what} {ours}"
    return ""


def _weighty(niche: Found, study: Found) -> bool:
    """Tell whether a niche is large enough to be named as new or gone."""
    return niche["rank"] is not None or (not study["ranked"] and niche["texts"] >= LEAST_TEXTS)


def _money(study: Found) -> str:
    named = {niche.get("pays_from") or "" for niche in study["niches"]} - {""}
    return " and ".join(sorted(named)) or NO_MONEY


def _paired(today: Sequence[Found], then: Sequence[Found]) -> dict[int, int]:
    """Match niches by place, each once: those of one name, then those that share most words."""
    alike = sorted(
        (
            (niche["niche"] != old["niche"], -share, at, other)
            for at, niche in enumerate(today)
            for other, old in enumerate(then)
            if (share := _shared(niche, old)) >= LEAST_SHARED
        ),
    )
    pairs: dict[int, int] = {}
    for *_, at, other in alike:
        if at not in pairs and other not in pairs.values():
            pairs[at] = other
    return pairs


def _change(now: Found, before: Found) -> Change:
    if before["rank"] is None or before["opportunity"] is None:
        return _said(now["niche"], "not ranked before", now=now["opportunity"])
    return _said(
        now["niche"], _verdict(now, before), now=now["opportunity"], before=before["opportunity"]
    )


def _new(niche: Found, then: Sequence[Found]) -> Change:
    within = _nearest(niche, then)
    verdict = f"part of “{within}” before" if within else "new"
    return _said(niche["niche"], verdict, now=niche["opportunity"])


def _gone(niche: Found, today: Sequence[Found]) -> Change:
    within = _nearest(niche, today)
    verdict = f"part of “{within}” now" if within else "no longer asked for"
    return _said(niche["niche"], verdict, before=niche["opportunity"])


def _too_small(niche: Found) -> Change:
    return _said(niche["niche"], "too few texts to be ranked now", before=niche["opportunity"])


def _said(
    name: str, verdict: str, *, now: float | None = None, before: float | None = None
) -> Change:
    return Change(name=name, now=now, before=before, verdict=verdict)


def _nearest(niche: Found, others: Sequence[Found]) -> str:
    """Name the niche that has this one's words; empty where none has."""
    nearest = max(others, key=lambda one: _shared(niche, one), default=None)
    if nearest is None or _shared(niche, nearest) < LEAST_SHARED:
        return ""
    return str(nearest["niche"])


def _shared(one: Found, other: Found) -> float:
    words, theirs = set(one["words"]), set(other["words"])
    return len(words & theirs) / max(len(words | theirs), 1)


def _verdict(now: Found, before: Found) -> str:
    if now["opportunity_low"] > before["opportunity_high"]:
        return "grew"
    if now["opportunity_high"] < before["opportunity_low"]:
        return "shrank"
    return UNCHANGED
