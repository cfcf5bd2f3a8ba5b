"""Writing what was gathered of visits and searches. Needs the caller's transaction.

The day's row is locked first, so two processes that write at once count a browser once and keep to
the bounds on how many names a day has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from hammock.departments.marketing.gathering import Came, Gathered, Searched
from hammock.departments.marketing.models import CountedDay, SearchCount, SeenToday, VisitCount
from hammock.departments.marketing.rules.channels import OTHER
from hammock.kit.locks import lock_one

MOST_CHANNELS = 200  # of one day; what comes by others is counted as “other”
MOST_LANDINGS = 300
MOST_SEARCHES = 2_000  # different ones of one day; others are counted without their words
AT_ONCE = 500


def write(gathered: Gathered) -> None:
    """Add a day's visits and searches to what was counted; a hash that was seen adds nothing."""
    day = _locked(gathered.day)
    seen = _seen([*gathered.visits, *gathered.searches])
    visits = {key: came for key, came in gathered.visits.items() if key not in seen}
    searches = {key: one for key, one in gathered.searches.items() if key not in seen}
    _remember(day, visits, searches)
    came = list(visits.values())
    _add_visits(day, VisitCount.About.CHANNEL, (one.channel for one in came), most=MOST_CHANNELS)
    _add_visits(day, VisitCount.About.LANDING, (one.landing for one in came), most=MOST_LANDINGS)
    _add_searches(day, list(searches.values()))


def forget_seen(*, before: date) -> int:
    """Delete the hashes of the days before; tells how many."""
    deleted, _by_model = SeenToday.objects.filter(day__lt=before).delete()
    return deleted


def _locked(day: date) -> CountedDay:
    CountedDay.objects.get_or_create(day=day)
    return lock_one(CountedDay.objects.filter(day=day))


def _seen(keys: list[int]) -> set[int]:
    found: set[int] = set()
    for start in range(0, len(keys), AT_ONCE):
        rows = SeenToday.objects.filter(key__in=keys[start : start + AT_ONCE])
        found.update(rows.values_list("key", flat=True))
    return found


def _remember(
    day: CountedDay, visits: Mapping[int, Came], searches: Mapping[int, Searched]
) -> None:
    rows = [SeenToday(key=key, day=day, channel=came.channel) for key, came in visits.items()]
    rows += [SeenToday(key=key, day=day) for key in searches if key not in visits]
    SeenToday.objects.bulk_create(rows, batch_size=AT_ONCE)


def _add_visits(
    day: CountedDay, about: VisitCount.About, names: Iterable[str], *, most: int
) -> None:
    more = Counter(names)
    if not more:
        return
    known = dict(
        VisitCount.objects.filter(day=day, about=about).values_list("name", "visits").order_by()
    )
    changed = set()
    for name, visits in more.most_common():
        kept = name if name in known or len(known) < most else OTHER
        known[kept] = known.get(kept, 0) + visits
        changed.add(kept)
    VisitCount.objects.bulk_create(
        [
            VisitCount(day=day, about=about, name=name, visits=known[name])
            for name in sorted(changed)
        ],
        update_conflicts=True,
        unique_fields=["day", "about", "name"],
        update_fields=["visits"],
    )


def _add_searches(day: CountedDay, more: list[Searched]) -> None:
    if not more:
        return
    known = {row.words: row for row in SearchCount.objects.filter(day=day)}
    changed = set()
    for one in more:
        kept = one.words if one.words in known or len(known) < MOST_SEARCHES else ""
        row = known.setdefault(kept, SearchCount(day=day, words=kept, times=0))
        row.times += 1
        row.in_vain += one.found == 0
        row.found = one.found
        changed.add(kept)
    for words in changed:
        known[words].pk = None  # the day's words say which row it is
    SearchCount.objects.bulk_create(
        [known[words] for words in sorted(changed)],
        update_conflicts=True,
        unique_fields=["day", "words"],
        update_fields=["times", "in_vain", "found"],
    )
