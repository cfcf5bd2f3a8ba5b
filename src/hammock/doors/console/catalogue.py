"""Products: the list with prices, a product's page, its versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.text import slugify
from django.views.decorators.http import require_POST
from wagtail.admin.rich_text import get_rich_text_editor_widget
from wagtail.images.models import Image
from wagtail.images.widgets import AdminImageChooser
from wagtail.rich_text import expand_db_html

from hammock.departments.catalogue import queries
from hammock.departments.catalogue.actions import ServiceDraft, WorkshopDraft
from hammock.departments.catalogue.editing import PriceChange, ProductChange
from hammock.departments.catalogue.errors import CannotSave
from hammock.departments.catalogue.models import Price, Product
from hammock.departments.catalogue.ports import KeyRefused, StoreFailed
from hammock.departments.decisions import ports
from hammock.departments.decisions.rules import is_owner
from hammock.departments.ledger.models import ProfitCentre
from hammock.doors.console import frame
from hammock.doors.console.fields import MoneyField
from hammock.doors.console.frame import Link
from hammock.flows.add_release import Upload, add_release
from hammock.flows.change_price import change_price
from hammock.flows.propose_price import propose_price
from hammock.flows.save_product import save_product
from hammock.kit import showing
from hammock.kit.errors import FieldError
from hammock.kit.money import Money

RICH = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "hr", "blockquote"]
KINDS = (
    (Product.Kind.DOWNLOAD, "Download", "Files that buyers fetch: a book, templates, sounds."),
    (Product.Kind.WORKSHOP, "Workshop", "A date with seats; buyers get a calendar entry."),
    (Product.Kind.SERVICE, "Service", "Work that you do for the buyer; you get a task."),
    (Product.Kind.BUNDLE, "Bundle", "Several of your products for one price."),
)
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

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = MoneyField(
            currency=currency, label=f"Price ({currency})", required=False
        )

    def clean(self) -> dict[str, Any]:
        """Want an amount wherever something stands."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        named = found.get("label") or found.get("sku") or found.get("price_id")
        if named and found.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", "Write a price, or 0 for something free.")
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


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files; cleans to a list."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Check each file as a single one is checked."""
        return [super(ManyFilesField, self).clean(one, initial) for one in data or [None]]


FIRST_VERSION = "1.0"


