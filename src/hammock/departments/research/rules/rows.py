"""What a study is made of: rows of demand and supply, and the tables that they become.

Equal texts are one text. Its askings add up where each row is one asking, and where each row tells
of a day; where a keyword tool repeats itself the highest volume counts, and what it tells of
several countries adds up. Monthly histories are joined; where two tell of the same month the higher
number counts, and a month of which none tells is unknown. Offers are one only where all is equal:
two sellers of one thing are two offers.

Currencies are never added: prices (and bids) count in the one that most of them are in, the others
are left out. Whatever is left out or put beside what it does not equal is said in `notes`, which
has a tuple of sentences for each file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain, pairwise, repeat

import numpy as np
from numpy.typing import NDArray

from hammock.departments.research.rules.columns import ASKS, MONTHLY
from hammock.departments.research.rules.numbers import Amount

Floats = NDArray[np.float64]
Notes = tuple[tuple[str, ...], ...]

UNKNOWN = Amount(value=0.0, low=0.0, high=0.0)  # a text whose tool tells no volume
MOST_MONTHS = 120  # of a history made of days; older ones say nothing of today
LATE = 3  # times the usual gap between days: a month that begins or ends so is not whole
_NOWHERE: Mapping[str, float] = {}


@dataclass(frozen=True, slots=True)
class Asked:
    """One row of demand: what was asked for, how often, and what advertisers bid for it.

    `answered` is how many results a search gave where it was asked, 0 for none; None if not told.
    """

    text: str
    volume: Amount | None = None
    months: tuple[float | None, ...] = ()
    bid_low: float | None = None
    bid_high: float | None = None
    currency: str = ""
    country: str = ""
    language: str = ""
    answered: float | None = None
    when: date | None = None


@dataclass(frozen=True, slots=True)
class Offered:
    """One product on offer: what it is called, what it costs, how it is rated."""

    text: str
    price: float | None = None
    currency: str = ""
    rating: float | None = None
    reviews: float | None = None
    country: str = ""
    language: str = ""
    format: str = ""


@dataclass(frozen=True)
class Demand:
    """Distinct texts in order of appearance, with volumes (`low`, `value`, `high`), bids, history.

    `history` has a row for each text and a column for each of `months`; unknown numbers are NaN.
    `countries` names where each text is asked most, `by_country` the volume in each that is named.
    `answered` is how many results each search gave. `askings` marks texts that count how often they
    were written down, where others have a tool's volume. `unit` is what volumes count; `counted`
    says that they are numbers of rows, as no tool gave any.
    """

    texts: tuple[str, ...]
    low: Floats
    value: Floats
    high: Floats
    bid: Floats
    months: tuple[date, ...]
    history: Floats
    countries: tuple[str, ...]
    by_country: tuple[Mapping[str, float], ...]
    languages: tuple[str, ...]
    answered: Floats
    askings: NDArray[np.bool_]
    currency: str
    counted: bool
    unit: str
    notes: Notes = ()


@dataclass(frozen=True)
class Supply:
    """Offers with price, rating and number of reviews; unknown numbers are NaN."""

    texts: tuple[str, ...]
    price: Floats
    rating: Floats
    reviews: Floats
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    formats: tuple[str, ...]
    currency: str
    notes: Notes = ()


@dataclass(slots=True)
class _Text:
    """What is gathered of one text; what few texts have is there only where it is needed."""

    text: str
    language: str = ""
    volumes: dict[str, Amount] | None = None  # by country, "" where none is named
    asked: int = 0
    asked_in: Counter[str] | None = None
    histories: dict[str, dict[date, float]] | None = None  # by country
    bid: float = float("nan")
    answered: float = float("nan")

    def amount(self) -> Amount | None:
        """Give the volume: of all countries together, or of the whole where that is more."""
        if self.volumes is None:
            return None
        whole = self.volumes.get("", UNKNOWN)
        named = [one for country, one in self.volumes.items() if country]
        together = Amount(
            value=sum(one.value for one in named),
            low=sum(one.low for one in named),
            high=sum(one.high for one in named),
        )
        return max(whole, together, key=lambda one: one.value)

    def by_country(self) -> Mapping[str, float]:
        """Give the volume (or else the number of askings) in each country that is named."""
        if self.volumes is not None:
            found = {country: one.value for country, one in self.volumes.items() if country}
        else:
            found = dict(self.asked_in or {})
        return found or _NOWHERE

    def history(self) -> dict[date, float]:
        """Give the months: of all countries together, or of the whole where no country is named."""
        parts = self.histories or {}
        named = [known for country, known in parts.items() if country] or [parts.get("", {})]
        found: dict[date, float] = {}
        for known in named:
            for month, value in known.items():
                found[month] = found.get(month, 0.0) + value
        return found


@dataclass
class _Gathering:
    """All demand files on their way into one table."""

    texts: dict[str, _Text] = field(default_factory=dict)
    units: list[str] = field(default_factory=list)

    def take(self, rows: Sequence[Asked], months: Sequence[date], unit: str) -> tuple[str, ...]:
        """Take a file, and say what its days make."""
        has_volumes = any(row.volume is not None for row in rows)
        counts = unit if has_volumes else ASKS
        by_day = _tells_days(rows, estimated=counts == MONTHLY)
        if has_volumes:
            self.units.append(unit)
        for row in rows:
            one = self._of(row)
            if not has_volumes:
                _ask(one, row.country)
            elif row.volume is not None and not by_day:
                _raise(one, row.country, row.volume)
            if months:
                _join(one, row.country, zip(months, row.months, strict=False))
        return self._take_days(rows, counts) if by_day else ()

    def _of(self, row: Asked) -> _Text:
        key = _key(row.text)
        one = self.texts.get(key)
        if one is None:
            one = self.texts[key] = _Text(text=row.text)
        one.language = one.language or row.language
        if row.answered is not None and np.isnan(one.answered):
            one.answered = row.answered
        return one

    def _take_days(self, rows: Sequence[Asked], counts: str) -> tuple[str, ...]:
        """Take rows each of which tells of a day: they add up, and make a history."""
        whole = _whole_months({row.when for row in rows if row.when is not None})
        # Nothing on a day is nothing asked; of what a tool estimates it is nothing known.
        nothing = {} if counts == MONTHLY else dict.fromkeys(whole, 0.0)
        counted = frozenset(whole)
        months: dict[tuple[str, str], dict[date, float]] = {}
        amounts: dict[tuple[str, str], list[Amount]] = {}
        for row in rows:
            place = (_key(row.text), row.country)
            if row.volume is not None:
                amounts.setdefault(place, []).append(row.volume)
            if row.when is not None:
                month, known = row.when.replace(day=1), months.setdefault(place, dict(nothing))
                known[month] = known.get(month, 0.0) + (row.volume.value if row.volume else 1.0)
        for (key, country), volumes in amounts.items():
            _raise(self.texts[key], country, _together(volumes, usual=counts == MONTHLY))
        for (key, country), known in months.items():
            kept = ((month, value) for month, value in known.items() if month in counted)
            _join(self.texts[key], country, kept)
        if not whole:
            return ()
        span = f"{whole[0]:%B %Y} to {whole[-1]:%B %Y}"
        return (f"Its days make a history of {len(whole)} whole months, {span}.",)


def demand_of(
    parts: Iterable[tuple[Sequence[Asked], Sequence[date]]], *, units: Sequence[str] = ()
) -> Demand:
    """Put demand files (rows and the months of their history) together into one table.

    `units` says what each file's volumes count; searches a month where it says nothing.
    """
    files = list(parts)
    gathering = _Gathering()
    spans = [
        gathering.take(rows, months, unit)
        for (rows, months), unit in zip(files, chain(units, repeat(MONTHLY)), strict=False)
    ]
    found = list(gathering.texts.values())
    counted = not gathering.units
    currency = _usual(row.currency for rows, _ in files for row in rows if _bid(row) is not None)
    notes = [
        (*said, *_volume_notes(rows, gathering), *_bids_taken(rows, gathering, currency))
        for said, (rows, _) in zip(spans, files, strict=True)
    ]
    amounts = [one.amount() or _asked(one) for one in found]
    by_country = tuple(one.by_country() for one in found)
    histories = [one.history() for one in found]
    calendar = tuple(sorted({month for known in histories for month in known}))
    return Demand(
        texts=tuple(one.text for one in found),
        low=np.array([one.low for one in amounts], dtype=np.float64),
        value=np.array([one.value for one in amounts], dtype=np.float64),
        high=np.array([one.high for one in amounts], dtype=np.float64),
        bid=np.array([one.bid for one in found], dtype=np.float64),
        months=calendar,
        history=_history(histories, calendar),
        countries=tuple(max(one, key=lambda name: one[name], default="") for one in by_country),
        by_country=by_country,
        languages=tuple(one.language for one in found),
        answered=np.array([one.answered for one in found], dtype=np.float64),
        askings=np.array([not counted and one.volumes is None and one.asked > 0 for one in found]),
        currency=currency,
        counted=counted,
        unit=ASKS if counted else " and ".join(dict.fromkeys(gathering.units)),
        notes=tuple(notes),
    )


def supply_of(parts: Iterable[Sequence[Offered]]) -> Supply:
    """Put supply files together into one table."""
    files = [list(rows) for rows in parts]
    currency = _usual(row.currency for rows in files for row in rows if row.price is not None)
    kept: dict[tuple[object, ...], Offered] = {}
    notes = []
    for rows in files:
        before, repeated = len(kept), 0
        for row in rows:
            kept.setdefault(_whole_of(row), row)
        repeated = len(rows) - (len(kept) - before)
        notes.append((*_repeats(repeated), *_price_notes(rows, currency)))
    found = list(kept.values())
    return Supply(
        texts=tuple(row.text for row in found),
        price=_known(row.price if _counts(row, currency) else None for row in found),
        rating=_known(row.rating for row in found),
        reviews=_known(row.reviews for row in found),
        countries=tuple(row.country for row in found),
        languages=tuple(row.language for row in found),
        formats=tuple(row.format for row in found),
        currency=currency,
        notes=tuple(notes),
    )


def _key(text: str) -> str:
    return " ".join(text.lower().split())


def _whole_of(row: Offered) -> tuple[object, ...]:
    numbers = (row.price, row.currency, row.rating, row.reviews)
    return (_key(row.text), *numbers, row.country, row.language, row.format)


def _asked(one: _Text) -> Amount:
    return Amount(one.asked, one.asked, one.asked) if one.asked else UNKNOWN


def _ask(one: _Text, country: str) -> None:
    one.asked += 1
    if country:
        one.asked_in = one.asked_in if one.asked_in is not None else Counter()
        one.asked_in[country] += 1


def _raise(one: _Text, country: str, amount: Amount) -> None:
    """Let the higher of two volumes count that are told of one text in one country."""
    one.volumes = one.volumes if one.volumes is not None else {}
    before = one.volumes.get(country, amount)
    one.volumes[country] = max(amount, before, key=lambda other: other.value)


def _join(one: _Text, country: str, months: Iterable[tuple[date, float | None]]) -> None:
    for month, value in months:
        if value is None:
            continue
        one.histories = one.histories if one.histories is not None else {}
        known = one.histories.setdefault(country, {})
        known[month] = max(value, known.get(month, value))


def _together(amounts: Sequence[Amount], *, usual: bool) -> Amount:
    """Add up what single days tell; of monthly volumes give the usual one."""
    share = 1 / len(amounts) if usual else 1.0
    return Amount(
        value=sum(one.value for one in amounts) * share,
        low=sum(one.low for one in amounts) * share,
        high=sum(one.high for one in amounts) * share,
    )


def _tells_days(rows: Sequence[Asked], *, estimated: bool) -> bool:
    """Tell whether rows are dated, on more than one day (a single one is that of the export).

    What a tool `estimated` is dated only where it tells of one text on several days; else the day
    is when it last looked.
    """
    first: dict[tuple[str, str], date] = {}
    for row in rows:
        if row.when is not None:
            place = (_key(row.text), row.country) if estimated else ("", "")
            if first.setdefault(place, row.when) != row.when:
                return True
    return False


def _whole_months(days: Iterable[date]) -> tuple[date, ...]:
    """List the months that the days cover, without a first or last one that is cut off."""
    known = sorted(days)
    gaps = sorted((later - day).days for day, later in pairwise(known))
    late = timedelta(days=LATE * gaps[len(gaps) // 2])
    months = [known[0].replace(day=1)]
    while (after := _next(months[-1])) <= known[-1]:
        months.append(after)
    begins = 1 if known[0] - months[0] > late else 0
    ends = len(months) - 1 if _next(months[-1]) - known[-1] > late else len(months)
    return tuple(months[begins:ends][-MOST_MONTHS:])


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _bid(row: Asked) -> float | None:
    known = [bid for bid in (row.bid_low, row.bid_high) if bid is not None]
    return sum(known) / len(known) if known else None


def _bids_taken(rows: Sequence[Asked], gathering: _Gathering, currency: str) -> tuple[str, ...]:
    """Take the bids in the study's currency, and say what was left out."""
    others: Counter[str] = Counter()
    for row in rows:
        bid = _bid(row)
        if bid is None:
            continue
        if row.currency not in {"", currency}:
            others[row.currency] += 1
            continue
        one = gathering.texts[_key(row.text)]
        if np.isnan(one.bid):
            one.bid = bid
    return _left_out("Bids", others, currency)


