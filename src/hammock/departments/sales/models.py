"""Orders, the money that came for them, and the money that went back."""

from __future__ import annotations

from functools import partial

from django.db import models

from hammock.departments.catalogue.models import Price, Product
from hammock.departments.customers.models import Customer
from hammock.departments.ledger.models import ProfitCentre
from hammock.kit import clock, ids, personal
from hammock.kit.money import Money


class Order(models.Model):
    """A wish to buy, then a purchase. Amounts are in minor units of `currency`, tax included."""

    class State(models.TextChoices):
        """Where the order stands; rules.moves tells what may follow what."""

        AWAITING = "awaiting", "Awaiting payment"
        PAID = "paid", "Paid"
        EXPIRED = "expired", "Expired"
        CANCELLED = "cancelled", "Cancelled"

    id = models.BigIntegerField(primary_key=True, default=ids.time_ordered)
    reference = models.CharField(
        max_length=40, unique=True, default=partial(ids.reference, prefix="H")
    )
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.PROTECT, related_name="orders"
    )
    email = personal.PersonalEmailField("e-mail address", blank=True)
    name = personal.PersonalCharField(max_length=120, blank=True)
    country = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=State.choices, default=State.AWAITING)
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    placed_at = models.DateTimeField(default=clock.now, db_index=True)
    terms_accepted_at = models.DateTimeField(null=True)
    holds_until = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True, db_index=True)
    closed_at = models.DateTimeField(null=True)
    origin = models.CharField(max_length=40, default="shop")
    channel = models.CharField(
        max_length=100, null=True, help_text="How the buyer's visit came; NULL where not counted."
    )

    class Meta:
        """Newest first; open ones are found by when they lapse."""

        ordering = ("-placed_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state="paid", paid_at__isnull=False)
                | (~models.Q(state="paid") & models.Q(paid_at__isnull=True)),
                name="order_paid_has_date",
            ),
        )
        indexes = (
            models.Index(
                fields=["holds_until"],
                name="order_open_holds",
                condition=models.Q(state="awaiting"),
            ),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def total(self) -> Money:
        """What the buyer pays, tax included."""
        return Money(self.total_minor, self.currency)

    @property
    def tax(self) -> Money:
        """The tax within the total."""
        return Money(self.tax_minor, self.currency)


class OrderLine(models.Model):
    """What was bought at what price then; a later change of the product does not touch it."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    price = models.ForeignKey(Price, null=True, on_delete=models.SET_NULL, related_name="+")
    product = models.ForeignKey(
        Product, null=True, on_delete=models.PROTECT, related_name="order_lines"
    )
    profit_centre = models.ForeignKey(ProfitCentre, on_delete=models.PROTECT, related_name="+")
    sku = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    quantity = models.IntegerField()
    unit_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField(default=0)
    tax_name = models.CharField(max_length=40, blank=True)

    class Meta:
        """In the buyer's order."""

        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title}"

    def total_in(self, currency: str) -> Money:
        """What the line comes to in the order's currency, tax included."""
        return Money(self.total_minor, currency)


class Reservation(models.Model):
    """A few minutes' hold on a limited product; `settled` once it became a sale."""

    class State(models.TextChoices):
        """Whether the goods are still set aside."""

        HELD = "held", "Held"
        SETTLED = "settled", "Sold"
        RELEASED = "released", "Released"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="reservations")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.HELD)

    class Meta:
        """An order holds a product once."""

        constraints = (
            models.UniqueConstraint(fields=["order", "product"], name="reservation_once"),
        )

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_id} {self.state}"


class Payment(models.Model):
    """One attempt to be paid: committed with its key before the provider is asked."""

    class State(models.TextChoices):
        """How the attempt stands."""

        STARTING = "starting", "Starting"
        OPEN = "open", "Open"
        SUCCEEDED = "succeeded", "Succeeded"
        CLOSED = "closed", "Closed"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    provider = models.CharField(max_length=20)
    key = models.CharField(max_length=60, unique=True)
    external_id = models.CharField(max_length=200, null=True)
    pay_url = models.TextField(blank=True)
    charge_id = models.CharField(max_length=200, blank=True, db_index=True)
    card_country = models.CharField(
        max_length=2, blank=True, help_text="Where the card is from, if the provider tells."
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.STARTING)
    minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    is_surplus = models.BooleanField(
        default=False, help_text="Came for an order that was paid or closed already; goes back."
    )
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        """The provider's name for an attempt is ours once."""

        ordering = ("-started_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "external_id"], name="payment_external_id_once"
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=models.Q(state="succeeded", is_surplus=False),
                name="order_paid_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.provider} {self.amount} {self.state}"

    @property
    def amount(self) -> Money:
        """What is asked for, then what was taken."""
        return Money(self.minor, self.currency)

    @property
    def fee(self) -> Money:
        """What the provider keeps."""
        return Money(self.fee_minor, self.currency)


class Refund(models.Model):
    """Money on its way back: committed with its key before the provider is asked."""

    class State(models.TextChoices):
        """How the refund stands."""

        REQUESTED = "requested", "Requested"
        PENDING = "pending", "Pending at the provider"
        SUCCEEDED = "succeeded", "Done"
        FAILED = "failed", "Failed"

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    key = models.CharField(max_length=60, unique=True)
    external_id = models.CharField(max_length=200, blank=True, db_index=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.REQUESTED)
    minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=240, blank=True)
    requested_by = models.CharField(max_length=120, blank=True)
    decision_id = models.BigIntegerField(
        null=True, unique=True, help_text="The decision behind it; one decision refunds once."
    )
    requested_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=240, blank=True)

    class Meta:
        """Newest first; nothing is refunded for nothing."""

        ordering = ("-requested_at", "-id")
        constraints = (
            models.CheckConstraint(condition=models.Q(minor__gt=0), name="refund_gives_something"),
        )

    def __str__(self) -> str:
        return f"{self.amount} {self.state}"

    @property
    def amount(self) -> Money:
        """What goes back."""
        return Money(self.minor, self.currency)


