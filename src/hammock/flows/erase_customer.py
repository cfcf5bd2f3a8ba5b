"""A customer is erased: what the law of bookkeeping asks for stays and names nobody any more.

Stays: orders, lines, payments, refunds, entries of the books and facts (amounts, dates, countries
and references, none of which names anybody). Goes: name and address, of the customer and on every
order and receipt; mails' addresses, subjects and texts; what they wrote with requests and refunds;
notes of work done for them. Their rights end, for nobody could prove them. Carts are kept in
the buyer's own browser, so none is here.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.customers import actions as customers
from hammock.departments.customers.events import CustomerErased
from hammock.departments.customers.models import Customer, CustomerRequest
from hammock.departments.decisions import actions as decisions
from hammock.departments.delivery import actions as delivery
from hammock.departments.sales import actions as sales
from hammock.kit import facts, mail
from hammock.kit.locks import lock


@dataclass(frozen=True, kw_only=True)
class Erased:
    """How many of each were erased or ended."""

    orders: int
    mails: int
    rights: int
    requests: int


NOTHING = Erased(orders=0, mails=0, rights=0, requests=0)


def erase_customer(*, decision_id: int) -> Erased:
    """Erase whom the decision is about, and mail them so; again it changes nothing."""
    with transaction.atomic(durable=True):
        ruling = decisions.carry_out(decision_id=decision_id, outcome="erase")
        if ruling is None:
            return NOTHING
        known = CustomerRequest.objects.get(decision_id=decision_id)
        (customer,) = lock(Customer.objects.filter(pk=known.customer_id))
        if customer.erased_at is not None:
            return NOTHING
        (request,) = lock(CustomerRequest.objects.filter(pk=known.pk))
        if not customers.answer_request(request, granted=True, answer="Your data is erased."):
            return NOTHING
        _say_goodbye(customer)
        erased = _erase(customer)
        facts.state(
            CustomerErased(
                customer_id=customer.pk,
                decision_id=decision_id,
                orders=erased.orders,
                mails=erased.mails,
                rights=erased.rights,
                requests=erased.requests,
            ),
            about=f"customer:{customer.pk}",
        )
    return erased


def _erase(customer: Customer) -> Erased:
    addresses = sales.addresses_of(customer) | ({customer.email} if customer.email else set())
    return Erased(
        orders=sales.erase_buyer(customer),
        mails=sum(mail.forget(to=address) for address in sorted(addresses)),
        rights=delivery.end_rights(customer),
        requests=customers.erase(customer),
    )


def _say_goodbye(customer: Customer) -> None:
    if not customer.email:
        return
    shop = catalogue.shop()
    letter = customers.answer_letter(
        customer,
        "Your data is erased",
        [
            "Your name, your address, what you wrote to us and what we wrote to you are gone.",
            f"{shop.name} keeps amounts, dates and countries of past orders, as the law of "
            "bookkeeping asks, without your name. Downloads and seats that you held have ended.",
            "This mail itself is erased here as soon as it is sent.",
        ],
    )
    mail.queue(key=f"erased:{customer.pk}", to=customer.email, letter=letter, forgets=True)