def _volume_notes(rows: Sequence[Asked], gathering: _Gathering) -> tuple[str, ...]:
    """Say where askings stand beside a tool's volumes, and which texts have no volume at all."""
    if not gathering.units or not rows:
        return ()
    unit = " and ".join(dict.fromkeys(gathering.units))
    if all(row.volume is None for row in rows):
        return (
            f"Its {len(rows):,} rows have no volume: each counts as one asking, beside {unit} from "
            "other files. The two are not the same, so compare their niches with care.",
        )
    unknown = {
        key
        for row in rows
        if row.volume is None
        for key in (_key(row.text),)
        if gathering.texts[key].volumes is None and not gathering.texts[key].asked
    }
    mixed = (
        f"Volumes of different files count different things ({unit}), and are compared as if they "
        "did not."
    )
    said = [mixed] if len(set(gathering.units)) > 1 else []
    if unknown:
        said.append(
            f"Texts without a volume that could be read: {len(unknown):,}. They count as 0."
        )
    return tuple(said)


def _price_notes(rows: Sequence[Offered], currency: str) -> tuple[str, ...]:
    priced = [row for row in rows if row.price is not None]
    others = Counter(row.currency for row in priced if not _counts(row, currency))
    nameless = sum(not row.currency for row in priced) if currency else 0
    said = list(_left_out("Prices", others, currency))
    if nameless:
        said.append(f"Prices that name no currency: {nameless:,}. They are taken as {currency}.")
    return tuple(said)


def _left_out(what: str, others: Counter[str], currency: str) -> tuple[str, ...]:
    if not others:
        return ()
    named = ", ".join(f"{name} {count:,}" for name, count in others.most_common(8))
    return (f"{what} left out, as they are not in {currency} like most: {named}.",)


def _repeats(repeated: int) -> tuple[str, ...]:
    if not repeated:
        return ()
    return (f"Rows that say the same as one before them: {repeated:,}. They count once with it.",)


def _counts(row: Offered, currency: str) -> bool:
    return row.currency in {"", currency}


def _usual(currencies: Iterable[str]) -> str:
    """Give the currency that is named most often, the first by name where two are."""
    named = Counter(one for one in currencies if one)
    return min(named, key=lambda one: (-named[one], one), default="")


def _known(numbers: Iterable[float | None]) -> Floats:
    return np.array(
        [float("nan") if number is None else number for number in numbers], dtype=np.float64
    )


def _history(known: Sequence[Mapping[date, float]], calendar: Sequence[date]) -> Floats:
    history = np.full((len(known), len(calendar)), np.nan)
    place = {month: at for at, month in enumerate(calendar)}
    for at, one in enumerate(known):
        for month, value in one.items():
            history[at, place[month]] = value
    return history