class RefundPart(models.Model):
    """What of a refund falls on an order line, and whether the goods are taken back with it."""

    refund = models.ForeignKey(Refund, on_delete=models.CASCADE, related_name="parts")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="refund_parts")
    minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField(default=0)
    takes_back = models.BooleanField(default=False)

    class Meta:
        """A line stands in a refund once."""

        constraints = (models.UniqueConstraint(fields=["refund", "line"], name="refund_part_once"),)

    def __str__(self) -> str:
        return f"{self.minor} of {self.line_id}"


class HeldOrder(models.Model):
    """A paid order whose goods wait for a decision, because `signs` (sentences) speak of fraud."""

    class State(models.TextChoices):
        """What became of it."""

        HELD = "held", "Held"
        RELEASED = "released", "Released"
        CANCELLED = "cancelled", "Given back"

    order = models.OneToOneField(
        Order, primary_key=True, on_delete=models.CASCADE, related_name="held"
    )
    signs = models.JSONField(default=list)
    decision_id = models.BigIntegerField(null=True, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.HELD)
    held_at = models.DateTimeField(default=clock.now)
    answer_by = models.DateTimeField(help_text="When the buyer was promised an answer.")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """The longest held first."""

        ordering = ("held_at",)

    def __str__(self) -> str:
        return f"{self.order_id} {self.state}"


class Discount(models.Model):
    """A lower price for one order, granted to a customer by a decision; its link is `code`."""

    code = models.CharField(max_length=40, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="discounts")
    price = models.ForeignKey(Price, on_delete=models.CASCADE, related_name="+")
    basis_points = models.PositiveIntegerField(help_text="What is taken off: 10 % is 1000.")
    decision_id = models.BigIntegerField(db_index=True)
    answer_id = models.BigIntegerField(unique=True, help_text="The answer that granted it.")
    granted_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    order = models.OneToOneField(
        Order, null=True, on_delete=models.SET_NULL, related_name="discount"
    )

    class Meta:
        """Newest first; nothing is given away whole."""

        ordering = ("-granted_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(basis_points__gt=0, basis_points__lt=10_000),
                name="discount_leaves_something",
            ),
        )

    def __str__(self) -> str:
        return f"{self.basis_points / 100:g} % off {self.price_id}"


class Dispute(models.Model):
    """A buyer asked their bank for the money back."""

    class State(models.TextChoices):
        """How the bank sees it."""

        OPEN = "open", "Open"
        WON = "won", "Won"
        LOST = "lost", "Lost"

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="disputes")
    external_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=120, blank=True)
    opened_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first."""

        ordering = ("-opened_at", "-id")

    def __str__(self) -> str:
        return f"{self.amount} {self.state}"

    @property
    def amount(self) -> Money:
        """What is disputed."""
        return Money(self.minor, self.currency)


class CreditNote(models.Model):
    """What a customer was given back on paper: amounts are positive where the customer gains.

    Unlike a refund it needs no payment that it goes back on: a cancellation that another shop
    wrote need not name its invoice.
    """

    id = models.BigIntegerField(primary_key=True, default=ids.time_ordered)
    reference = models.CharField(
        max_length=40, unique=True, default=partial(ids.reference, prefix="C")
    )
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.PROTECT, related_name="credit_notes"
    )
    country = models.CharField(max_length=80)
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField(default=0)
    issued_at = models.DateTimeField(default=clock.now, db_index=True)
    origin = models.CharField(max_length=40, default="shop")

    class Meta:
        """Newest first."""

        ordering = ("-issued_at", "-id")

    def __str__(self) -> str:
        return self.reference

    @property
    def total(self) -> Money:
        """What the customer is given back, tax included."""
        return Money(self.total_minor, self.currency)


class CreditNoteLine(models.Model):
    """What came back or was taken off; `quantity` is how many came back."""

    note = models.ForeignKey(CreditNote, on_delete=models.CASCADE, related_name="lines")
    profit_centre = models.ForeignKey(ProfitCentre, on_delete=models.PROTECT, related_name="+")
    sku = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    quantity = models.IntegerField()
    unit_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField(default=0)

    class Meta:
        """In the note's order."""

        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title}"

    @property
    def total(self) -> Money:
        """What the customer gains by the line, in the note's currency."""
        return Money(self.total_minor, self.note.currency)


class Adjustment(models.Model):
    """A correction of what customers owe, without goods: bad debt that another shop wrote off.

    `total_minor` is negative where the business lost.
    """

    id = models.BigIntegerField(primary_key=True, default=ids.time_ordered)
    reference = models.CharField(max_length=40, unique=True)
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.PROTECT, related_name="adjustments"
    )
    country = models.CharField(max_length=80)
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    reason = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(db_index=True)
    origin = models.CharField(max_length=40)

    class Meta:
        """Newest first."""

        ordering = ("-made_at", "-id")

    def __str__(self) -> str:
        return self.reference

    @property
    def total(self) -> Money:
        """What the business gained, or lost where it is negative."""
        return Money(self.total_minor, self.currency)
