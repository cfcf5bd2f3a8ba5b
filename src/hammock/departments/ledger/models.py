"""The books: accounts, profit centres, and entries whose lines add up to nothing.

An entry's lines are written first and the entry last; a trigger then refuses an entry whose lines
do not balance in every currency, another refuses lines for an entry that is already there, and
both tables only grow. The foreign key from line to entry is deferred, so lines without an entry
cannot be committed either. That is the whole proof that unbalanced or changed books are impossible.
"""

from __future__ import annotations

from django.db import models

from hammock.kit import ids
from hammock.kit.money import Money


class Account(models.Model):
    """A place where amounts are kept; `code` is a Beancount account name."""

    code = models.CharField(primary_key=True, max_length=80)

    class Meta:
        """In the order of the chart."""

        ordering = ("code",)

    def __str__(self) -> str:
        return self.code


class ProfitCentre(models.Model):
    """One leg that the business stands on, with its own profit and loss."""

    slug = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(max_length=80)
    colour = models.CharField(max_length=7, default="#6b7280", help_text="As #rrggbb, in charts.")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        """In the owner's order."""

        ordering = ("position", "name")

    def __str__(self) -> str:
        return self.name


class Entry(models.Model):
    """One movement of the books, never changed; a mistake is corrected by its reversal."""

    class Kind(models.TextChoices):
        """What moved."""

        SALE = "sale", "Sale"
        SURPLUS = "surplus", "Payment without an open order"
        REFUND = "refund", "Refund"
        DISPUTE = "dispute", "Dispute"
        PAYOUT = "payout", "Payout"
        EXPENSE = "expense", "Expense"
        COMMISSION = "commission", "Affiliate commission"
        IMPORT = "import", "Imported history"
        REVERSAL = "reversal", "Reversal"

    id = models.BigIntegerField(primary_key=True, default=ids.time_ordered)
    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    description = models.CharField(max_length=200)
    source = models.CharField(max_length=120, unique=True)
    reverses = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="reversed_by"
    )

    class Meta:
        """Newest last."""

        ordering = ("at", "id")
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.description}"


class Line(models.Model):
    """One leg of an entry: positive is debit, negative is credit, in minor units of `currency`."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="lines")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lines")
    profit_centre = models.ForeignKey(ProfitCentre, on_delete=models.PROTECT, related_name="lines")
    minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        """Nothing of nothing is no movement."""

        constraints = (
            models.CheckConstraint(
                condition=~models.Q(minor=0), name="ledger_line_moves_something"
            ),
        )
        indexes = (models.Index(fields=["account", "profit_centre"], name="ledger_line_account"),)

    def __str__(self) -> str:
        return f"{self.account_id} {self.amount}"

    @property
    def amount(self) -> Money:
        """The line's amount; positive is debit."""
        return Money(self.minor, self.currency)
