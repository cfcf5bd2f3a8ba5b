"""Lower prices, downloads, erasure, other prices, spending: asked, decided, done once."""

from __future__ import annotations

import json

import pytest
from django.apps import apps

from hammock.departments.catalogue.errors import CannotSave
from hammock.departments.catalogue.models import Price, Proposal, Shop
from hammock.departments.customers.errors import AskedAlready, CannotAsk
from hammock.departments.customers.models import Customer, CustomerRequest
from hammock.departments.delivery.errors import NotEntitled
from hammock.departments.delivery.models import DownloadCount, Entitlement
from hammock.departments.ledger import queries as books
from hammock.departments.ledger.models import Entry
from hammock.departments.sales import rules
from hammock.departments.sales.errors import DiscountGone
from hammock.departments.sales.models import Discount, Order
from hammock.flows.adopt_starter import adopt_starter, starters
from hammock.flows.ask_discount import ask_discount
from hammock.flows.ask_erasure import ask_erasure
from hammock.flows.ask_redelivery import ask_redelivery
from hammock.flows.change_price import change_price
from hammock.flows.erase_customer import NOTHING, erase_customer
from hammock.flows.place_order import place_order
from hammock.flows.propose_price import propose_price
from hammock.flows.propose_spending import propose_spending
from hammock.flows.raise_download_limit import raise_download_limit
from hammock.flows.spend_money import spend_money
from hammock.kit import clock
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.mail.models import OutgoingMail
from hammock.kit.money import Money
from tests import asking
from tests.judging import Staff
from tests.shops import BUYER, order
from tests.till import Till

# ---- a lower price


def _discount(till: Till) -> CustomerRequest:
    buyer = asking.customer(asking.sold(till, "GUIDE"))
    return ask_discount(
        customer_id=buyer.pk, sku="WORKSHOP", basis_points=1500, reason="I come every year"
    )


def test_a_granted_discount_sells_once_at_the_lower_price(
    shop: Shop, till: Till, staff: Staff
) -> None:
    request = _discount(till)
    asking.decided(request.decision_id, "grant")
    discount = Discount.objects.get()
    assert discount.decision_id == request.decision_id
    (told,) = asking.mails("Our answer")
    assert f"/offers/{discount.code}/" in told.text
    wanted = [rules.Wanted(sku="WORKSHOP", quantity=1)]
    bought = place_order(wanted=wanted, buyer=BUYER, discount_code=discount.code)
    assert bought.total == Money(4165, "EUR")
    with pytest.raises(DiscountGone):
        place_order(wanted=wanted, buyer=BUYER, discount_code=discount.code)
    assert Order.objects.count() == 2


def test_a_discount_ends_after_its_time_and_when_it_is_taken_back(
    shop: Shop, till: Till, staff: Staff
) -> None:
    request = _discount(till)
    asking.decided(request.decision_id, "grant")
    code = Discount.objects.get().code
    wanted = [rules.Wanted(sku="WORKSHOP", quantity=1)]
    with clock.at(clock.in_(days=15)), pytest.raises(DiscountGone):
        place_order(wanted=wanted, buyer=BUYER, discount_code=code)
    asking.taken_back(request.decision_id)
    with pytest.raises(DiscountGone):
        place_order(wanted=wanted, buyer=BUYER, discount_code=code)
    assert asking.fresh(request).state == "open"
    asking.decided(request.decision_id, "grant")
    assert Discount.objects.count() == 2
    newest = Discount.objects.order_by("-pk")[0]
    assert place_order(wanted=wanted, buyer=BUYER, discount_code=newest.code).total_minor == 4165


def test_what_is_not_for_sale_or_free_has_no_lower_price(
    shop: Shop, till: Till, staff: Staff
) -> None:
    buyer = asking.customer(asking.sold(till, "GUIDE"))
    for sku in ("SAMPLE", "NOTHING"):
        with pytest.raises(CannotAsk):
            ask_discount(customer_id=buyer.pk, sku=sku, basis_points=1000, reason="")
    with pytest.raises(CannotAsk):
        ask_discount(customer_id=buyer.pk, sku="GUIDE", basis_points=9_001, reason="")
    assert not CustomerRequest.objects.exists()


