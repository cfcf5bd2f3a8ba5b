"""Products: the list with prices, a product's page, its versions."""

from __future__ import annotations

from dataclasses import replace

from django import forms
from django.forms import BaseFormSet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from hammock.departments.catalogue import queries
from hammock.departments.catalogue.editing import ProductChange
from hammock.departments.catalogue.errors import CannotSave
from hammock.departments.catalogue.models import Price, Product
from hammock.departments.catalogue.ports import KeyRefused, StoreFailed
from hammock.departments.decisions import ports
from hammock.departments.decisions.rules import is_owner
from hammock.doors.console import frame
from hammock.doors.console.fields import MoneyField
from hammock.doors.console.frame import Link
from hammock.doors.console.product_form import (
    FIRST_VERSION,
    FreeForm,
    PriceForm,
    PriceForms,
    ProductForm,
    ReleaseForm,
    becomes_free,
    change_of,
    initial_of,
    price_rows_of,
)
from hammock.flows.add_release import Upload, add_release
from hammock.flows.change_price import change_price
from hammock.flows.propose_price import propose_price
from hammock.flows.save_product import save_product
from hammock.kit import showing
from hammock.kit.errors import FieldError
from hammock.kit.money import Money

KINDS = (
    (Product.Kind.DOWNLOAD, "Download", "Files that buyers fetch: a book, templates, sounds."),
    (Product.Kind.WORKSHOP, "Workshop", "A date with seats; buyers get a calendar entry."),
    (Product.Kind.SERVICE, "Service", "Work that you do for the buyer; you get a task."),
    (Product.Kind.BUNDLE, "Bundle", "Several of your products for one price."),
)


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
        amount = field.clean(request.POST.get("amount"))
        if not _sets_prices(request):
            return _proposed(request, price, amount)
        if amount is not None and becomes_free(before, amount) and "is_free" not in request.POST:
            return _is_it_free(request, price)
        changed = change_price(price_id=price_id, amount=amount)
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
    initial = initial_of(product) if product else {}
    form = ProductForm(request.POST or None, kind=kind, initial=initial)
    prices = PriceForms(
        request.POST or None,
        prefix="prices",
        form_kwargs={"currency": currency},
        initial=price_rows_of(product),
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


def _is_it_free(request: HttpRequest, price: Price) -> HttpResponse:
    """Ask before something that costs money is given away."""
    named = f"{price.product.title}, {price.label}," if price.label else price.product.title
    return frame.show(
        request,
        "form.html",
        title=f"Give {price.product.title} away?",
        back=Link(label="Products", url=reverse("console:products")),
        lead=f"{named} costs {price.amount}. At 0 everybody gets it without paying, from now on.",
        form=FreeForm(initial={"amount": "0"}),
        button="Make it free",
    )


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
        change = change_of(form, prices, product)
        if product is not None and not _sets_prices(request):
            change = _with_old_prices(request, product, change)
        return save_product(change)
    except CannotSave as error:
        frame.refuse(form, error)
        return None


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
