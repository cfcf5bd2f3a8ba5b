"""Orders, the money that came for them and went back: lists, and an order's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from hammock.departments.delivery import queries as delivery
from hammock.departments.delivery.models import DownloadCount, Entitlement
from hammock.departments.ledger.models import Entry
from hammock.departments.sales import overview, queries, rules
from hammock.departments.sales.errors import SalesError
from hammock.departments.sales.models import (
    Dispute,
    HeldOrder,
    Order,
    Payment,
    Refund,
)
from hammock.doors.console import frame
from hammock.doors.console.fields import day_field
from hammock.doors.console.frame import Finding, Link
from hammock.flows.cancel_order import cancel_order
from hammock.flows.deliver_order import deliver_order
from hammock.flows.find_undelivered import find_undelivered
from hammock.flows.resend_order import NothingToSend, resend_order_goods, resend_receipt
from hammock.kit import personal
from hammock.kit.facts.models import Fact
from hammock.kit.mail.models import OutgoingMail
from hammock.kit.money import Money, total

STATES = (
    ("", "All orders"),
    ("paid", "Paid"),
    ("awaiting", "Awaiting payment"),
    ("refunded", "With a refund"),
    ("expired", "Expired"),
    ("cancelled", "Cancelled"),
)


class OrderFilterForm(forms.Form):
    """What the list of orders shall hold."""

    q = forms.CharField(label="Reference, e-mail or name", required=False, max_length=200)
    state = forms.ChoiceField(label="State", choices=STATES, required=False)
    since = day_field(label="From", required=False)
    until = day_field(label="To", required=False)

    def wanted(self) -> overview.OrderFilter:
        """Give what was asked for; a field that cannot be read lets everything through."""
        self.is_valid()
        found = self.cleaned_data
        return overview.OrderFilter(
            words=found.get("q") or "",
            state=found.get("state") or "",
            since=found.get("since"),
            until=found.get("until"),
            by_person=not personal.is_hidden(),
        )


class CreditNoteFilterForm(forms.Form):
    """What the list of credit notes shall hold."""

    q = forms.CharField(label="Reference, article or SKU", required=False, max_length=200)
    since = day_field(label="From", required=False)
    until = day_field(label="To", required=False)

    def wanted(self) -> overview.CreditNoteFilter:
        """Give what was asked for; a field that cannot be read lets everything through."""
        self.is_valid()
        found = self.cleaned_data
        return overview.CreditNoteFilter(
            words=found.get("q") or "", since=found.get("since"), until=found.get("until")
        )


@dataclass(frozen=True, kw_only=True)
class ShownLine:
    """One line of an order with what of it went back."""

    title: str
    sku: str
    quantity: int
    unit: Money
    total: Money
    tax: Money
    tax_name: str
    refunded: Money


@dataclass(frozen=True, kw_only=True)
class ShownFact:
    """One moment of an order's story."""

    at: datetime
    sentence: str


def findings() -> list[Finding]:
    """List what of sales waits for a person."""
    return [
        *(_undelivered(order) for order in find_undelivered()),
        *(_failed_refund(refund) for refund in overview.failed_refunds()),
        *(_dispute(dispute) for dispute in overview.open_disputes()),
    ]


@frame.needs("sales.view_order")
def order_list(request: HttpRequest) -> HttpResponse:
    """Show orders, searched and filtered."""
    form = OrderFilterForm(request.GET or None)
    found = (
        overview.orders(form.wanted()) if request.GET else overview.orders(overview.OrderFilter())
    )
    page = frame.turned(request, overview.with_refunds(found))
    rows = [
        {
            "order": order,
            "label": _label(order, order.refunded or 0),
        }
        for order in page.object_list
    ]
    return frame.show(
        request,
        "orders.html",
        title="Orders",
        form=form,
        rows=rows,
        page=page,
        query=frame.kept_query(request),
        is_filtered=bool(request.GET),
    )


@frame.needs("sales.view_order")
def order_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """Show everything about one order."""
    order = order_of(reference)
    left = queries.lines_left(order)
    back = total((line.left for line in left), currency=order.currency)
    payments = list(order.payments.prefetch_related("refunds", "disputes"))
    refunds = [refund for payment in payments for refund in payment.refunds.all()]
    disputes = [dispute for payment in payments for dispute in payment.disputes.all()]
    is_disputed = any(dispute.state != Dispute.State.WON for dispute in disputes)
    return frame.show(
        request,
        "order.html",
        title=f"Order {order.reference}",
        back=Link(label="Orders", url=reverse("console:orders")),
        order=order,
        label=_label(order, queries.refunded_minor(order)),
        lines=_lines(order, left),
        payments=payments,
        refunds=refunds,
        disputes=disputes,
        entries=_entries(payments),
        rights=_rights(order),
        mails=_mails(order, refunds),
        story=_story(order),
        held=HeldOrder.objects.filter(order=order).first(),
        can_refund=bool(back) and queries.settled_payment(order) is not None and not is_disputed,
        can_cancel=order.state == Order.State.AWAITING,
        can_resend=order.state == Order.State.PAID and bool(order.email),
        may_change=request.user.has_perm("sales.change_order"),
    )


