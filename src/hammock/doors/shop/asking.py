"""What buyers ask for from their own page: these doors ask, and a decision answers; none acts."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.catalogue.models import Price, Product
from hammock.departments.customers.errors import CustomersError
from hammock.departments.customers.models import Customer
from hammock.departments.delivery.errors import NotEntitled
from hammock.departments.marketing import visits
from hammock.departments.sales import discounts, queries, refunding, rules
from hammock.departments.sales.errors import DiscountGone, SalesError
from hammock.departments.sales.models import Order
from hammock.doors.shop import buying
from hammock.doors.shop.forms import CheckoutForm
from hammock.doors.shop.purchases import COOKIE, buyer_of
from hammock.flows.ask_discount import ask_discount
from hammock.flows.ask_erasure import ask_erasure
from hammock.flows.ask_redelivery import ask_redelivery
from hammock.flows.ask_refund import ask_refund
from hammock.flows.place_order import Buyer, place_order
from hammock.kit import links, showing
from hammock.kit.errors import FieldError
from hammock.kit.money import Money
from hammock.kit.private import from_here, never_kept


class RefundForm(forms.Form):
    """How much of an order shall come back, and why."""

    amount = forms.CharField(
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label="What was wrong?",
        max_length=240,
        help_text="A sentence is enough. Whoever decides reads it.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, left: Money, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left = left
        field = self.fields["amount"]
        field.label = f"Amount in {left.currency}"
        field.initial = f"{left.decimal:f}"
        field.help_text = f"Up to {left}. With all of it, access to the goods ends."

    def clean_amount(self) -> Money:
        """Read the amount."""
        try:
            amount = Money.parse(self.cleaned_data["amount"], self.left.currency)
        except FieldError as error:
            raise forms.ValidationError(f"{error.problem}.".capitalize()) from error
        if amount.minor <= 0 or self.left < amount:
            raise forms.ValidationError(f"Write an amount up to {self.left}.")
        return amount


class DiscountForm(forms.Form):
    """What somebody would buy at a lower price."""

    sku = forms.ChoiceField(label="What would you like?")
    percent = forms.TypedChoiceField(
        label="How much less?",
        choices=[(percent, f"{percent} % less") for percent in (10, 15, 20, 30, 50)],
        coerce=int,
    )
    reason = forms.CharField(
        label="Why?",
        max_length=240,
        help_text="Such as: I bought the smaller one last month.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        prices = Price.objects.filter(
            is_active=True, minor__gt=0, product__state=Product.State.ON_SALE
        ).select_related("product")
        cast("forms.ChoiceField", self.fields["sku"]).choices = [
            (
                price.sku,
                f"{price.product.title}{', ' * bool(price.label)}{price.label}: {price.amount}",
            )
            for price in prices.order_by("product__position", "position", "pk")
        ]


class ErasureForm(forms.Form):
    """The word that cannot be taken back."""

    sure = forms.BooleanField(
        label="Erase my data, and end my access to what I bought",
        error_messages={"required": "Tick this to go on. It cannot be taken back."},
    )


@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
@from_here
def refund(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for money back from one of the buyer's own orders."""
    customer = buyer_of(request)
    if customer is None:
        return redirect("shop:purchases")
    order = Order.objects.filter(
        reference=reference, customer=customer, state=Order.State.PAID
    ).first()
    if order is None:
        raise Http404
    left = refunding.left_of(order)
    if not left or queries.settled_payment(order) is None:
        return _told(
            request,
            "Nothing of this order can come back",
            "It cost nothing, or all of it went back already.",
        )
    form = RefundForm(request.POST if request.method == "POST" else None, left=left)
    if request.method == "POST" and form.is_valid():
        try:
            ask_refund(
                customer_id=customer.pk,
                reference=reference,
                amount=form.cleaned_data["amount"],
                reason=form.cleaned_data["reason"],
            )
        except (SalesError, CustomersError) as refusal:
            form.add_error(None, refusal.sentence())
        else:
            return _asked()
    return _form(
        request,
        form,
        title=f"Money back for order {reference}",
        lead="Tell us how much, and what was wrong. You are answered by mail and on your page.",
        button="Ask for it",
    )


@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
@from_here
def discount(request: HttpRequest) -> HttpResponse:
    """Ask for a lower price."""
    customer = buyer_of(request)
    if customer is None:
        return redirect("shop:purchases")
    form = DiscountForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_discount(
                customer_id=customer.pk,
                sku=form.cleaned_data["sku"],
                basis_points=form.cleaned_data["percent"] * 100,
                reason=form.cleaned_data["reason"],
            )
        except CustomersError as refusal:
            form.add_error(None, refusal.sentence())
        else:
            return _asked()
    return _form(
        request,
        form,
        title="Ask for a lower price",
        lead="If we can, you get a link that sells it to you once at that price.",
        button="Ask",
    )


