"""From the cart to the goods: private pages, one visitor's each, never kept."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.delivery import queries as delivery
from hammock.departments.marketing import visits
from hammock.departments.sales import holding, queries, receipts, rules
from hammock.departments.sales.errors import SalesError, WrongMove, WrongQuantity
from hammock.departments.sales.models import HeldOrder, Order, Payment
from hammock.departments.sales.ports import ProviderError, ProviderUnavailable
from hammock.doors.shop import cart
from hammock.doors.shop.forms import CheckoutForm
from hammock.flows.cancel_order import cancel_order
from hammock.flows.deliver_order import deliver_order
from hammock.flows.place_order import Buyer, place_order
from hammock.flows.settle_payment import settle_payment
from hammock.flows.start_payment import start_payment
from hammock.kit import links, showing
from hammock.kit.money import Money
from hammock.kit.private import from_here, never_kept

ORDER = "order"
SEEN = "seen"
UNSEEN = "The prices that this page showed did not come with it. Here are today's; order again."


@require_POST
@from_here
def cart_add(request: HttpRequest) -> HttpResponse:
    """Put a price into the cart and go on to the cart; or to the checkout, with just so many."""
    sku = request.POST.get("sku", "")
    kept = cart.read(request)
    quantities = kept.quantities
    buys_now = request.POST.get("then") == "checkout"
    try:
        asked = _quantity(request, sku, least=1)
        queries.price_order(
            [rules.Wanted(sku=sku, quantity=asked)], country="", shop=catalogue.shop()
        )
        together = asked if buys_now else quantities.get(sku, 0) + asked
        quantities[sku] = cart.parsed_quantity(str(together), sku=sku, least=1)
    except SalesError as refusal:
        return _refused(request, str(refusal), status=400)
    if len(quantities) > cart.MOST_LINES:
        return _refused(request, f"A cart takes {cart.MOST_LINES} different things.", status=400)
    to = "shop:checkout" if buys_now else "shop:cart"
    return _with_cart(request, redirect(to), kept)


@require_POST
@from_here
def cart_change(request: HttpRequest) -> HttpResponse:
    """Change how many of a line are wanted; none removes it."""
    sku = request.POST.get("sku", "")
    kept = cart.read(request)
    quantities = kept.quantities
    if sku not in quantities:
        return redirect("shop:cart")
    try:
        quantity = _quantity(request, sku, least=0)
    except WrongQuantity as refusal:
        return _refused(request, str(refusal), status=400)
    if quantity:
        quantities[sku] = quantity
    else:
        del quantities[sku]
    return _with_cart(request, redirect("shop:cart"), kept)


@never_kept
@require_safe
def cart_page(request: HttpRequest) -> HttpResponse:
    """Show the cart."""
    return render(request, "shop/cart.html", _cart_context(cart.read(request).quantities))


@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
@from_here
def checkout(request: HttpRequest) -> HttpResponse:
    """Ask who buys, then order and lead to the payment page or to the goods."""
    kept = cart.read(request)
    if not kept.quantities:
        return redirect("shop:cart")
    if request.method != "POST":
        return _checkout_page(request, kept.quantities, form=None)
    form = CheckoutForm(request.POST)
    if not form.is_valid():
        return _checkout_page(request, kept.quantities, form=form, status=400)
    if paid := _paid_meanwhile(kept):
        return redirect("shop:order", token=links.sign(ORDER, paid.reference))
    return _order(request, form, kept.quantities)


@never_kept
@require_safe
def order_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show how an order stands: still to be paid, being confirmed, or the goods."""
    order = _order_of(token)
    if order.state in {Order.State.AWAITING, Order.State.EXPIRED}:
        order = _settled(order)
    if order.state == Order.State.PAID:
        deliver_order(order_id=order.id)
        if held := holding.held(order):
            return _held(request, order, held)
        return _thank_you(request, order)
    if order.state == Order.State.AWAITING:
        return render(
            request,
            "shop/waiting.html",
            {"reference": order.reference, "check_url": request.path, "email": order.email},
        )
    return _closed(request, order)


@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
@from_here
def order_pay(request: HttpRequest, token: str) -> HttpResponse:
    """Lead back to the payment page of an order that was not paid yet."""
    order = _order_of(token)
    if order.state != Order.State.AWAITING:
        return redirect("shop:order", token=token)
    return to_payment(request, order)