@require_POST
@frame.needs("sales.change_order")
def order_cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Cancel an order that nobody paid."""
    order = order_of(reference)
    try:
        cancel_order(order_id=order.id, by=frame.who(request))
    except SalesError as error:
        frame.failed(request, error.sentence())
    else:
        frame.done(request, f"Order {order.reference} is cancelled; what it held is free again.")
    return redirect("console:order", reference=reference)


@require_POST
@frame.needs("sales.change_order")
def order_resend(request: HttpRequest, reference: str, what: str) -> HttpResponse:
    """Send an order's goods or receipt again."""
    order = order_of(reference)
    send = {"goods": resend_order_goods, "receipt": resend_receipt}.get(what)
    if send is None:
        raise Http404
    try:
        send(order_id=order.id)
    except NothingToSend as error:
        frame.failed(request, error.sentence())
    else:
        frame.done(request, f"The {what} of order {order.reference} goes to {order.email} again.")
    return redirect("console:order", reference=reference)


@require_POST
@frame.needs("sales.change_order")
def order_deliver(request: HttpRequest, reference: str) -> HttpResponse:
    """Deliver a paid order whose goods are missing."""
    order = order_of(reference)
    if deliver_order(order_id=order.id).granted:
        frame.done(request, f"Order {order.reference} is delivered; its buyer has a mail.")
    else:
        frame.failed(request, f"Order {order.reference} has nothing left to deliver.")
    return redirect("console:order", reference=reference)


@frame.needs("sales.view_payment")
def payment_list(request: HttpRequest) -> HttpResponse:
    """Show the money that came."""
    found = Payment.objects.filter(state=Payment.State.SUCCEEDED).select_related("order")
    return _money_list(request, found.order_by("-finished_at", "-id"), kind="payments")


@frame.needs("sales.view_payment")
def refund_list(request: HttpRequest) -> HttpResponse:
    """Show the money that went back."""
    return _money_list(request, Refund.objects.select_related("payment__order"), kind="refunds")


@frame.needs("sales.view_payment")
def dispute_list(request: HttpRequest) -> HttpResponse:
    """Show what buyers' banks hold back."""
    return _money_list(request, Dispute.objects.select_related("payment__order"), kind="disputes")


@frame.needs("sales.view_payment")
def credit_note_list(request: HttpRequest) -> HttpResponse:
    """Show what was given back on paper: the credit notes of imported history."""
    form = CreditNoteFilterForm(request.GET or None)
    wanted = form.wanted() if request.GET else overview.CreditNoteFilter()
    return frame.show(
        request,
        "credit_notes.html",
        title="Payments & refunds",
        kind="credit_notes",
        form=form,
        page=frame.turned(request, overview.credit_notes(wanted)),
        query=frame.kept_query(request),
        is_filtered=bool(request.GET),
        may_see_books=request.user.has_perm("ledger.view_entry"),
    )


def _money_list(request: HttpRequest, found: Any, *, kind: str) -> HttpResponse:
    return frame.show(
        request,
        "payments.html",
        title="Payments & refunds",
        kind=kind,
        page=frame.turned(request, found),
        query=frame.kept_query(request),
    )


def order_of(reference: str) -> Order:
    """Find the order of this reference. Raises `Http404`."""
    return frame.found(Order.objects.select_related("customer").filter(reference=reference))


def address(order: Order) -> str:
    """Tell where the order's page is."""
    return reverse("console:order", kwargs={"reference": order.reference})


def _label(order: Order, refunded: int) -> str:
    return rules.state_label(
        state=order.state, total_minor=order.total_minor, refunded_minor=refunded
    )


def _lines(order: Order, left: Sequence[rules.LineLeft]) -> list[ShownLine]:
    by_line = {line.line_id: line.left for line in left}
    return [
        ShownLine(
            title=line.title,
            sku=line.sku,
            quantity=line.quantity,
            unit=Money(line.unit_minor, order.currency),
            total=line.total_in(order.currency),
            tax=Money(line.tax_minor, order.currency),
            tax_name=line.tax_name,
            refunded=line.total_in(order.currency) - by_line[line.pk],
        )
        for line in order.lines.all()
    ]


