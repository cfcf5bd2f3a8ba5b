"""How movements are booked: pure functions from amounts to balanced legs.

The chart follows Beancount's five roots. Debit is positive. Money that a customer pays lies with
the payment provider until it is paid out; tax is owed from the moment of the sale; what a refund or
a lost dispute takes back stands on its own income accounts, so that gross sales stay readable.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from hammock.kit.money import Money

GENERAL = "general"
RECENT = "months"
"""The key of the period of the last twelve months, which charts are of."""


class Chart(StrEnum):
    """The accounts that every business has; docs/departments/ledger.md explains each."""

    BANK = "Assets:Bank"
    PROVIDER = "Assets:Provider"
    DISPUTED = "Assets:Disputed"
    RECEIVABLE = "Assets:Receivable"
    TAX = "Liabilities:Tax"
    SURPLUS = "Liabilities:Surplus"
    AFFILIATES = "Liabilities:Affiliates"
    OWNER = "Equity:Owner"
    SALES = "Income:Sales"
    SHIPPING = "Income:Shipping"
    REFUNDS = "Income:Refunds"
    DISPUTES = "Income:Disputes"
    DISCOUNTS = "Income:Discounts"
    ADJUSTMENTS = "Income:Adjustments"
    FEES = "Expenses:PaymentFees"
    DISPUTE_FEES = "Expenses:DisputeFees"
    COMMISSIONS = "Expenses:Commissions"
    BANK_CHARGES = "Expenses:BankCharges"
    BAD_DEBT = "Expenses:BadDebt"
    MARKETPLACE_FEES = "Expenses:MarketplaceFees"
    SAMPLES = "Expenses:Samples"
    TOOLS = "Expenses:Tools"
    MARKETING = "Expenses:Marketing"
    CONTRACTORS = "Expenses:Contractors"
    OTHER = "Expenses:Other"


FIRST_DAY = date(1970, 1, 1)
"""Books reach back to this day: an earlier one is a slip of the pen."""

SPENDABLE = (
    Chart.TOOLS,
    Chart.MARKETING,
    Chart.CONTRACTORS,
    Chart.BANK_CHARGES,
    Chart.OTHER,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One line to be written: a debit (positive) or credit (negative) of a centre's account."""

    account: str
    centre: str
    amount: Money


@dataclass(frozen=True, kw_only=True)
class Part:
    """One profit centre's part of a sale or refund: `net` without tax, and its `tax`."""

    centre: str
    net: Money
    tax: Money

    @property
    def gross(self) -> Money:
        """What the buyer pays for the part."""
        return self.net + self.tax


@dataclass(frozen=True, kw_only=True)
class Concentration:
    """How much the business hangs on one leg.

    `herfindahl` is the sum of squared revenue shares (1/n for n equal centres, 1 for a single one),
    after Herfindahl (1950) and Hirschman (1945); `biggest_share` is between 0 and 1.
    """

    herfindahl: float
    biggest: str
    biggest_share: float
    hangs_on_one_leg: bool


@dataclass(frozen=True, kw_only=True)
class Period:
    """A stretch of days to look at: from `since` to the day before `until`; None is without end.

    `key` names it in addresses, `label` where it is chosen, `said` within a sentence, and `says`
    from when until when it goes.
    """

    key: str
    label: str
    said: str
    says: str
    since: date | None = None
    until: date | None = None


def periods(*, today: date, years: Iterable[int]) -> list[Period]:
    """List what the books can be looked at by: the last twelve months first, years by name last."""
    this, last = year_of(today.year), year_of(today.year - 1)
    recent = _months_before(today, 11)
    return [
        Period(
            key=RECENT,
            label="Last 12 months",
            said="in the last 12 months",
            says=f"from {recent:%B %Y} until today",
            since=recent,
        ),
        replace(this, key="this", label=f"This year ({today.year})"),
        replace(last, key="last", label=f"Last year ({today.year - 1})"),
        Period(key="all", label="All", said="ever", says="of all time"),
        *(year_of(year) for year in sorted(set(years), reverse=True)),
    ]


def year_of(year: int) -> Period:
    """Make a year a period by its name."""
    return Period(
        key=str(year),
        label=str(year),
        said=f"in {year}",
        says=f"of {year}",
        since=None if year == date.min.year else date(year, 1, 1),
        until=None if year == date.max.year else date(year + 1, 1, 1),
    )


def _months_before(day: date, count: int) -> date:
    """Tell the first day of the month that lies so many months back."""
    months = day.year * 12 + day.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def off_balance(legs: Iterable[Leg]) -> list[Money]:
    """Tell by how much the legs miss zero, one amount for each currency that does."""
    sums: dict[str, int] = defaultdict(int)
    for leg in legs:
        sums[leg.amount.currency] += leg.amount.minor
    return [Money(minor, currency) for currency, minor in sorted(sums.items()) if minor]


def merged(legs: Iterable[Leg]) -> list[Leg]:
    """Add up legs of the same account, centre and currency, and drop those that come to nothing."""
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    for leg in legs:
        sums[str(leg.account), leg.centre, leg.amount.currency] += leg.amount.minor
    return [
        Leg(account=account, centre=centre, amount=Money(minor, currency))
        for (account, centre, currency), minor in sums.items()
        if minor
    ]


