"""What the owner brings and needs: the figures that every plan is measured against."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from hammock.kit.money import Money


@dataclass(frozen=True, kw_only=True)
class Means:
    """The owner's own figures, as last answered in the reality check; all money in one currency.

    ``hours_a_week`` is what the business may take; ``old_wage`` what an hour of the old job paid.
    """

    savings: Money
    living_costs_a_month: Money
    other_income_a_month: Money
    target_income_a_month: Money
    hours_a_week: Decimal
    old_wage: Money