def _entries(payments: Sequence[Payment]) -> list[Entry]:
    sources = [f"payment:{payment.pk}" for payment in payments]
    for payment in payments:
        for refund in payment.refunds.all():
            sources += [f"refund:{refund.pk}", f"refund:{refund.pk}:reversed"]
        for dispute in payment.disputes.all():
            sources += [f"dispute:{dispute.pk}:opened", f"dispute:{dispute.pk}:closed"]
    return list(Entry.objects.filter(source__in=sources).prefetch_related("lines__profit_centre"))


def _rights(order: Order) -> list[dict[str, Any]]:
    rights = delivery.held_from(order.reference)
    return [
        {"good": good, "right": right, "counts": _counts(right)}
        for good, right in zip(delivery.shown(rights), rights, strict=True)
    ]


def _counts(right: Entitlement) -> list[DownloadCount]:
    return list(right.download_counts.select_related("file"))


def _mails(order: Order, refunds: Sequence[Refund]) -> list[OutgoingMail]:
    wanted = Q(key__in=[f"refund:{refund.pk}" for refund in refunds])
    for kind in ("receipt", "goods"):
        wanted |= Q(key=f"{kind}:{order.reference}") | Q(
            key__startswith=f"{kind}:{order.reference}:"
        )
    for line_id in order.lines.values_list("pk", flat=True):
        for kind in ("seat", "task"):
            key = f"{kind}:line:{line_id}"
            wanted |= Q(key=key) | Q(key__startswith=f"{key}:")
    return list(OutgoingMail.objects.filter(wanted).order_by("queued_at", "pk"))


def _story(order: Order) -> list[ShownFact]:
    stated = Fact.objects.filter(about=f"order:{order.reference}").order_by("at", "id")
    told = [ShownFact(at=fact.at, sentence=_told(fact)) for fact in stated]
    if not stated or stated[0].name != "OrderPlaced":
        told.insert(0, ShownFact(at=order.placed_at, sentence="Ordered"))
    return told


def _told(fact: Fact) -> str:
    known = fact.data
    amount = (
        Money(known["minor"], known["currency"]) if {"minor", "currency"} <= known.keys() else ""
    )
    sentences = {
        "OrderPlaced": "Ordered; waiting for the payment",
        "OrderPaid": "Paid",
        "OrderExpired": "Expired: nobody paid in time",
        "OrderCancelled": f"Cancelled by {known.get('by')}",
        "SurplusPaid": f"{amount} came and goes back: {known.get('why')}",
        "RefundMade": f"{amount} went back to the buyer",
        "RefundFailed": f"A refund failed: {known.get('problem')}",
        "DisputeOpened": f"The buyer's bank holds {amount} back: {known.get('reason')}",
        "DisputeClosed": f"Dispute {'won' if known.get('won') else 'lost'}",
        "GoodsDelivered": "Delivered",
        "GoodsTakenBack": "Access taken back",
        "OrderHeld": f"Held for a decision: {'; '.join(known.get('signs') or ())}",
        "OrderReleased": "Found good and let go",
        "TaskDone": "The work is done; the buyer has a mail",
    }
    return sentences.get(fact.name, fact.name)


def _undelivered(order: Order) -> Finding:
    return Finding(
        sentence=f"Order {order.reference} is paid and its buyer has got nothing yet.",
        action=Link(
            label="Deliver now",
            url=reverse("console:order_deliver", kwargs={"reference": order.reference}),
        ),
        posts=True,
    )


def _failed_refund(refund: Refund) -> Finding:
    order = refund.payment.order
    return Finding(
        sentence=f"The refund of {refund.amount} for order {order.reference} failed "
        f"({refund.problem}). Try again, or send the money another way.",
        action=Link(label="Open the order", url=address(order)),
    )


def _dispute(dispute: Dispute) -> Finding:
    order = dispute.payment.order
    return Finding(
        sentence=f"The buyer of order {order.reference} asked their bank for {dispute.amount} back "
        f"({dispute.reason.replace('_', ' ') or 'no reason given'}). Answer the bank at "
        f"{dispute.payment.provider}, with what you can prove.",
        action=Link(label="Open the order", url=address(order)),
    )


urls = [
    path("orders/", order_list, name="orders"),
    path("orders/<str:reference>/", order_detail, name="order"),
    path("orders/<str:reference>/cancel/", order_cancel, name="order_cancel"),
    path("orders/<str:reference>/deliver/", order_deliver, name="order_deliver"),
    path("orders/<str:reference>/send/<slug:what>/", order_resend, name="order_resend"),
    path("payments/", payment_list, name="payments"),
    path("payments/refunds/", refund_list, name="refunds"),
    path("payments/disputes/", dispute_list, name="disputes"),
    path("payments/credit-notes/", credit_note_list, name="credit_notes"),
]
