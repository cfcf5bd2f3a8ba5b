"""The buyer's own page: a link by mail instead of a password, then everything ever bought."""

from __future__ import annotations

from datetime import timedelta

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.customers import requests
from hammock.departments.customers.models import Customer
from hammock.departments.customers.queries import PURCHASES
from hammock.departments.customers.rules import LINK_LASTS
from hammock.departments.delivery import queries as delivery
from hammock.departments.delivery import rules as delivering
from hammock.departments.delivery.errors import NotEntitled
from hammock.departments.delivery.models import Entitlement
from hammock.departments.sales import receipts
from hammock.departments.sales.models import Order
from hammock.doors.shop.forms import AskPurchasesForm
from hammock.flows.ask_purchases import ask_purchases
from hammock.flows.resend_goods import resend_goods
from hammock.kit import links
from hammock.kit.private import from_here, never_kept

COOKIE = "buyer"
STAYS = timedelta(days=30)
_SALT = "hammock.buyer"


@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
@from_here
def purchases(request: HttpRequest) -> HttpResponse:
    """Show everything that this buyer ever bought, or ask whose purchases are meant."""
    customer = buyer_of(request)
    if customer is None:
        return _ask(request)
    orders = Order.objects.filter(customer=customer).exclude(state=Order.State.AWAITING)
    shop = catalogue.shop()
    goods = delivery.shown(delivery.held_by(customer.pk))
    return render(
        request,
        "shop/purchases.html",
        {
            "customer": customer,
            "goods": [good for good in goods if good.is_active],
            "gone": [good for good in goods if not good.is_active],
            "orders": [receipts.receipt(order, shop=shop) for order in orders],
            "leave_url": reverse("shop:purchases_leave"),
            "requests": requests.shown(customer.pk),
            "waiting": requests.open_about(customer.pk),
            "notice": _notice(request),
        },
    )


@never_kept
@require_safe
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Open the page for whoever holds the mailed link, and remember them on this device."""
    try:
        email = links.unsign(PURCHASES, token, max_age=LINK_LASTS)
    except links.LinkRefused as refusal:
        return render(
            request,
            "shop/message.html",
            {
                "title": str(refusal),
                "text": "Links to purchases work for an hour. A fresh one takes a moment.",
                "link": {"title": "Send me a new link", "url": reverse("shop:purchases")},
            },
            status=410 if refusal.expired else 404,
        )
    response = redirect("shop:purchases")
    response.set_signed_cookie(
        COOKIE,
        email,
        salt=_SALT,
        max_age=int(STAYS.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response


@require_POST
@from_here
def leave(_request: HttpRequest) -> HttpResponse:
    """Forget the buyer on this device."""
    response = redirect("shop:purchases")
    response.delete_cookie(COOKIE, samesite="Lax")
    return response


@require_POST
@from_here
def resend(request: HttpRequest, entitlement_id: int) -> HttpResponse:
    """Mail one purchase again to the buyer who holds it."""
    customer = buyer_of(request)
    if customer is None:
        return redirect("shop:purchases")
    try:
        resend_goods(entitlement_id=entitlement_id, customer_id=customer.pk)
    except NotEntitled:
        raise Http404 from None
    return redirect(f"{reverse('shop:purchases')}?sent=1")


@never_kept
@require_safe
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """Show one order's receipt to whoever holds its link."""
    order = Order.objects.filter(reference=_opened(receipts.RECEIPT, token)).first()
    if order is None:
        raise Http404
    shown = receipts.receipt(order, shop=catalogue.shop())
    return render(request, "shop/receipt.html", {"receipt": shown})


@never_kept
@require_safe
def calendar(_request: HttpRequest, token: str) -> HttpResponse:
    """Give the calendar file of a seat."""
    right = (
        Entitlement.objects.filter(
            id=_opened(delivery.CALENDAR, token), state=Entitlement.State.ACTIVE
        )
        .select_related("product__workshop")
        .first()
    )
    if right is None:
        raise Http404
    content = delivering.calendar_file(delivery.appointment(right))
    return HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{right.product.slug}.ics"'},
    )


def _ask(request: HttpRequest) -> HttpResponse:
    form = AskPurchasesForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 400 if form.is_bound else 200
        return render(request, "shop/purchases_ask.html", {"form": form}, status=status)
    ask_purchases(email=form.cleaned_data["email"])
    minutes = int(LINK_LASTS.total_seconds() // 60)
    return render(
        request,
        "shop/purchases_sent.html",
        {"email": form.cleaned_data["email"], "minutes": minutes},
    )


def buyer_of(request: HttpRequest) -> Customer | None:
    """Tell whose page this device has opened; None if nobody's."""
    try:
        email = request.get_signed_cookie(COOKIE, salt=_SALT, max_age=STAYS)
    except (KeyError, signing.BadSignature):
        return None
    return Customer.objects.filter(email=email).first()


def _opened(purpose: str, token: str) -> str | int:
    try:
        value: str | int = links.unsign(purpose, token)
    except links.LinkRefused:
        raise Http404 from None
    return value


def _notice(request: HttpRequest) -> str:
    if request.GET.get("asked") == "1":
        return "We have your request. How it stands is below, and in your mail."
    return "It is on its way to your mailbox." if request.GET.get("sent") == "1" else ""
