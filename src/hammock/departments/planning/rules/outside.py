"""The outside view: what published figures say before a shop has figures of its own.

Distributions are one of three families, each with two parameters, so that they can stand in a
table with their sources: lognormal (μ, σ), beta (a, b) and gamma (shape, rate).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.special import digamma, polygamma

Family = Literal["lognormal", "beta", "gamma"]
FAMILIES = ("lognormal", "beta", "gamma")


@dataclass(frozen=True, kw_only=True)
class Spread:
    """What a figure may be: a family and its two parameters."""

    kind: Family
    first: float
    second: float

    def drawn(self, chance: np.random.Generator, count: int) -> NDArray[np.float32]:
        """Draw `count` values."""
        if self.kind == "lognormal":
            normal = chance.standard_normal(count, dtype=np.float32)
            logs = np.float32(self.first) + np.float32(self.second) * normal
            return np.asarray(np.exp(logs), dtype=np.float32)
        if self.kind == "gamma":
            gamma = chance.standard_gamma(self.first, count, dtype=np.float32)
            return np.asarray(gamma / np.float32(self.second), dtype=np.float32)
        one = chance.standard_gamma(self.first, count, dtype=np.float32)
        other = chance.standard_gamma(self.second, count, dtype=np.float32)
        share = one / np.maximum(one + other, np.float32(1e-30))
        return np.asarray(share, dtype=np.float32)

    def quantile(self, share: float) -> float:
        """Tell below what the figure lies with this probability."""
        return float(self._frozen().ppf(share))

    def above(self, value: float) -> float:
        """Tell with what probability the figure is more than `value`."""
        return float(self._frozen().sf(value))

    @property
    def mean(self) -> float:
        """The expectation."""
        return float(self._frozen().mean())

    @property
    def log_mean(self) -> float:
        """The expectation of the logarithm."""
        if self.kind == "lognormal":
            return self.first
        if self.kind == "gamma":
            return float(digamma(self.first) - np.log(self.second))
        return float(digamma(self.first) - digamma(self.first + self.second))

    @property
    def log_sd(self) -> float:
        """The standard deviation of the logarithm."""
        if self.kind == "lognormal":
            return self.second
        if self.kind == "gamma":
            return float(np.sqrt(polygamma(1, self.first)))
        return float(np.sqrt(polygamma(1, self.first) - polygamma(1, self.first + self.second)))

    def _frozen(self) -> Any:
        if self.kind == "lognormal":
            return stats.lognorm(s=self.second, scale=np.exp(self.first))
        if self.kind == "gamma":
            return stats.gamma(self.first, scale=1 / self.second)
        return stats.beta(self.first, self.second)


@dataclass(frozen=True, kw_only=True)
class Published:
    """One line of the table: a distribution, and everything needed to doubt it.

    `read_in` names where it was read that is not the original; empty for the original itself.
    """

    name: str
    label: str
    spread: Spread
    unit: str
    facts: str
    source: str
    address: str
    published: date
    population: str
    bias: str
    read_in: str = ""


@dataclass(frozen=True, kw_only=True)
class Fees:
    """What a payment costs: a share of it, and an amount in US dollars."""

    share: float
    fixed: float
    source: str
    address: str
    published: date
    read_in: str = ""


@dataclass(frozen=True, kw_only=True)
class Rates:
    """What a dollar was in other currencies, and who says so."""

    per_dollar: Mapping[str, float]
    source: str
    address: str
    published: date


@dataclass(frozen=True, kw_only=True)
class OutsideView:
    """The whole table."""

    dated: date
    inputs: Mapping[str, Published]
    fees: Fees
    rates: Rates

    def spread(self, name: str) -> Spread:
        """Give an input's distribution."""
        return self.inputs[name].spread

    def in_minor(self, name: str, *, currency: str, digits: int) -> Spread | None:
        """Give a lognormal of dollars in minor units of a currency; None without a rate."""
        rate = self.rates.per_dollar.get(currency)
        if rate is None:
            return None
        spread = self.spread(name)
        shift = float(np.log(rate) + digits * np.log(10))
        return Spread(kind="lognormal", first=spread.first + shift, second=spread.second)


def checked(content: Mapping[str, Any]) -> OutsideView:
    """Make the table of a TOML file's content; raises KeyError or ValueError naming what is off."""
    euro: Mapping[str, float] = content["rates"]["euro"]
    return OutsideView(
        dated=content["dated"],
        inputs={name: _published(name, row) for name, row in content["inputs"].items()},
        fees=Fees(**content["fees"]),
        rates=Rates(
            per_dollar={currency: rate / euro["USD"] for currency, rate in euro.items()},
            source=content["rates"]["source"],
            address=content["rates"]["address"],
            published=content["rates"]["published"],
        ),
    )


def _published(name: str, row: Mapping[str, Any]) -> Published:
    kind = row["kind"]
    if kind not in FAMILIES:
        raise ValueError(f"{name}: {kind} is none of {', '.join(FAMILIES)}")
    if row["second"] <= 0:
        raise ValueError(f"{name}: second is not positive")
    rest = {key: value for key, value in row.items() if key not in {"kind", "first", "second"}}
    spread = Spread(kind=kind, first=float(row["first"]), second=float(row["second"]))
    return Published(name=name, spread=spread, **rest)
