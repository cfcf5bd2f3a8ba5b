"""What decisions lead to: each outcome's job makes it true, once; each undo takes it back."""

from __future__ import annotations

from hammock.departments.sales.events import OrderReleased
from hammock.flows import apply_price_change as pricing
from hammock.flows import deliver_order as delivering
from hammock.flows import erase_customer as erasing
from hammock.flows import give_back_held_order as giving_back
from hammock.flows import grant_discount as discounting
from hammock.flows import grant_refund as refunding
from hammock.flows import raise_download_limit as raising
from hammock.flows import refuse_proposal as declining
from hammock.flows import refuse_request as refusing
from hammock.flows import release_order as releasing
from hammock.flows import spend_money as spending
from hammock.kit import facts
from hammock.kit.jobs import job


@job()
def grant_refund(*, decision_id: int) -> None:
    """Commit the refund that was approved."""
    refunding.grant_refund(decision_id=decision_id)


@job()
def refuse_request(*, decision_id: int) -> None:
    """Tell a customer that what they asked for was refused."""
    refusing.refuse_request(decision_id=decision_id)


@job()
def reopen_request(*, decision_id: int) -> None:
    """Let a request wait again whose refusal was taken back."""
    refusing.reopen_request(decision_id=decision_id)


@job()
def grant_discount(*, decision_id: int) -> None:
    """Grant a lower price and mail its link."""
    discounting.grant_discount(decision_id=decision_id)


@job()
def take_back_discount(*, decision_id: int) -> None:
    """End a discount that nobody used yet."""
    discounting.take_back_discount(decision_id=decision_id)


@job()
def raise_download_limit(*, decision_id: int) -> None:
    """Let a purchase's files be downloaded more often."""
    raising.raise_download_limit(decision_id=decision_id)


@job()
def erase_customer(*, decision_id: int) -> None:
    """Erase all that names a customer."""
    erasing.erase_customer(decision_id=decision_id)


@job()
def release_order(*, decision_id: int) -> None:
    """Let a held order be delivered."""
    releasing.release_order(decision_id=decision_id)


@job()
def give_back_held_order(*, decision_id: int) -> None:
    """Give a held order's money back."""
    giving_back.give_back_held_order(decision_id=decision_id)


@job()
def deliver_released_order(*, fact_id: int) -> None:
    """Hand over the goods of an order that was held and found good."""
    delivering.deliver_order(order_id=facts.read(fact_id, OrderReleased).order_id)


@job()
def apply_price_change(*, decision_id: int) -> None:
    """Set a price that was proposed and approved."""
    pricing.apply_price_change(decision_id=decision_id)


@job()
def undo_price_change(*, decision_id: int) -> None:
    """Set a price back whose change was taken back."""
    pricing.undo_price_change(decision_id=decision_id)


@job()
def spend_money(*, decision_id: int) -> None:
    """Book money that was approved to be spent."""
    spending.spend_money(decision_id=decision_id)


@job()
def unspend_money(*, decision_id: int) -> None:
    """Book the mirror image of spending that was taken back."""
    spending.unspend_money(decision_id=decision_id)


@job()
def refuse_proposal(*, decision_id: int) -> None:
    """Note that what a member proposed is not done."""
    declining.refuse_proposal(decision_id=decision_id)


@job()
def reopen_proposal(*, decision_id: int) -> None:
    """Let a proposal wait again whose refusal was taken back."""
    declining.reopen_proposal(decision_id=decision_id)


facts.react(OrderReleased, job="deliver_released_order")
