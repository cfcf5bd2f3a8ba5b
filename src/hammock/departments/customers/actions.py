"""Knowing customers, and keeping what they asked for. Needs the caller's transaction."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hammock.departments.customers.errors import AskedAlready
from hammock.departments.customers.events import RequestAnswered
from hammock.departments.customers.models import Customer, CustomerRequest
from hammock.departments.customers.queries import known, letterhead, with_address
from hammock.departments.customers.requests import find_open
from hammock.departments.customers.rules import Newcomer, normalised
from hammock.kit import clock, facts, mail
from hammock.kit.prepared import add_once, change


def recognise(*, email: str, name: str, country: str) -> Customer:
    """Find or make the customer with this address; a new name or country replaces the old."""
    customer = Customer(email=normalised(email), name=name, country=country)
    if add_once(customer):
        return customer
    (customer,) = with_address(email=normalised(email))
    changed = [
        field
        for field, value in (("name", name), ("country", country))
        if value and getattr(customer, field) != value
    ]
    if changed:
        customer.name, customer.country = name or customer.name, country or customer.country
        change(customer, *changed)
    return customer


def adopt(newcomers: Iterable[Newcomer]) -> dict[str, int]:
    """Find or make the customers; tells each one's id by its key.

    Who is here already, by number or by address, stays as they are; two numbers with one address
    are one customer.
    """
    everyone = list(newcomers)
    here = known(everyone)
    strangers = {
        normalised(one.email) or one.key: one for one in reversed(everyone) if one.key not in here
    }
    Customer.objects.bulk_create(map(_customer, reversed(strangers.values())), batch_size=1000)
    return known(everyone)


def _customer(newcomer: Newcomer) -> Customer:
    return Customer(
        external_id=newcomer.external_id or None,
        email=normalised(newcomer.email) or None,
        name=newcomer.name,
        country=newcomer.country,
        created_at=newcomer.since,
    )


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody asks for: see `CustomerRequest` for the fields."""

    kind: CustomerRequest.Kind
    about: str
    title: str
    words: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    asked_by: str = ""


def file_request(customer: Customer, asked: Asked, *, answer_by: datetime) -> CustomerRequest:
    """Write down what a customer asks for. Raises `AskedAlready` while the same waits."""
    waiting = find_open(customer_id=customer.pk, kind=asked.kind, about=asked.about)
    if waiting is not None:
        raise AskedAlready(title=waiting.title, answer_by=waiting.answer_by)
    return CustomerRequest.objects.create(
        customer=customer,
        kind=asked.kind,
        about=asked.about,
        title=asked.title[:160],
        words=asked.words[:500],
        details=dict(asked.details),
        asked_by=asked.asked_by,
        answer_by=answer_by,
    )


def answer_request(request: CustomerRequest, *, granted: bool, answer: str) -> bool:
    """Close a request with what its customer is told; False if it was answered already."""
    if request.state != CustomerRequest.State.OPEN:
        return False
    request.state = CustomerRequest.State.GRANTED if granted else CustomerRequest.State.REFUSED
    request.answer, request.answered_at = answer[:500], clock.now()
    request.save(update_fields=["state", "answer", "answered_at"])
    return True


def write_to(customer: Customer, *, key: str, title: str, words: Sequence[str]) -> bool:
    """Mail the customer a few plain sentences about what they asked for; once for each key."""
    if not customer.email:
        return False
    return mail.queue(key=key, to=customer.email, letter=answer_letter(customer, title, words))


def answer_letter(customer: Customer, title: str, words: Sequence[str]) -> mail.Letter:
    """Compose the mail of an answer: a title and one paragraph for each of `words`."""
    context = {**letterhead(name=customer.name), "title": title, "words": list(words)}
    return mail.compose("customers/mail_answer", context)


def erase(customer: Customer) -> int:
    """Take out of the customer, and of what they asked, all that names them; tells how many texts.

    Name and address go; a number that leads to nobody stays, and the country, for the tax.
    """
    customer.name, customer.email = "", None
    customer.external_id = f"erased-{secrets.token_hex(8)}"
    customer.erased_at = clock.now()
    customer.save(update_fields=["name", "email", "external_id", "erased_at"])
    return CustomerRequest.objects.filter(customer=customer).exclude(words="").update(words="")


def tell_answer(request: CustomerRequest) -> None:
    """Mail the customer the answer of what they asked for themselves, and state that it is told."""
    facts.state(
        RequestAnswered(
            request_id=request.pk,
            kind=request.kind,
            granted=request.state == CustomerRequest.State.GRANTED,
        ),
        about=f"customer:{request.customer_id}",
    )
    if not request.asked_by:
        write_to(
            request.customer,
            key=f"answer:{request.pk}:{request.answered_at:%Y%m%d%H%M%S}",
            title=f"Our answer: {request.title}",
            words=[request.answer],
        )