@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
@from_here
def order_cancelled(request: HttpRequest, token: str) -> HttpResponse:
    """The buyer came back without paying: offer to go on, or let the order go."""
    order = _settled(_order_of(token))
    if order.state != Order.State.AWAITING:
        return redirect("shop:order", token=token)
    if request.method == "POST":
        cancel_order(order_id=order.id, by="buyer")
        return redirect("shop:cart")
    return render(
        request,
        "shop/message.html",
        {
            "title": "Nothing was charged",
            "text": (
                f"Order {order.reference} over {order.total} still waits for its payment. What is "
                "limited stays yours until the hold ends; then the order closes by itself."
            ),
            "link": {"title": "Go on to payment", "url": reverse("shop:order_pay", args=[token])},
            "post": {"title": "Cancel this order", "url": request.path},
        },
    )


def _paid_meanwhile(kept: cart.Cart) -> Order | None:
    """Find the order that just this cart was made into, if it is paid; one that waits is let go.

    So who goes back from the payment page and orders again has the goods that they held.
    """
    found = queries.referred_to(reference=kept.order) if kept.order else []
    if not found:
        return None
    order = _settled(found[0]) if found[0].state == Order.State.AWAITING else found[0]
    if order.state == Order.State.AWAITING:
        with suppress(WrongMove):  # paid or let go by somebody else just now
            cancel_order(order_id=order.id, by="buyer")
    if order.state != Order.State.PAID:
        return None
    bought = {line.sku: line.quantity for line in queries.lines_of(order_id=order.id)}
    return order if bought == kept.quantities else None


def _order(request: HttpRequest, form: CheckoutForm, quantities: dict[str, int]) -> HttpResponse:
    buyer = Buyer(
        email=form.cleaned_data["email"],
        name=form.cleaned_data["name"],
        country=form.cleaned_data["country"],
        channel=visits.channel_of(request.META),
    )
    try:
        order = place_order(wanted=as_seen(quantities, form.cleaned_data["seen"]), buyer=buyer)
    except links.LinkRefused:
        form.add_error(None, UNSEEN)
        return _checkout_page(request, quantities, form=form, status=409)
    except SalesError as refusal:
        form.add_error(None, str(refusal))
        return _checkout_page(request, quantities, form=form, status=409)
    ordered = cart.Cart(quantities=quantities, order=order.reference)
    return _with_cart(request, to_payment(request, order), ordered)


def to_payment(request: HttpRequest, order: Order) -> HttpResponse:
    """Lead to the payment page, or to the goods of an order that is paid."""
    token = links.sign(ORDER, order.reference)
    if order.state == Order.State.PAID:
        return redirect("shop:order", token=token)
    try:
        pay_url = start_payment(
            order_id=order.id,
            return_url=links.absolute("shop:order", token=token),
            cancel_url=links.absolute("shop:order_cancelled", token=token),
        )
    except ProviderError as problem:
        return _payment_page_missing(request, order, token, problem)
    return HttpResponseRedirect(pay_url)


def _payment_page_missing(
    request: HttpRequest, order: Order, token: str, problem: ProviderError
) -> HttpResponse:
    again = isinstance(problem, ProviderUnavailable)
    return render(
        request,
        "shop/message.html",
        {
            "title": "The payment page did not open",
            "text": (
                f"Order {order.reference} is kept and nothing was charged. "
                + ("Please try again in a moment." if again else "Please write to us.")
            ),
            "link": {"title": "Try again", "url": reverse("shop:order_pay", args=[token])}
            if again
            else None,
        },
        status=503 if again else 502,
    )


def _settled(order: Order) -> Order:
    """Ask the provider once more; when it cannot be reached the order stands as it stood."""
    attempts = queries.attempts_of(order_id=order.id)
    payment = next((one for one in attempts if one.state == Payment.State.OPEN), None)
    if payment is None:
        return Order.objects.get(id=order.id)  # somebody else may just have settled it
    try:
        return settle_payment(payment_id=payment.pk)
    except ProviderError:
        return order


def _thank_you(request: HttpRequest, order: Order) -> HttpResponse:
    response = render(
        request,
        "shop/thank_you.html",
        {
            "order": receipts.summary(order),
            "goods": delivery.shown(delivery.held_from(order.reference)),
            "next_steps": [],
        },
    )
    return _without_cart_of(order, request, response)


def _held(request: HttpRequest, order: Order, held: HeldOrder) -> HttpResponse:
    waits = held.state == HeldOrder.State.HELD
    text = (
        f"Your payment of {order.total} has arrived. Something about this order is unusual, so a "
        f"person looks at it first. By {showing.day(held.answer_by)} you have your goods, or your "
        "money back whole. You get a mail either way."
        if waits
        else "We could not make sure that this order is yours, so your money goes back whole."
    )
    response = render(
        request,
        "shop/message.html",
        {
            "title": "Paid, and being looked at" if waits else "Your money goes back",
            "text": text,
            "link": {"title": "My purchases", "url": reverse("shop:purchases")},
        },
    )
    return _without_cart_of(order, request, response)