@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
@from_here
def erasure(request: HttpRequest) -> HttpResponse:
    """Ask to be erased."""
    customer = buyer_of(request)
    if customer is None:
        return redirect("shop:purchases")
    form = ErasureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = ask_erasure(customer_id=customer.pk)
        except CustomersError as refusal:
            form.add_error(None, refusal.sentence())
        else:
            response = _told(
                request,
                "You asked to be erased",
                f"We tell you by mail when it is done: by {showing.day(asked.answer_by)} at the "
                "latest, mostly within minutes.",
            )
            response.delete_cookie(COOKIE, samesite="Lax")
            return response
    return _form(
        request,
        form,
        title="Erase my data",
        lead=(
            "Your name, address, requests and our mails to you are erased. Amounts, dates and "
            "countries of past orders stay without your name, as the law of bookkeeping asks. "
            "Downloads and seats end: save first what you want to keep."
        ),
        button="Erase me",
    )


@require_POST
@from_here
def more_downloads(request: HttpRequest, entitlement_id: int) -> HttpResponse:
    """Ask for more downloads of one purchase."""
    customer = buyer_of(request)
    if customer is None:
        return redirect("shop:purchases")
    try:
        ask_redelivery(customer_id=customer.pk, entitlement_id=entitlement_id)
    except NotEntitled:
        raise Http404 from None
    except CustomersError as refusal:
        return _told(request, "Not asked", refusal.sentence(), status=409)
    return _asked()


@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
@from_here
def offer(request: HttpRequest, code: str) -> HttpResponse:
    """Sell one thing once at a lower price to whoever holds the link."""
    try:
        granted = discounts.usable(code)
        shown = _priced(request, granted.price.sku, granted.basis_points)
    except SalesError as refusal:
        return _told(request, "This offer is over", refusal.sentence(), status=410)
    form = _checkout_form(request, granted.customer, shown)
    if request.method == "POST" and form.is_valid():
        try:
            order = place_order(
                wanted=buying.as_seen({granted.price.sku: 1}, request.POST.get("seen", "")),
                buyer=Buyer(
                    email=form.cleaned_data["email"],
                    name=form.cleaned_data["name"],
                    country=form.cleaned_data["country"],
                    channel=visits.channel_of(request.META),
                ),
                discount_code=code,
            )
        except links.LinkRefused:
            form.add_error(None, buying.UNSEEN)
        except (DiscountGone, SalesError) as refusal:
            form.add_error(None, str(refusal))
        else:
            return buying.to_payment(request, order)
    saved = granted.price.amount - shown.quote.total
    return render(
        request,
        "shop/checkout.html",
        {
            "form": form,
            "seen": buying.seen(shown),
            **buying.quoted(shown),
            "offer": f"{saved} less than {granted.price.amount}, once, until "
            f"{showing.day(granted.expires_at)}.",
        },
        status=400 if form.errors else 200,
    )


def _priced(request: HttpRequest, sku: str, basis_points: int) -> queries.PricedOrder:
    shop = catalogue.shop()
    return queries.price_order(
        [rules.Wanted(sku=sku, quantity=1)],
        country=request.POST.get("country", "") or shop.country,
        shop=shop,
        discounts={sku: basis_points},
    )


def _checkout_form(
    request: HttpRequest, customer: Customer, shown: queries.PricedOrder
) -> CheckoutForm:
    seen = buying.seen(shown)
    if request.method == "POST":
        return CheckoutForm({**request.POST.dict(), "seen": seen})
    country = customer.country or catalogue.shop().country
    return CheckoutForm(
        initial={
            "email": customer.email,
            "name": customer.name,
            "country": country,
            "seen": seen,
        }
    )


def _asked() -> HttpResponse:
    return redirect(f"{reverse('shop:purchases')}?asked=1")


def _form(
    request: HttpRequest, form: forms.Form, *, title: str, lead: str, button: str
) -> HttpResponse:
    return render(
        request,
        "shop/request.html",
        {"form": form, "title": title, "lead": lead, "button": button},
        status=400 if form.errors else 200,
    )


def _told(request: HttpRequest, title: str, text: str, *, status: int = 200) -> HttpResponse:
    link = {"title": "My purchases", "url": reverse("shop:purchases")}
    return render(
        request, "shop/message.html", {"title": title, "text": text, "link": link}, status=status
    )