# ---- more downloads


def _used_up(till: Till) -> Entitlement:
    asking.sold(till, "GUIDE")
    right = Entitlement.objects.get()
    file = right.product.releases.get().files.get(name="guide.pdf")
    DownloadCount.objects.create(entitlement=right, file=file, count=10, allowed=10)
    return right


def test_more_downloads_are_allowed_twice_by_policy_and_then_by_a_person(
    shop: Shop, till: Till, staff: Staff
) -> None:
    adopt_starter(author="me")
    right = _used_up(till)
    for time in (1, 2, 3):
        request = ask_redelivery(customer_id=right.customer_id, entitlement_id=right.pk)
        run_until_empty()
        assert asking.fresh(request).state == ("granted" if time < 3 else "open")
        count = DownloadCount.objects.get()
        assert count.allowed == 10 + 10 * min(time, 2)
        DownloadCount.objects.update(count=count.allowed)
    assert request.decision_id is not None
    asking.decided(request.decision_id, "refuse")
    assert not raise_download_limit(decision_id=request.decision_id)
    assert DownloadCount.objects.get().allowed == 30


def test_more_downloads_are_for_holders_who_used_theirs_up(
    shop: Shop, till: Till, staff: Staff
) -> None:
    right = _used_up(till)
    with pytest.raises(NotEntitled):
        ask_redelivery(customer_id=right.customer_id + 1, entitlement_id=right.pk)
    DownloadCount.objects.update(count=9)
    with pytest.raises(CannotAsk):
        ask_redelivery(customer_id=right.customer_id, entitlement_id=right.pk)


# ---- erasure


def test_nothing_that_names_an_erased_customer_is_left_anywhere(
    shop: Shop, till: Till, staff: Staff
) -> None:
    adopt_starter(author="me")
    sold = asking.sold(till, "GUIDE")
    balances = books.balances()
    request = ask_erasure(customer_id=sold.customer_id or 0)
    run_until_empty()
    for model in apps.get_models():
        for row in model._default_manager.values():
            text = json.dumps(row, default=str).lower()
            assert "ann@example" not in text, model
            assert "ann buyer" not in text, model
    assert books.balances() == balances
    kept = Order.objects.get()
    assert (kept.total_minor, kept.country, kept.name, kept.email) == (2900, "DE", "", "")
    assert Entitlement.objects.get().state == "revoked"
    assert Customer.objects.get().erased_at is not None
    goodbye = OutgoingMail.objects.get(key=f"erased:{sold.customer_id}")
    assert (goodbye.state, goodbye.text) == ("sent", "")
    assert request.decision_id is not None
    assert erase_customer(decision_id=request.decision_id) == NOTHING


def test_the_erased_is_told_so_at_their_address(
    shop: Shop, till: Till, staff: Staff, mailoutbox: list[object]
) -> None:
    adopt_starter(author="me")
    sold = asking.sold(till, "GUIDE")
    ask_erasure(customer_id=sold.customer_id or 0)
    run_until_empty()
    last = mailoutbox[-1]
    assert last.to == [BUYER.email]  # type: ignore[attr-defined]
    assert "Your data is erased" in last.subject  # type: ignore[attr-defined]


def test_with_something_open_a_person_looks_and_may_keep(
    shop: Shop, till: Till, staff: Staff
) -> None:
    adopt_starter(author="me")
    sold = asking.sold(till, "REVIEW")
    request = ask_erasure(customer_id=sold.customer_id or 0)
    run_until_empty()
    assert asking.fresh(request).state == "open"
    with pytest.raises(AskedAlready):
        ask_erasure(customer_id=sold.customer_id or 0)
    asking.decided(request.decision_id, "keep")
    assert "cannot erase your data yet" in asking.fresh(request).answer
    assert Customer.objects.get().email == BUYER.email