def _closed(request: HttpRequest, order: Order) -> HttpResponse:
    words = "expired before it was paid" if order.state == Order.State.EXPIRED else "was cancelled"
    return render(
        request,
        "shop/message.html",
        {
            "title": f"Order {order.reference} is closed",
            "text": (
                f"It {words}, and nothing was charged. Should a payment arrive after all, it goes "
                "back to you by itself."
            ),
            "link": {"title": "Back to the shop", "url": reverse("shop:product_list")},
        },
    )


def _order_of(token: str) -> Order:
    try:
        reference = links.unsign(ORDER, token)
    except links.LinkRefused:
        raise Http404 from None
    found = queries.referred_to(reference=reference)
    if not found:
        raise Http404
    return found[0]


def _cart_context(quantities: dict[str, int]) -> dict[str, Any]:
    shown = cart.lines(quantities)
    context: dict[str, Any] = {"lines": shown, "can_check_out": not cart.total_problem(shown)}
    try:
        priced = queries.price_order(cart.wanted(quantities), country="", shop=catalogue.shop())
        context["total"] = priced.quote.total.shown()
    except SalesError:
        context["can_check_out"] = False
    return context


def _checkout_page(
    request: HttpRequest,
    quantities: dict[str, int],
    *,
    form: CheckoutForm | None,
    status: int = 200,
) -> HttpResponse:
    """Show the form at today's prices; back to the cart, which says why, when one has none."""
    shop = catalogue.shop()
    country = request.POST.get("country", "") or shop.country
    try:
        shown = queries.price_order(cart.wanted(quantities), country=country, shop=shop)
    except SalesError:
        return redirect("shop:cart")
    context = {
        "form": form,
        "blank_fields": "" if form else _blank_fields(shop.country),
        "seen": seen(shown),
        **quoted(shown),
    }
    return render(request, "shop/checkout.html", context, status=status)


@lru_cache(maxsize=300)
def _blank_fields(country: str) -> SafeString:
    """Draw the fields that nobody has filled in yet: they are the same for everybody."""
    form = CheckoutForm(initial={"country": country})
    return render_to_string("shop/part_checkout_fields.html", {"form": form})


def quoted(shown: queries.PricedOrder) -> dict[str, Any]:
    """Give what the checkout shows of an order."""
    quote = shown.quote
    limited = any(hasattr(price.product, "stock") for price in shown.prices.values())
    return {
        "lines": [
            {"title": line.offer.title, "quantity": line.quantity, "total": line.total.shown()}
            for line in quote.lines
        ],
        "taxes": [{"label": f"Including {quote.tax_name}", "amount": quote.tax.shown()}]
        if quote.tax
        else [],
        "total": quote.total.shown(),
        "hold_minutes": int(rules.HOLD.total_seconds() // 60) if limited else 0,
        "pay_label": f"Pay {quote.total.shown()}" if quote.total else "Get it free",
        "is_free": not quote.total,
    }


def seen(shown: queries.PricedOrder) -> str:
    """Sign the prices that a page shows."""
    units = {line.offer.sku: line.offer.unit for line in shown.quote.lines}
    return links.sign(SEEN, {sku: [unit.minor, unit.currency] for sku, unit in units.items()})


def as_seen(quantities: dict[str, int], token: str) -> list[rules.Wanted]:
    """Order at the prices that the page showed. Raises `LinkRefused` when they were changed."""
    seen = links.unsign(SEEN, token)
    return [
        rules.Wanted(sku=sku, quantity=quantity, seen=Money(*seen[sku]) if sku in seen else None)
        for sku, quantity in quantities.items()
    ]


def _quantity(request: HttpRequest, sku: str, *, least: int) -> int:
    return cart.parsed_quantity(request.POST.get("quantity", "1"), sku=sku, least=least)


def _with_cart(request: HttpRequest, response: HttpResponse, kept: cart.Cart) -> HttpResponse:
    cart.write(response, kept, secure=request.is_secure())
    return response


def _without_cart_of(order: Order, request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Empty the cart that became this order; another one stays."""
    if cart.read(request).order != order.reference:
        return response
    return _with_cart(request, response, cart.Cart(quantities={}))


def _refused(request: HttpRequest, problem: str, *, status: int) -> HttpResponse:
    return render(
        request,
        "shop/message.html",
        {
            "title": "That did not work",
            "text": problem,
            "link": {"title": "Back to the shop", "url": reverse("shop:product_list")},
        },
        status=status,
    )
