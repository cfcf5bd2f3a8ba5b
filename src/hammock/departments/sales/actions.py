"""Writing orders, holds, attempts and refunds. Needs the caller's transaction."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import F, QuerySet

from hammock.departments.catalogue.models import BundlePart, Price, Stock
from hammock.departments.customers.models import Customer
from hammock.departments.ledger.rules import Part
from hammock.departments.sales import queries, rules
from hammock.departments.sales.errors import OutOfStock, WrongMove
from hammock.departments.sales.models import (
    Discount,
    HeldOrder,
    Order,
    OrderLine,
    Payment,
    Refund,
    RefundPart,
    Reservation,
)
from hammock.departments.sales.ports import PaymentReport
from hammock.kit import clock, snapshots
from hammock.kit.locks import lock
from hammock.kit.money import Money
from hammock.kit.prepared import add, change, prepared


def record_order(
    *,
    customer: Customer,
    name: str,
    country: str,
    quote: rules.Quote,
    prices: Mapping[str, Price],
    holds_until: datetime | None,
    channel: str | None = None,
) -> Order:
    """Write the order with its lines as they were quoted; `channel` is how its buyer came."""
    order = Order(
        customer=customer,
        email=customer.email or "",
        name=name,
        country=country,
        currency=quote.total.currency,
        total_minor=quote.total.minor,
        tax_minor=quote.tax.minor,
        terms_accepted_at=clock.now(),
        holds_until=holds_until,
        channel=channel,
    )
    add(order)
    add(*(_line(order, line, quote, prices) for line in quote.lines))
    return order


def hold_stock(order: Order, wanted: Mapping[int, int]) -> None:
    """Set limited products aside for the order, in key order. Raises `OutOfStock`.

    `wanted` is how many of which product; products without a stock row are unlimited. The guarded
    UPDATE is the lock: of two buyers of the last one, one finds nothing to update.
    """
    held = []
    for stock in _limited(product_ids=sorted(wanted)):
        product_id, quantity = stock.product_id, wanted[stock.product_id]
        taken = Stock.objects.filter(product_id=product_id, left__gte=quantity).update(
            left=F("left") - quantity
        )
        if not taken:
            left = Stock.objects.values_list("left", flat=True).get(product_id=product_id)
            raise OutOfStock(title=stock.product.title, wanted=quantity, left=left)
        held.append(Reservation(order=order, product_id=product_id, quantity=quantity))
    if held:
        Reservation.objects.bulk_create(held)
        snapshots.renew()


def release_stock(order: Order) -> None:
    """Give back what the order holds."""
    for hold in order.reservations.filter(state=Reservation.State.HELD).order_by("product_id"):
        Stock.objects.filter(product_id=hold.product_id).update(left=F("left") + hold.quantity)
    order.reservations.filter(state=Reservation.State.HELD).update(state=Reservation.State.RELEASED)


def hold_again(order: Order) -> bool:
    """Take back what an expired order had released; False, and nothing taken, if any is gone."""
    released = list(
        order.reservations.filter(state=Reservation.State.RELEASED).order_by("product_id")
    )
    taken: list[Reservation] = []
    for hold in released:
        if not Stock.objects.filter(product_id=hold.product_id, left__gte=hold.quantity).update(
            left=F("left") - hold.quantity
        ):
            for back in taken:
                Stock.objects.filter(product_id=back.product_id).update(
                    left=F("left") + back.quantity
                )
            return False
        taken.append(hold)
    return True


def settle_holds(order: Order) -> None:
    """Turn the order's holds into sales."""
    if queries.holds_of(order_id=order.id):
        order.reservations.update(state=Reservation.State.SETTLED)


def free_sold(order: Order, *, line_ids: Iterable[int]) -> None:
    """Put limited goods of these lines on the shelf again, a bundle's parts included."""
    wanted = _limited_goods(order, line_ids)
    sold = order.reservations.filter(state=Reservation.State.SETTLED, product_id__in=wanted)
    for hold in lock(sold):
        freed = min(wanted[hold.product_id], hold.quantity)
        Stock.objects.filter(product_id=hold.product_id).update(left=F("left") + freed)
        if freed == hold.quantity:
            hold.state = Reservation.State.RELEASED
        else:
            hold.quantity -= freed
        hold.save(update_fields=["state", "quantity"])
        snapshots.renew()


def sell_again(order: Order, *, line_id: int) -> bool:
    """Take back what `free_sold` put on the shelf; False, and nothing taken, if any is gone."""
    wanted = _limited_goods(order, [line_id])
    taken: list[Reservation] = []
    for hold in lock(order.reservations.filter(product_id__in=wanted)):
        quantity = wanted[hold.product_id]
        shelf = Stock.objects.filter(product_id=hold.product_id)
        if not shelf.filter(left__gte=quantity).update(left=F("left") - quantity):
            for back in taken:
                Stock.objects.filter(product_id=back.product_id).update(
                    left=F("left") + wanted[back.product_id]
                )
            return False
        taken.append(hold)
    for hold in taken:
        kept = hold.quantity if hold.state == Reservation.State.SETTLED else 0
        hold.state, hold.quantity = Reservation.State.SETTLED, kept + wanted[hold.product_id]
        hold.save(update_fields=["state", "quantity"])
        snapshots.renew()
    return True


def move(order: Order, *, to: Order.State) -> None:
    """Move the order to a state that may follow its own. Raises `WrongMove`."""
    if not rules.may_move(state=order.state, to=to):
        raise WrongMove(reference=order.reference, state=order.state, to=to)
    order.state = to
    if to == Order.State.PAID:
        order.paid_at = clock.now()
    else:
        order.closed_at = clock.now()
    change(order, "state", "paid_at", "closed_at")


