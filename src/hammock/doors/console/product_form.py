"""A product's form, its prices' and its versions': filled from what is kept, read into a change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.text import slugify
from wagtail.admin.rich_text import get_rich_text_editor_widget
from wagtail.images.models import Image
from wagtail.images.widgets import AdminImageChooser
from wagtail.rich_text import expand_db_html

from hammock.departments.catalogue.actions import ServiceDraft, WorkshopDraft
from hammock.departments.catalogue.editing import PriceChange, ProductChange
from hammock.departments.catalogue.models import Product
from hammock.departments.ledger.models import ProfitCentre
from hammock.doors.console.fields import FilesField, MoneyField
from hammock.kit.money import Money

RICH = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "hr", "blockquote"]
IS_FREE = "Yes, it is free from now on"
_MOMENT = "%Y-%m-%dT%H:%M"
_OF_KIND = {
    Product.Kind.WORKSHOP: ("starts_at", "ends_at", "place", "join_url"),
    Product.Kind.SERVICE: ("working_days", "brief"),
    Product.Kind.BUNDLE: ("parts",),
}


class ProductForm(forms.Form):
    """A product in plain words; fields that other kinds need are left out."""

    title = forms.CharField(max_length=120)
    summary = forms.CharField(
        max_length=240,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One or two sentences, shown in lists.",
    )
    description = forms.CharField(required=False, widget=get_rich_text_editor_widget(features=RICH))
    picture = forms.ModelChoiceField(
        queryset=Image.objects.all(), required=False, widget=AdminImageChooser
    )
    profit_centre = forms.ModelChoiceField(
        queryset=ProfitCentre.objects.all(),
        empty_label=None,
        help_text="Where its income is booked.",
    )
    category = forms.CharField(
        max_length=80, required=False, help_text="The shelf of the shop that it stands on."
    )
    slug = forms.SlugField(
        label="Address",
        max_length=80,
        required=False,
        help_text="The end of its web address; made from the title if you leave it empty.",
    )
    state = forms.ChoiceField(
        choices=Product.State.choices,
        widget=forms.RadioSelect,
        initial=Product.State.DRAFT,
        help_text="Only what is on sale is shown in the shop.",
    )
    starts_at = forms.DateTimeField(
        label="Begins",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT),
    )
    ends_at = forms.DateTimeField(
        label="Ends", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT)
    )
    place = forms.CharField(max_length=160, help_text="An address, or “Online”.")
    join_url = forms.URLField(
        label="Link to join",
        required=False,
        assume_scheme="https",
        help_text="Only people with a seat see it.",
    )
    working_days = forms.IntegerField(
        label="Done within (working days)", min_value=1, max_value=365, initial=5
    )
    brief = forms.CharField(label="What you need from the buyer", max_length=240, required=False)
    parts = forms.ModelMultipleChoiceField(
        label="What is in it",
        queryset=Product.objects.exclude(kind=Product.Kind.BUNDLE),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    capacity = forms.IntegerField(
        label="How many there are",
        min_value=0,
        max_value=1_000_000,
        required=False,
        help_text="Empty means as many as are bought. What is sold stays counted.",
    )

    def __init__(self, *args: Any, kind: Product.Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for other, names in _OF_KIND.items():
            if other != kind:
                for name in names:
                    del self.fields[name]
        if kind == Product.Kind.BUNDLE:
            del self.fields["capacity"]
        elif kind == Product.Kind.WORKSHOP:
            self.fields["capacity"].label = "Seats"

    def clean(self) -> dict[str, Any]:
        """Let a workshop take time."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        start, end = found.get("starts_at"), found.get("ends_at")
        if start and end and end <= start:
            self.add_error("ends_at", "It ends before it begins.")
        return found

    @property
    def details(self) -> list[forms.BoundField]:
        """List the fields that only this kind has."""
        return [self[name] for name in _OF_KIND.get(self.kind, ()) if name in self.fields]


class FreeForm(forms.Form):
    """The question whether a price of 0 is meant."""

    amount = forms.CharField(widget=forms.HiddenInput)
    is_free = forms.BooleanField(label=IS_FREE)


