"""What sales needs from outside: somebody who takes money.

`PaymentProvider` is the whole protocol. Every write carries a key that is the same each time the
same intent is tried, so a call that is repeated after a crash has its effect once. Providers know
nothing of orders' states; they report, and flows decide. tests/providers holds the contract tests
that every provider passes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from hammock.kit.errors import HammockError
from hammock.kit.money import Money


@dataclass(frozen=True, kw_only=True)
class PaymentLine:
    """What the payment page shows for one line: `total` is for all of `quantity`, tax included."""

    title: str
    quantity: int
    total: Money


@dataclass(frozen=True, kw_only=True)
class PaymentRequest:
    """A wish to be paid: `key` names the attempt, `reference` the order, for the provider's books.

    The sum of `lines` equals `amount`. `return_url` is where the buyer comes back after paying,
    `cancel_url` where they land when they give up. `expires_at` is when the buyer's hold ends; a
    provider may close its page later, never earlier.
    """

    key: str
    reference: str
    amount: Money
    lines: Sequence[PaymentLine]
    email: str
    return_url: str
    cancel_url: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class StartedPayment:
    """The provider's name for the attempt, and the page on which the buyer pays."""

    external_id: str
    pay_url: str


class PaymentState(StrEnum):
    """How an attempt stands at the provider."""

    OPEN = "open"
    SUCCEEDED = "succeeded"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class PaymentReport:
    """What the provider says of an attempt now.

    `amount` is what was really taken and `fee` what the provider keeps of it; both are zero of the
    attempt's currency until it succeeded. `charge_id` is what a refund or dispute will name,
    `card_country` (ISO 3166) where the card is from, empty where the provider does not tell.
    """

    external_id: str
    state: PaymentState
    amount: Money
    fee: Money
    charge_id: str = ""
    card_country: str = ""


@dataclass(frozen=True, kw_only=True)
class RefundRequest:
    """A wish to give money back: `key` names the refund, `charge_id` the payment that it undoes."""

    key: str
    charge_id: str
    amount: Money
    reference: str


class RefundState(StrEnum):
    """How a refund stands at the provider."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class RefundReport:
    """What the provider says of a refund now; `reason` says why it failed."""

    external_id: str
    state: RefundState
    amount: Money
    reason: str = ""


class DisputeState(StrEnum):
    """How a buyer's dispute stands at their bank."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, kw_only=True)
class PaymentNews:
    """Something happened to an attempt: ask `fetch` how it stands, never trust the messenger."""

    external_id: str


@dataclass(frozen=True, kw_only=True)
class RefundNews:
    """A refund moved at the provider; one made there by hand has no `key` of ours."""

    report: RefundReport
    charge_id: str
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class DisputeNews:
    """A buyer disputes a charge: `amount` is held back and `fee` charged while OPEN or LOST."""

    external_id: str
    charge_id: str
    state: DisputeState
    amount: Money
    fee: Money
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class PayoutNews:
    """The provider sent money on to the business's bank."""

    external_id: str
    amount: Money
    arrived_at: datetime


News = PaymentNews | RefundNews | DisputeNews | PayoutNews


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """A verified call: its id at the provider (the inbox keeps one of each) and what it tells."""

    external_id: str
    kind: str
    news: Sequence[News] = field(default_factory=tuple)


class PaymentProvider(Protocol):
    """Somebody who takes the buyer's money for us and gives it back when we ask."""

    @property
    def name(self) -> str:
        """The provider's name in tables and addresses, such as `stripe`."""
        ...

    @property
    def is_test(self) -> bool:
        """Whether no real money moves."""
        ...

    def start(self, request: PaymentRequest) -> StartedPayment:
        """Open an attempt; the same key answers with the same attempt.

        Raises `ProviderUnavailable` when it may be tried again, `ProviderRefused` when not.
        """
        ...

    def fetch(self, external_id: str) -> PaymentReport:
        """Tell how an attempt stands now. Raises as `start` does."""
        ...

    def close(self, external_id: str) -> PaymentReport:
        """Let nobody pay this attempt any more; one already paid stays paid, as the report says."""
        ...

    def refund(self, request: RefundRequest) -> RefundReport:
        """Give money back; the same key answers with the same refund. Raises as `start` does."""
        ...

    def knock(self) -> None:
        """See whether the provider lets us in; nothing moves. Raises as `start` does."""
        ...

    def read_webhook(self, *, body: bytes, headers: Mapping[str, str]) -> Webhook:
        """Verify and translate a call (header names in lower case).

        Raises `WebhookRefused` for a wrong signature, an old timestamp or a body that is none.
        """
        ...


class ProviderError(HammockError):
    """The provider did not do what was asked."""

    def __init__(self, *, provider: str, problem: str) -> None:
        super().__init__(provider, problem)
        self.provider = provider
        self.problem = problem

    def sentence(self) -> str:
        """Name the provider and what it said."""
        return f"{self.provider}: {self.problem}"


class ProviderUnavailable(ProviderError):
    """Nobody knows whether it happened: ask again with the same key."""


class ProviderRefused(ProviderError):
    """The provider said no; the same question would get the same answer."""


class WebhookRefused(ProviderError):
    """A call that claims to come from the provider and does not prove it."""


_wired: dict[str, PaymentProvider] = {}


def wire(provider: PaymentProvider) -> None:
    """Let this provider serve the port under its name (config does this when Hammock starts)."""
    _wired[provider.name] = provider


def provider(name: str) -> PaymentProvider:
    """Find the wired provider of this name. Raises `ProviderRefused` where none is."""
    if name not in _wired:
        raise ProviderRefused(provider=name, problem="this payment provider is not set up")
    return _wired[name]


def wired() -> frozenset[str]:
    """Name the providers that are set up."""
    return frozenset(_wired)
