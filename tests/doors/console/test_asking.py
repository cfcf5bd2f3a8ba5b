"""Members who may not do it alone ask in the console, and read that they asked."""

from __future__ import annotations

import pytest
from django.test import Client

from hammock.departments.catalogue.models import Price, Proposal, Shop
from hammock.departments.customers.models import CustomerRequest
from hammock.departments.decisions.models import Policy
from hammock.departments.decisions.ports import Decider
from hammock.departments.sales.models import HeldOrder, Payment, Refund
from hammock.departments.team.roles import Role
from hammock.flows.adopt_starter import starters
from hammock.flows.place_order import Buyer
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.money import Money
from tests import asking
from tests.doors.console.asking import page, plain, press
from tests.doors.console.conftest import member_as, signed_in
from tests.judging import Staff
from tests.shops import paid
from tests.till import Till


@pytest.fixture
def sam(shop: Shop, staff: Staff) -> Client:
    """Sign somebody in who may refund up to €30.00, propose prices and read the books."""
    member = member_as(Role.BUSINESS, email="sam@example.org")
    staff.deciders[:] = [
        Decider(member_id=member.pk, name="Sam", role="business", limit=Money(3000, "EUR"))
    ]
    return signed_in(member)


def _refund(order: object, minor: int) -> dict[str, object]:
    (line,) = order.lines.all()  # type: ignore[attr-defined]
    return {
        f"amount_{line.pk}": f"{minor / 100:.2f}",
        f"ends_{line.pk}": "on",
        "reason": "Came late",
        "seen": line.total_minor,
        "confirm": minor,
    }


def test_within_the_limit_a_member_refunds_and_over_it_the_form_says_that_it_asks(
    sam: Client, till: Till
) -> None:
    order = asking.sold(till, "REVIEW")
    shown = page(sam, f"orders/{order.reference}/refund/")
    assert "€90.00 is over your limit of €30.00" in shown
    assert "Ask to refund €90.00" in shown
    told = press(sam, f"orders/{order.reference}/refund/", _refund(order, 9000))
    assert "€90.00 of order" in told
    assert "asked" in told
    assert not Refund.objects.exists()
    assert CustomerRequest.objects.get().state == "open"

    small = asking.sold(till, "GUIDE")
    told = press(sam, f"orders/{small.reference}/refund/", _refund(small, 2900))
    assert "went back" in told
    assert Refund.objects.get().minor == 2900


def test_a_price_that_a_member_may_not_set_is_proposed(sam: Client) -> None:
    price = Price.objects.get(sku="GUIDE")
    told = press(sam, f"products/prices/{price.pk}/", {"amount": "31.00"})
    assert "Proposed: Guide: €31.00 instead of €29.00" in told
    assert Price.objects.get(sku="GUIDE").minor == 2900
    assert Proposal.objects.get().kind == "price_change"
    told = press(sam, f"products/prices/{price.pk}/", {"amount": ""})
    assert "This field is required" in told


def test_money_to_spend_is_asked_for_and_listed(sam: Client) -> None:
    told = press(
        sam,
        "proposals/spending/",
        {"amount": "40", "account": "Expenses:Tools", "centre": "guides", "description": "A lamp"},
    )
    assert "€40.00 for A lamp" in told
    assert "Waiting for an answer" in told
    wrong = sam.post(
        "/console/proposals/spending/",
        {"amount": "0", "account": "Expenses:Tools", "centre": "guides", "description": "x"},
    )
    assert wrong.status_code == 400
    assert "Spending is more than nothing." in plain(wrong.content.decode())
    assert Proposal.objects.count() == 1


def test_a_held_order_says_why_and_until_when(sam: Client, till: Till) -> None:
    order = paid(till, "GUIDE", buyer=Buyer(email="x@yopmail.com", name="X", country="DE"))
    Payment.objects.filter(order=order).update(card_country="BR")
    run_until_empty()
    shown = page(sam, f"orders/{order.reference}/")
    assert "Held: the goods wait for a decision" in shown
    assert "lends addresses for minutes" in shown
    assert "Deliver now" not in shown
    assert HeldOrder.objects.count() == 1


def test_the_starter_policies_are_read_and_adopted(owner: Client) -> None:
    assert "Within 14 days" in page(owner, "policies/starter/")
    told = press(owner, "policies/starter/")
    assert f"{len(starters())} policies answer from now on" in told
    assert Policy.objects.count() == len(starters())
    assert "All are here" in press(owner, "policies/starter/")
    page(signed_in(member_as(Role.SERVICE)), "policies/starter/", status=302)