def reversal(legs: Iterable[Leg]) -> list[Leg]:
    """Turn every leg round."""
    return [Leg(account=leg.account, centre=leg.centre, amount=-leg.amount) for leg in legs]


def sale(*, parts: Sequence[Part], fee: Money) -> list[Leg]:
    """Book a paid order: each centre's gross lies with the provider, less its share of the fee."""
    fees = fee.allocate([part.gross.minor for part in parts])
    legs = []
    for part, share in zip(parts, fees, strict=True):
        legs += [
            Leg(account=Chart.PROVIDER, centre=part.centre, amount=part.gross - share),
            Leg(account=Chart.FEES, centre=part.centre, amount=share),
            Leg(account=Chart.SALES, centre=part.centre, amount=-part.net),
            Leg(account=Chart.TAX, centre=part.centre, amount=-part.tax),
        ]
    return merged(legs)


def surplus(*, amount: Money, fee: Money) -> list[Leg]:
    """Book money that came for no open order: it is owed back whole, the fee is ours."""
    return merged(
        [
            Leg(account=Chart.PROVIDER, centre=GENERAL, amount=amount - fee),
            Leg(account=Chart.FEES, centre=GENERAL, amount=fee),
            Leg(account=Chart.SURPLUS, centre=GENERAL, amount=-amount),
        ]
    )


def surplus_returned(*, amount: Money) -> list[Leg]:
    """Book that money which came for no open order went back."""
    return [
        Leg(account=Chart.SURPLUS, centre=GENERAL, amount=amount),
        Leg(account=Chart.PROVIDER, centre=GENERAL, amount=-amount),
    ]


def refund(*, parts: Sequence[Part]) -> list[Leg]:
    """Book money given back: income and tax shrink, the provider pays."""
    legs = []
    for part in parts:
        legs += [
            Leg(account=Chart.REFUNDS, centre=part.centre, amount=part.net),
            Leg(account=Chart.TAX, centre=part.centre, amount=part.tax),
            Leg(account=Chart.PROVIDER, centre=part.centre, amount=-part.gross),
        ]
    return merged(legs)


def dispute_opened(*, parts: Sequence[Part], fee: Money) -> list[Leg]:
    """Book that the bank holds the disputed money back and takes a fee."""
    fees = fee.allocate([part.gross.minor for part in parts])
    legs = []
    for part, share in zip(parts, fees, strict=True):
        legs += [
            Leg(account=Chart.DISPUTED, centre=part.centre, amount=part.gross),
            Leg(account=Chart.DISPUTE_FEES, centre=part.centre, amount=share),
            Leg(account=Chart.PROVIDER, centre=part.centre, amount=-(part.gross + share)),
        ]
    return merged(legs)


def dispute_won(*, parts: Sequence[Part]) -> list[Leg]:
    """Book that the disputed money came back (the fee stays with the bank)."""
    return merged(
        leg
        for part in parts
        for leg in (
            Leg(account=Chart.PROVIDER, centre=part.centre, amount=part.gross),
            Leg(account=Chart.DISPUTED, centre=part.centre, amount=-part.gross),
        )
    )


def dispute_lost(*, parts: Sequence[Part]) -> list[Leg]:
    """Book that the disputed money is gone: income and tax shrink."""
    return merged(
        leg
        for part in parts
        for leg in (
            Leg(account=Chart.DISPUTES, centre=part.centre, amount=part.net),
            Leg(account=Chart.TAX, centre=part.centre, amount=part.tax),
            Leg(account=Chart.DISPUTED, centre=part.centre, amount=-part.gross),
        )
    )


def payout(*, amount: Money) -> list[Leg]:
    """Book that the provider sent money to the bank."""
    return [
        Leg(account=Chart.BANK, centre=GENERAL, amount=amount),
        Leg(account=Chart.PROVIDER, centre=GENERAL, amount=-amount),
    ]


def expense(*, account: str, centre: str, amount: Money) -> list[Leg]:
    """Book money spent from the bank for a profit centre."""
    return [
        Leg(account=account, centre=centre, amount=amount),
        Leg(account=Chart.BANK, centre=centre, amount=-amount),
    ]


def commission(*, centre: str, amount: Money) -> list[Leg]:
    """Book what an affiliate has earned and will be paid."""
    return [
        Leg(account=Chart.COMMISSIONS, centre=centre, amount=amount),
        Leg(account=Chart.AFFILIATES, centre=centre, amount=-amount),
    ]


def concentration(revenue: dict[str, Money]) -> Concentration | None:
    """Measure how revenue is spread over profit centres; None while nothing was earned.

    It hangs on one leg when the biggest centre brings two thirds or more, or the Herfindahl index
    passes 5/9, which is what two centres of two thirds and one third have; centres with losses
    count as nothing.
    """
    earned = {centre: amount.minor for centre, amount in revenue.items() if amount.minor > 0}
    whole = sum(earned.values())
    if not whole:
        return None
    shares = {centre: minor / whole for centre, minor in earned.items()}
    biggest = max(shares, key=lambda centre: shares[centre])
    index = sum(share * share for share in shares.values())
    return Concentration(
        herfindahl=index,
        biggest=biggest,
        biggest_share=shares[biggest],
        hangs_on_one_leg=shares[biggest] >= 2 / 3 or index > 5 / 9,
    )
