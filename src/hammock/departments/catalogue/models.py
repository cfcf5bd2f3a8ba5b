"""What the business sells, and the shop that it sells in."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models

from hammock.departments.ledger.models import ProfitCentre
from hammock.kit import clock
from hammock.kit.money import Money


class Shop(models.Model):
    """The business as its customers see it; there is one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=80)
    tagline = models.CharField(max_length=160, blank=True)
    email = models.EmailField("e-mail address", help_text="Where customers' answers go.")
    country = models.CharField(max_length=2, help_text="Where the business is, ISO 3166, as DE.")
    currency = models.CharField(max_length=3, help_text="ISO 4217, as EUR.")
    legal_name = models.CharField(max_length=120, blank=True, help_text="On receipts.")
    address = models.TextField(blank=True, help_text="On receipts.")
    is_sample = models.BooleanField(default=False)
    live_since = models.DateTimeField(
        null=True, blank=True, help_text="When real payments were switched on."
    )

    class Meta:
        """One business an installation."""

        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="one_shop"),)

    def __str__(self) -> str:
        return self.name

    @property
    def is_live(self) -> bool:
        """Whether real money may move; test payments are refused from then on."""
        return self.live_since is not None


class Product(models.Model):
    """Something that can be bought (or had for nothing)."""

    class Kind(models.TextChoices):
        """How it is delivered."""

        DOWNLOAD = "download", "Download"
        WORKSHOP = "workshop", "Workshop"
        BUNDLE = "bundle", "Bundle"
        SERVICE = "service", "Service"

    class State(models.TextChoices):
        """Whether the shop shows and sells it."""

        DRAFT = "draft", "Draft"
        ON_SALE = "on_sale", "On sale"
        RETIRED = "retired", "Retired"

    slug = models.SlugField("address", max_length=80, unique=True)
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=240, blank=True)
    description = models.TextField(blank=True)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.DOWNLOAD)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    profit_centre = models.ForeignKey(
        ProfitCentre, on_delete=models.PROTECT, related_name="products"
    )
    category = models.CharField(max_length=80, blank=True)
    picture = models.ForeignKey(
        "wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    position = models.PositiveIntegerField(default=0, help_text="Smaller comes first.")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        """In the owner's order."""

        ordering = ("position", "title")

    def __str__(self) -> str:
        return self.title


class Price(models.Model):
    """One way to buy a product: its licence, size or rate, tax included."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="prices")
    sku = models.CharField("SKU", max_length=60, unique=True)
    label = models.CharField(max_length=80, blank=True, help_text="Such as “Team licence”.")
    minor = models.BigIntegerField(validators=[MinValueValidator(0)])
    currency = models.CharField(max_length=3)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        """Nobody is paid for buying."""

        ordering = ("position", "id")
        constraints = (
            models.CheckConstraint(condition=models.Q(minor__gte=0), name="price_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.sku} {self.amount}"

    @property
    def amount(self) -> Money:
        """What one costs, tax included."""
        return Money(self.minor, self.currency)


class Stock(models.Model):
    """How many of a limited product there are: `left` goes down when one is reserved."""

    product = models.OneToOneField(
        Product, primary_key=True, on_delete=models.CASCADE, related_name="stock"
    )
    capacity = models.PositiveIntegerField()
    left = models.IntegerField()

    class Meta:
        """Never oversold, whoever writes."""

        constraints = (
            models.CheckConstraint(condition=models.Q(left__gte=0), name="stock_never_oversold"),
            models.CheckConstraint(
                condition=models.Q(left__lte=models.F("capacity")), name="stock_within_capacity"
            ),
        )

    def __str__(self) -> str:
        return f"{self.left} of {self.capacity}"


class Release(models.Model):
    """A version of a download; buyers get the newest and keep the older ones."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="releases")
    version = models.CharField(max_length=20)
    notes = models.TextField(blank=True)
    released_at = models.DateTimeField(default=clock.now)

    class Meta:
        """Newest first."""

        ordering = ("-released_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=["product", "version"], name="release_version_once"),
        )

    def __str__(self) -> str:
        return f"{self.product_id} {self.version}"


class ReleaseFile(models.Model):
    """One file of a release, kept in the file store under `storage_key`."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=120)
    storage_key = models.CharField(max_length=200, unique=True)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        """By name."""

        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=["release", "name"], name="release_file_name_once"),
        )

    def __str__(self) -> str:
        return self.name


class Workshop(models.Model):
    """When and where a workshop takes place."""

    product = models.OneToOneField(
        Product, primary_key=True, on_delete=models.CASCADE, related_name="workshop"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=160, help_text="An address, or “Online”.")
    join_url = models.URLField(blank=True, help_text="Only people with a seat see it.")

    class Meta:
        """Ends after it starts."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="workshop_takes_time"
            ),
        )

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M} {self.place}"


class BundlePart(models.Model):
    """A product that comes with a bundle; parts are no bundles themselves."""

    bundle = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="parts")
    part = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="in_bundles")

    class Meta:
        """Each part once."""

        constraints = (
            models.UniqueConstraint(fields=["bundle", "part"], name="bundle_part_once"),
            models.CheckConstraint(
                condition=~models.Q(bundle=models.F("part")), name="bundle_not_of_itself"
            ),
        )

    def __str__(self) -> str:
        return f"{self.bundle_id} with {self.part_id}"


class ServiceTerms(models.Model):
    """What a service promises: an answer within `working_days`, and what the buyer must send."""

    product = models.OneToOneField(
        Product, primary_key=True, on_delete=models.CASCADE, related_name="service_terms"
    )
    working_days = models.PositiveSmallIntegerField(default=5)
    brief = models.CharField(max_length=240, blank=True, help_text="What we need from the buyer.")

    def __str__(self) -> str:
        return f"within {self.working_days} working days"


class TaxRate(models.Model):
    """What part of a price is tax for buyers in a country, in basis points (19 % is 1900)."""

    country = models.CharField(max_length=2, unique=True)
    name = models.CharField(max_length=40, help_text="As on receipts: “VAT 19 %”.")
    basis_points = models.PositiveIntegerField()

    class Meta:
        """By country."""

        ordering = ("country",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(basis_points__lt=10_000), name="tax_below_whole"
            ),
        )

    def __str__(self) -> str:
        return f"{self.country} {self.name}"


class Proposal(models.Model):
    """What a member wants the business to do, before a decision answers it.

    `details` are JSON values: of a price change `price_id`, `old_minor`, `new_minor`, `currency`;
    of a spending `minor`, `currency`, `account`, `centre`.
    """

    class Kind(models.TextChoices):
        """What is proposed; each is a kind of decision of the same name."""

        PRICE_CHANGE = "price_change", "Another price"
        SPEND = "spend", "Money to spend"

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", "Waiting for an answer"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"
        UNDONE = "undone", "Done and taken back"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    title = models.CharField(max_length=160)
    why = models.CharField(max_length=300, blank=True)
    details = models.JSONField()
    proposed_by = models.CharField(max_length=120)
    decision_id = models.BigIntegerField(null=True, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    proposed_at = models.DateTimeField(default=clock.now)
    answer_by = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        """Newest first."""

        ordering = ("-proposed_at", "-id")

    def __str__(self) -> str:
        return self.title
