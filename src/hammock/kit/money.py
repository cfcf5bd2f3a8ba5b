"""Money: whole minor units of one currency; adding two currencies raises, floats never enter.

Minor units follow ISO 4217 as Babel ships it (EUR 2, JPY 0, KWD 3).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from babel.core import UnknownLocaleError
from babel.numbers import format_currency, get_currency_precision, list_currencies

from hammock.kit.errors import FieldError, HammockError

_AMOUNT = re.compile(r"[+-]?\d{1,15}(\.\d{1,6})?", re.ASCII)


class CurrencyMismatch(HammockError):
    """Two currencies were about to be mixed."""

    def __init__(self, *, ours: str, theirs: str) -> None:
        super().__init__(ours, theirs)
        self.ours = ours
        self.theirs = theirs

    def sentence(self) -> str:
        """Name both currencies."""
        return f"{self.theirs} cannot be added to, taken from or compared with {self.ours}."


@lru_cache(maxsize=256)
def minor_digits(currency: str) -> int:
    """Tell how many decimal digits the currency's minor unit has."""
    return get_currency_precision(currency)


@lru_cache(maxsize=1)
def currencies() -> frozenset[str]:
    """List the ISO 4217 codes that Babel knows."""
    return frozenset(list_currencies())


def known_currency(code: str, *, field: str = "currency") -> str:
    """Return the code in capitals. Raises `FieldError` naming `field` if ISO 4217 has it not."""
    upper = code.strip().upper()
    if upper not in currencies():
        raise FieldError(field=field, problem=f"“{code}” is no ISO 4217 currency code (try EUR)")
    return upper


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount: `minor` whole minor units (cents) of `currency` (ISO 4217 code)."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.minor, int):
            raise TypeError(f"Money takes whole minor units, not {type(self.minor).__name__}")

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Make an empty amount."""
        return cls(0, currency)

    @classmethod
    def parse(cls, text: str, currency: str, *, field: str = "amount") -> Money:
        """Read a decimal as people type it (`19`, `19.50`, `19,50`), exactly.

        Raises `FieldError` naming `field` for what is no number or has more decimals than the
        currency.
        """
        cleaned = text.strip().replace("\u00a0", "").replace(" ", "")
        if cleaned.count(",") == 1 and "." not in cleaned:
            cleaned = cleaned.replace(",", ".")
        if not _AMOUNT.fullmatch(cleaned):
            raise FieldError(field=field, problem=f"“{text}” is no amount")
        amount = Decimal(cleaned)
        minor = amount.scaleb(minor_digits(currency))
        if minor != minor.to_integral_value():
            digits = minor_digits(currency)
            raise FieldError(field=field, problem=f"{currency} has {digits} decimals, not “{text}”")
        return cls(int(minor), currency)

    @property
    def decimal(self) -> Decimal:
        """Give the amount in major units, exactly."""
        return Decimal(self.minor).scaleb(-minor_digits(self.currency))

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __mul__(self, count: int) -> Money:
        return Money(self.minor * count, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return self.shown()

    def about(self, locale: str = "en") -> str:
        """Write the amount without its minor units and to three digits, where it is an estimate.

        Below ten major units the minor ones stay: `€2,170`, `€9.40`.
        """
        size = 10 ** max(len(str(abs(self.minor))) - 3, 0)
        near = Money(round(self.minor / size) * size, self.currency)
        whole = abs(near.decimal) >= 10 or near.minor == 0
        if not whole:
            return near.shown(locale)
        return format_currency(
            near.decimal, near.currency, format="¤#,##0", locale=locale, currency_digits=False
        )

    def share(self, ratio: Decimal) -> Money:
        """Take a part of the amount, rounded to the minor unit half to even."""
        exact = Decimal(self.minor) * ratio
        return Money(int(exact.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)), self.currency)

    def allocate(self, weights: Sequence[int]) -> list[Money]:
        """Split the amount by non-negative weights so that the parts add up to it exactly.

        Each part gets its floor; the minor units left over go to the largest remainders, earlier
        parts first (Hamilton's method). All weights zero: equal parts.
        """
        if not weights:
            raise ValueError("allocate needs at least one weight")
        if any(weight < 0 for weight in weights):
            raise ValueError("weights are not negative")
        fair = list(weights) if any(weights) else [1] * len(weights)
        whole = sum(fair)
        size, sign = abs(self.minor), (1 if self.minor >= 0 else -1)
        floors = [size * weight // whole for weight in fair]
        left = size - sum(floors)
        by_remainder = sorted(range(len(fair)), key=lambda i: (-(size * fair[i] % whole), i))
        for index in by_remainder[:left]:
            floors[index] += 1
        return [Money(sign * part, self.currency) for part in floors]

    def shown(self, locale: str = "en") -> str:
        """Write the amount for people, such as `€19.50`."""
        return _shown(self, locale)

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(ours=self.currency, theirs=other.currency)
        return other.minor


def total(amounts: Iterable[Money], *, currency: str) -> Money:
    """Add up amounts of one currency; none at all gives zero of `currency`."""
    whole = Money.zero(currency)
    for amount in amounts:
        whole = whole + amount
    return whole


@lru_cache(maxsize=4096)
def _shown(money: Money, locale: str) -> str:
    """Write the amount; the same few prices are shown again and again."""
    try:
        return format_currency(money.decimal, money.currency, locale=locale)
    except UnknownLocaleError:
        return format_currency(money.decimal, money.currency, locale="en")
