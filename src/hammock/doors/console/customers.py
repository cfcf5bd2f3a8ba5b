"""Customers: who bought, what they hold, what they are worth."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.customers.models import Customer
from hammock.departments.delivery import queries as delivery
from hammock.departments.sales import overview
from hammock.departments.sales.models import Order
from hammock.doors.console import frame
from hammock.doors.console.frame import Link
from hammock.kit import personal


@frame.needs("customers.view_customer")
def customer_list(request: HttpRequest) -> HttpResponse:
    """Show who bought, found by name or address."""
    found = Customer.objects.all()
    words = "" if personal.is_hidden() else request.GET.get("q", "").strip()
    for word in words.split():
        found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
    page = frame.turned(request, found)
    ids = [customer.pk for customer in page.object_list]
    paid = dict(
        Order.objects.filter(customer_id__in=ids, state=Order.State.PAID)
        .order_by()
        .values_list("customer_id")
        .annotate(Count("id"))
    )
    return frame.show(
        request,
        "customers.html",
        title="Customers",
        page=page,
        rows=[{"customer": one, "orders": paid.get(one.pk, 0)} for one in page.object_list],
        words=words,
        may_search=not personal.is_hidden(),
        query=frame.kept_query(request),
    )


@frame.needs("customers.view_customer")
def customer_detail(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Show one customer: worth, orders, what they hold."""
    customer = Customer.objects.filter(pk=customer_id).first()
    if customer is None:
        raise Http404
    return frame.show(
        request,
        "customer.html",
        title=str(customer),
        back=Link(label="Customers", url=reverse("console:customers")),
        customer=customer,
        worth=overview.worth(customer_id, currency=catalogue.shop().currency),
        orders=Order.objects.filter(customer_id=customer_id)[:100],
        goods=delivery.shown(delivery.held_by(customer_id)[:100]),
    )


urls = [
    path("customers/", customer_list, name="customers"),
    path("customers/<int:customer_id>/", customer_detail, name="customer"),
]