def open_attempt(order: Order, *, provider: str) -> Payment:
    """Commit the wish to be paid under a key of its own, before the provider is asked."""
    payment = Payment(
        order=order,
        provider=provider,
        key=f"pay-{secrets.token_urlsafe(18)}",
        minor=order.total_minor,
        currency=order.currency,
    )
    add(payment)
    return payment


def finish_attempt(payment: Payment, *, report: PaymentReport, is_surplus: bool) -> None:
    """Note what the provider really took."""
    payment.state = Payment.State.SUCCEEDED
    payment.minor, payment.fee_minor = report.amount.minor, report.fee.minor
    payment.currency = report.amount.currency
    payment.charge_id = report.charge_id
    payment.card_country = report.card_country
    payment.is_surplus = is_surplus
    payment.finished_at = clock.now()
    change(
        payment,
        *("state", "minor", "fee_minor", "currency", "charge_id", "card_country"),
        *("is_surplus", "finished_at"),
    )


def request_refund(
    payment: Payment,
    *,
    amount: Money,
    parts: Sequence[rules.LineRefund],
    takes_back: Iterable[int],
    reason: str,
    requested_by: str,
    key: str = "",
    decision_id: int | None = None,
) -> Refund:
    """Commit the wish to give money back; `takes_back` are the lines whose goods go with it."""
    refund = Refund.objects.create(
        payment=payment,
        key=key or f"refund-{secrets.token_urlsafe(18)}",
        minor=amount.minor,
        currency=amount.currency,
        reason=reason,
        requested_by=requested_by,
        decision_id=decision_id,
    )
    taken = set(takes_back)
    RefundPart.objects.bulk_create(
        RefundPart(
            refund=refund,
            line_id=part.line_id,
            minor=part.amount.minor,
            tax_minor=part.tax.minor,
            takes_back=part.line_id in taken,
        )
        for part in parts
    )
    return refund


def sale_parts(order: Order) -> list[Part]:
    """Add up the order's lines by profit centre, for the books."""
    net: Counter[str] = Counter()
    tax: Counter[str] = Counter()
    for line in queries.lines_of(order_id=order.id):
        net[line.profit_centre_id] += line.total_minor - line.tax_minor
        tax[line.profit_centre_id] += line.tax_minor
    return [
        Part(
            centre=centre,
            net=Money(net[centre], order.currency),
            tax=Money(tax[centre], order.currency),
        )
        for centre in sorted(net)
    ]


def refund_parts(refund: Refund) -> list[Part]:
    """Tell how the refund falls on the profit centres, for the books."""
    return [
        Part(
            centre=part.line.profit_centre_id,
            net=Money(part.minor - part.tax_minor, refund.currency),
            tax=Money(part.tax_minor, refund.currency),
        )
        for part in refund.parts.select_related("line")
    ]


def _limited_goods(order: Order, line_ids: Iterable[int]) -> Counter[int]:
    """Count what these lines took of each product, a bundle's parts included."""
    wanted: Counter[int] = Counter()
    for line in order.lines.filter(pk__in=line_ids):
        if line.product_id is None:  # an imported line, which never held anything
            continue
        wanted[line.product_id] += line.quantity
        for part_id in BundlePart.objects.filter(bundle_id=line.product_id).values_list(
            "part_id", flat=True
        ):
            wanted[part_id] += line.quantity
    return wanted


@prepared
def _limited(*, product_ids: Sequence[int]) -> QuerySet[Stock]:
    return (
        Stock.objects.filter(product_id__in=product_ids)
        .select_related("product")
        .order_by("product_id")
    )


def addresses_of(customer: Customer) -> set[str]:
    """List the addresses that stand on the customer's orders."""
    rows = Order.objects.filter(customer=customer).exclude(email="")
    return set(rows.values_list("email", flat=True))


def erase_buyer(customer: Customer) -> int:
    """Take name and address off the customer's orders, and what was written with refunds.

    Unused discounts end. Tells how many orders there were.
    """
    Refund.objects.filter(payment__order__customer=customer).update(reason="")
    Discount.objects.filter(customer=customer, order=None).update(expires_at=clock.now())
    return Order.objects.filter(customer=customer).update(name="", email="")


def hold_order(order: Order, *, signs: Sequence[str], answer_by: datetime) -> HeldOrder:
    """Hold a paid order's goods back until a decision."""
    return HeldOrder.objects.create(order=order, signs=list(signs), answer_by=answer_by)


def close_hold(held: HeldOrder, *, to: HeldOrder.State) -> bool:
    """Let a held order go, or give it back; False if that was done before."""
    if held.state != HeldOrder.State.HELD:
        return False
    held.state, held.closed_at = to, clock.now()
    held.save(update_fields=["state", "closed_at"])
    return True


def _line(
    order: Order, line: rules.QuotedLine, quote: rules.Quote, prices: Mapping[str, Price]
) -> OrderLine:
    price = prices[line.offer.sku]
    return OrderLine(
        order=order,
        price=price,
        product_id=price.product_id,
        profit_centre_id=line.offer.centre,
        sku=line.offer.sku,
        title=line.offer.title,
        quantity=line.quantity,
        unit_minor=line.offer.unit.minor,
        total_minor=line.total.minor,
        tax_minor=line.tax.minor,
        tax_name=quote.tax_name if line.tax else "",
    )