class ReleaseForm(forms.Form):
    """A new version of a download."""

    version = forms.CharField(max_length=20, help_text="Such as 1.1.")
    notes = forms.CharField(
        label="What is new", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    uploads = ManyFilesField(label="Files", help_text="You can choose several at once.")


PriceForms = formset_factory(PriceForm, extra=1, max_num=20)


@frame.needs("catalogue.view_product")
def product_list(request: HttpRequest) -> HttpResponse:
    """Show what the business sells, with a field beside each price to change it."""
    shop = queries.shop()
    found = Product.objects.select_related("picture", "stock", "profit_centre").prefetch_related(
        "prices", "picture__renditions"
    )
    words = request.GET.get("q", "").strip()
    if words:
        found = found.filter(title__icontains=words)
    return frame.show(
        request,
        "products.html",
        title="Products",
        page=frame.turned(request, found),
        words=words,
        query=frame.kept_query(request),
        currency=shop.currency,
        may_change=request.user.has_perm("catalogue.change_product"),
    )


@require_POST
@frame.needs("catalogue.change_product")
def price_change(request: HttpRequest, price_id: int) -> HttpResponse:
    """Change one price from the list."""
    price = Price.objects.select_related("product").filter(pk=price_id).first()
    if price is None:
        raise Http404
    field = MoneyField(currency=price.currency, label="Price")
    before = price.amount
    try:
        if not _sets_prices(request):
            return _proposed(request, price, field.clean(request.POST.get("amount")))
        changed = change_price(price_id=price_id, amount=field.clean(request.POST.get("amount")))
    except forms.ValidationError as error:
        frame.failed(request, f"{price.product.title}: {' '.join(error.messages)}")
    except (FieldError, CannotSave) as error:
        frame.failed(request, f"{price.product.title}: {error.sentence()}")
    else:
        frame.done(request, f"{price.product.title} costs {changed.amount} now (was {before}).")
    return redirect("console:products")


@frame.needs("catalogue.change_product")
def product_new(request: HttpRequest) -> HttpResponse:
    """Ask for the kind first, then show the form of a new product."""
    kind = request.GET.get("kind", "")
    if kind not in Product.Kind.values:
        return frame.show(
            request,
            "product_kinds.html",
            title="What do you want to sell?",
            back=Link(label="Products", url=reverse("console:products")),
            kinds=KINDS,
        )
    return _edit(request, product=None, kind=Product.Kind(kind))


@frame.needs("catalogue.view_product")
def product_edit(request: HttpRequest, product_id: int) -> HttpResponse:
    """Show a product's form, and write it."""
    product = _product(product_id)
    return _edit(request, product=product, kind=Product.Kind(product.kind))


@require_POST
@frame.needs("catalogue.change_product")
def release_new(request: HttpRequest, product_id: int) -> HttpResponse:
    """Take the files of a new version."""
    product = _product(product_id)
    form = ReleaseForm(request.POST, request.FILES)
    if not form.is_valid():
        frame.failed(request, f"Not uploaded. {_first_error(form)}")
        return redirect("console:product", product_id=product_id)
    try:
        release = add_release(
            product_id=product_id,
            version=form.cleaned_data["version"].strip(),
            notes=form.cleaned_data["notes"],
            uploads=[
                Upload(
                    name=file.name or "file",
                    content_type=file.content_type or "",
                    content=file.file,
                )
                for file in form.cleaned_data["uploads"]
            ],
        )
    except (CannotSave, KeyRefused, StoreFailed) as error:
        frame.failed(request, f"Not uploaded. {error.sentence()}")
    else:
        frame.done(
            request,
            f"Version {release.version} of {product.title} is there{_for_whom(product)}",
        )
    return redirect("console:product", product_id=product_id)


def _for_whom(product: Product) -> str:
    """Say who has a new version now, or what is still missing before anybody can."""
    if product.state == Product.State.DRAFT:
        return ". Choose “On sale” and save, and the shop shows it."
    return "; everyone who bought it finds it on their page."


def _product(product_id: int) -> Product:
    product = (
        Product.objects.select_related("stock", "workshop", "service_terms")
        .filter(pk=product_id)
        .first()
    )
    if product is None:
        raise Http404
    return product


def _edit(request: HttpRequest, *, product: Product | None, kind: Product.Kind) -> HttpResponse:
    currency = queries.shop().currency
    initial = _initial(product) if product else {}
    form = ProductForm(request.POST or None, kind=kind, initial=initial)
    prices = PriceForms(
        request.POST or None,
        prefix="prices",
        form_kwargs={"currency": currency},
        initial=_price_rows(product),
    )
    if request.method == "POST" and form.is_valid() and prices.is_valid():
        saved = _save(request, form, prices, product)
        if saved is not None:
            frame.done(request, f"{saved.title} is saved.{_shown_where(saved)}")
            return redirect("console:product", product_id=saved.pk)
    releases = list(product.releases.prefetch_related("files")) if product else []
    return frame.show(
        request,
        "product.html",
        title=product.title if product else f"A new {kind.label.lower()}",
        back=Link(label="Products", url=reverse("console:products")),
        product=product,
        kind=kind,
        form=form,
        prices=prices,
        media=form.media,
        currency=currency,
        stock=getattr(product, "stock", None),
        releases=releases,
        release_form=ReleaseForm(initial={} if releases else {"version": FIRST_VERSION}),
        status=400 if form.errors or any(prices.errors) else 200,
    )


def _sets_prices(request: HttpRequest) -> bool:
    """Tell whether this member sets prices alone: the owner does, others propose."""
    decider = ports.people().decider(member_id=request.user.pk or 0)
    return decider is not None and is_owner(decider)


def _proposed(request: HttpRequest, price: Price, amount: Money | None) -> HttpResponse:
    if amount is None:
        raise FieldError(field="price", problem="write an amount")
    _propose(request, price, amount)
    return redirect("console:products")


def _propose(request: HttpRequest, price: Price, amount: Money) -> None:
    decider = ports.people().decider(member_id=request.user.pk or 0)
    proposal = propose_price(
        price_id=price.pk,
        amount=amount,
        why="",
        by=frame.who(request),
        role=decider.role if decider else "",
    )
    frame.done(
        request,
        f"Proposed: {proposal.title}. It is answered by {showing.day(proposal.answer_by)}, and "
        "then happens by itself.",
    )


def _with_old_prices(
    request: HttpRequest, product: Product, change: ProductChange
) -> ProductChange:
    """Propose the prices that this member may not set alone, and leave them as they are."""
    known = {price.pk: price for price in product.prices.select_related("product")}
    kept = []
    for wanted in change.prices:
        price = known.get(wanted.price_id or 0)
        if price is not None and price.amount != wanted.amount:
            _propose(request, price, wanted.amount)
            kept.append(replace(wanted, amount=price.amount))
        else:
            kept.append(wanted)
    return replace(change, prices=kept)


def _save(
    request: HttpRequest,
    form: ProductForm,
    prices: BaseFormSet[PriceForm],
    product: Product | None,
) -> Product | None:
    """Write the product; None, and the error beside its field, when it cannot stand like this."""
    try:
        change = _change(form, prices, product)
        if product is not None and not _sets_prices(request):
            change = _with_old_prices(request, product, change)
        return save_product(change)
    except CannotSave as error:
        frame.refuse(form, error)
        return None


def _change(
    form: ProductForm, prices: BaseFormSet[PriceForm], product: Product | None
) -> ProductChange:
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


def _initial(product: Product) -> dict[str, Any]:
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


def _price_rows(product: Product | None) -> Sequence[dict[str, Any]]:
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


def _shown_where(product: Product) -> str:
    if product.state == Product.State.ON_SALE:
        return " The shop shows it so from now on."
    return " The shop does not show it: it is not on sale."


def _first_error(form: forms.Form) -> str:
    name, problems = next(iter(form.errors.items()))
    return f"{form.fields[name].label or name.capitalize()}: {problems[0]}"


urls = [
    path("products/", product_list, name="products"),
    path("products/new/", product_new, name="product_new"),
    path("products/<int:product_id>/", product_edit, name="product"),
    path("products/<int:product_id>/release/", release_new, name="release_new"),
    path("products/prices/<int:price_id>/", price_change, name="price_change"),
]
