"""What sales refuses, with the facts that a door needs to say it well."""

from __future__ import annotations

from hammock.kit.errors import HammockError
from hammock.kit.money import Money


class SalesError(HammockError):
    """The order cannot be taken, paid, changed or refunded like this."""


class EmptyCart(SalesError):
    """Nothing was ordered."""

    def sentence(self) -> str:
        """Say so."""
        return "The cart is empty."


class NotForSale(SalesError):
    """The shop does not sell this (any more)."""

    def __init__(self, *, sku: str) -> None:
        super().__init__(sku)
        self.sku = sku

    def sentence(self) -> str:
        """Name it."""
        return f"“{self.sku}” is not for sale."


class WrongQuantity(SalesError):
    """A quantity is no whole number from 1 to the most that one order takes."""

    def __init__(self, *, sku: str, quantity: object, most: int) -> None:
        super().__init__(sku, quantity, most)
        self.sku = sku
        self.quantity = quantity
        self.most = most

    def sentence(self) -> str:
        """Name the quantity and what would do."""
        return (
            f"quantity of {self.sku}: “{self.quantity}” is no whole number from 1 to {self.most}."
        )


class TooManyFree(SalesError):
    """An address ordered free things so often lately that more mails would be a nuisance."""

    def sentence(self) -> str:
        """Say where they are, and that it passes."""
        return (
            "This address has ordered several free things within the last hour. They are in its "
            "mailbox; please wait a little before you order more."
        )


class PriceChanged(SalesError):
    """The price moved between what the buyer saw and what they ordered."""

    def __init__(self, *, sku: str, seen: Money, now: Money) -> None:
        super().__init__(sku, seen, now)
        self.sku = sku
        self.seen = seen
        self.now = now

    def sentence(self) -> str:
        """Name both prices."""
        return f"The price of “{self.sku}” is now {self.now}; you saw {self.seen}."


class OutOfStock(SalesError):
    """Fewer are left than were wanted."""

    def __init__(self, *, title: str, wanted: int, left: int) -> None:
        super().__init__(title, wanted, left)
        self.title = title
        self.wanted = wanted
        self.left = left

    def sentence(self) -> str:
        """Say how many are left."""
        if self.left == 0:
            return f"“{self.title}” is sold out."
        return f"Only {self.left} of “{self.title}” are left; you asked for {self.wanted}."


class MixedCurrencies(SalesError):
    """An order is in one currency."""

    def __init__(self, *, sku: str, currency: str, expected: str) -> None:
        super().__init__(sku, currency, expected)
        self.sku = sku
        self.currency = currency
        self.expected = expected

    def sentence(self) -> str:
        """Name the stranger."""
        return f"“{self.sku}” is priced in {self.currency}; this shop sells in {self.expected}."


class WrongMove(SalesError):
    """An order's state does not lead where it was sent."""

    def __init__(self, *, reference: str, state: str, to: str) -> None:
        super().__init__(reference, state, to)
        self.reference = reference
        self.state = state
        self.to = to

    def sentence(self) -> str:
        """Name the order and both states."""
        return f"Order {self.reference} is {self.state} and cannot become {self.to}."


class CannotRefund(SalesError):
    """This much cannot go back."""

    def __init__(self, *, reference: str, problem: str) -> None:
        super().__init__(reference, problem)
        self.reference = reference
        self.problem = problem

    def sentence(self) -> str:
        """Name the order and why."""
        return f"Order {self.reference}: {self.problem}"


class PaymentsOff(SalesError):
    """No provider may take money for this shop now."""

    def __init__(self, *, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem

    def sentence(self) -> str:
        """Say what the owner has to do."""
        return self.problem


class DiscountGone(SalesError):
    """A discount was used, has ended, or never was (all alike)."""

    def sentence(self) -> str:
        """Say so."""
        return "This offer was used or has ended."