def becomes_free(before: Money | None, amount: Money) -> bool:
    """Tell whether something that costs money would cost nothing: is it a slip of the pen?"""
    return bool(before) and not amount


class PriceForm(forms.Form):
    """One way to buy the product; an empty row is none."""

    price_id = forms.IntegerField(widget=forms.HiddenInput, required=False)
    label = forms.CharField(
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "“Team licence”"}),
    )
    sku = forms.RegexField(r"^[A-Za-z0-9._-]*$", label="SKU", max_length=60, required=False)
    is_active = forms.BooleanField(label="Offered", required=False, initial=True)
    is_free = forms.BooleanField(label=IS_FREE, required=False)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = MoneyField(
            currency=currency, label=f"Price ({currency})", required=False
        )

    def clean(self) -> dict[str, Any]:
        """Want an amount wherever something stands, and be sure that 0 is meant."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        named = found.get("label") or found.get("sku") or found.get("price_id")
        if named and found.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", "Write a price, or 0 for something free.")
        amount, before = found.get("amount"), self.initial.get("amount")
        if amount is not None and becomes_free(before, amount) and not found.get("is_free"):
            self.add_error("is_free", f"It costs {before} now. Tick this if 0 is meant.")
        return found

    def change(self) -> PriceChange | None:
        """Give the price as it shall stand; None for an empty row."""
        found = self.cleaned_data
        if found.get("amount") is None:
            return None
        return PriceChange(
            price_id=found["price_id"],
            sku=found["sku"],
            label=found["label"],
            amount=found["amount"],
            is_active=found["is_active"],
        )


FIRST_VERSION = "1.0"


class ReleaseForm(forms.Form):
    """A new version of a download."""

    version = forms.CharField(max_length=20, help_text="Such as 1.1.")
    notes = forms.CharField(
        label="What is new", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    uploads = FilesField(label="Files", help_text="You can choose several at once.")


PriceForms = formset_factory(PriceForm, extra=1, max_num=20)


def change_of(
    form: ProductForm, prices: BaseFormSet[PriceForm], product: Product | None
) -> ProductChange:
    """Give the product as the forms want it."""
    found = form.cleaned_data
    picture = found["picture"]
    return ProductChange(
        product_id=product.pk if product else None,
        slug=found["slug"] or slugify(found["title"])[:80] or "product",
        title=found["title"],
        summary=found["summary"],
        description=expand_db_html(found["description"]),
        kind=form.kind,
        state=Product.State(found["state"]),
        centre=found["profit_centre"].pk,
        category=found["category"],
        picture_id=picture.pk if picture else None,
        prices=[change for row in prices if (change := row.change())],
        capacity=found.get("capacity"),
        workshop=WorkshopDraft(
            starts_at=found["starts_at"],
            ends_at=found["ends_at"],
            place=found["place"],
            join_url=found["join_url"],
        )
        if form.kind == Product.Kind.WORKSHOP
        else None,
        service=ServiceDraft(working_days=found["working_days"], brief=found["brief"])
        if form.kind == Product.Kind.SERVICE
        else None,
        parts=[part.pk for part in found.get("parts") or ()],
    )


def initial_of(product: Product) -> dict[str, Any]:
    """Fill the product's form."""
    found: dict[str, Any] = {
        "title": product.title,
        "summary": product.summary,
        "description": product.description,
        "picture": product.picture_id,
        "profit_centre": product.profit_centre_id,
        "category": product.category,
        "slug": product.slug,
        "state": product.state,
        "parts": list(product.parts.values_list("part_id", flat=True)),
    }
    for name, fields in (
        ("stock", ("capacity",)),
        ("workshop", ("starts_at", "ends_at", "place", "join_url")),
        ("service_terms", ("working_days", "brief")),
    ):
        row = getattr(product, name, None)
        if row is not None:
            found |= {field: getattr(row, field) for field in fields}
    return found


def price_rows_of(product: Product | None) -> Sequence[dict[str, Any]]:
    """Fill the prices' forms."""
    if product is None:
        return []
    return [
        {
            "price_id": price.pk,
            "label": price.label,
            "sku": price.sku,
            "amount": price.amount,
            "is_active": price.is_active,
        }
        for price in product.prices.all()
    ]