def test_an_erased_customer_who_buys_again_is_somebody_new(
    shop: Shop, till: Till, staff: Staff
) -> None:
    adopt_starter(author="me")
    sold = asking.sold(till, "GUIDE")
    ask_erasure(customer_id=sold.customer_id or 0)
    run_until_empty()
    again = asking.sold(till, "GUIDE")
    assert again.customer_id != sold.customer_id


# ---- prices and spending


def _proposal(minor: int = 3200) -> Proposal:
    price = Price.objects.get(sku="GUIDE")
    return propose_price(price_id=price.pk, amount=Money(minor, "EUR"), why="", by="Ben")


def _guide() -> int:
    return Price.objects.get(sku="GUIDE").minor


def test_an_approved_price_is_asked_for_and_taken_back_it_is_the_old_one(
    shop: Shop, staff: Staff
) -> None:
    proposal = _proposal()
    assert _guide() == 2900
    asking.decided(proposal.decision_id, "change")
    assert _guide() == 3200
    asking.taken_back(proposal.decision_id)
    assert _guide() == 2900
    assert Proposal.objects.get().state == "open"
    asking.decided(proposal.decision_id, "change")
    assert _guide() == 3200


def test_a_price_that_moved_meanwhile_is_left(shop: Shop, staff: Staff) -> None:
    proposal = _proposal()
    change_price(price_id=Price.objects.get(sku="GUIDE").pk, amount=Money(2500, "EUR"))
    asking.decided(proposal.decision_id, "change")
    assert _guide() == 2500
    assert Proposal.objects.get().state == "refused"


def test_a_wrong_price_is_not_even_asked_for(shop: Shop, staff: Staff) -> None:
    for minor in (-1, 2900):
        with pytest.raises(CannotSave):
            _proposal(minor)
    assert not Proposal.objects.exists()


def test_kept_prices_stay(shop: Shop, staff: Staff) -> None:
    proposal = _proposal()
    asking.decided(proposal.decision_id, "keep")
    assert _guide() == 2900
    assert Proposal.objects.get().state == "refused"


def _spending(minor: int = 4000) -> Proposal:
    return propose_spending(
        amount=Money(minor, "EUR"),
        account="Expenses:Tools",
        centre="guides",
        purpose="A microphone",
        by="Ben",
    )


def test_approved_spending_is_booked_once_under_its_decision(shop: Shop, staff: Staff) -> None:
    proposal = _spending()
    asking.decided(proposal.decision_id, "spend")
    entry = Entry.objects.get()
    assert entry.source.startswith(f"decision:{proposal.decision_id}:")
    assert proposal.decision_id is not None
    assert not spend_money(decision_id=proposal.decision_id)
    assert {b.account: b.amount.minor for b in books.balances() if b.amount} == {
        "Assets:Bank": -4000,
        "Expenses:Tools": 4000,
    }
    asking.taken_back(proposal.decision_id)
    assert not [b for b in books.balances() if b.amount]
    asking.decided(proposal.decision_id, "spend")
    assert Entry.objects.count() == 3


def test_refused_or_unanswered_spending_books_nothing(shop: Shop, staff: Staff) -> None:
    proposal = _spending()
    asking.decided(proposal.decision_id, "refuse")
    assert not Entry.objects.exists()
    for wrong in ({"amount": Money(0, "EUR")}, {"account": "Assets:Bank"}, {"centre": "none"}):
        with pytest.raises(CannotSave):
            propose_spending(
                **{  # type: ignore[arg-type]
                    "amount": Money(1, "EUR"),
                    "account": "Expenses:Tools",
                    "centre": "guides",
                    "purpose": "x",
                    "by": "Ben",
                    **wrong,
                }
            )
    assert Proposal.objects.count() == 1


def test_starter_policies_fit_their_kinds_and_are_adopted_once(shop: Shop, staff: Staff) -> None:
    assert adopt_starter(author="me").policies == len(starters())
    assert adopt_starter(author="me").policies == 0


def test_orders_at_the_usual_price_are_untouched_by_discounts(shop: Shop, till: Till) -> None:
    assert order("WORKSHOP").total_minor == 4900
