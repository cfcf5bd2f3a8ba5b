"""Orders, the money that came for them and went back: lists, an order's page, refunds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from hammock.departments.customers.errors import CustomersError
from hammock.departments.customers.models import CustomerRequest
from hammock.departments.delivery import queries as delivery
from hammock.departments.delivery.models import DownloadCount, Entitlement
from hammock.departments.ledger.models import Entry
from hammock.departments.sales import overview, queries, rules
from hammock.departments.sales.errors import SalesError
from hammock.departments.sales.models import Dispute, HeldOrder, Order, Payment, Refund
from hammock.departments.sales.ports import ProviderUnavailable
from hammock.departments.team.models import Member
from hammock.doors.console import frame
from hammock.doors.console.fields import MoneyField
from hammock.doors.console.frame import Finding, Link
from hammock.flows.ask_refund import ask_refund_for, why_ask
from hammock.flows.cancel_order import cancel_order
from hammock.flows.deliver_order import deliver_order
from hammock.flows.find_undelivered import find_undelivered
from hammock.flows.refund_order import RefundWish, refund_order
from hammock.flows.resend_order import NothingToSend, resend_order_goods, resend_receipt
from hammock.flows.send_refund import send_refund
from hammock.kit import personal, showing
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
    since = forms.DateField(
        label="From", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label="To", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

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


class RefundForm(forms.Form):
    """What of an order shall go back, line by line."""

    reason = forms.CharField(
        label="Reason", max_length=240, required=False, help_text="Stands in the buyer's mail."
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, lines: Sequence[rules.LineLeft], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[f"amount_{line.line_id}"] = MoneyField(
                currency=line.left.currency, required=False, label="Give back", initial=line.left
            )
            self.fields[f"ends_{line.line_id}"] = forms.BooleanField(
                required=False, label="Take back access", initial=True
            )

    def wish(self, *, by: str) -> RefundWish:
        """Give what was asked for."""
        currency = self.lines[0].left.currency
        amounts = {
            line.line_id: self.cleaned_data[f"amount_{line.line_id}"] or Money.zero(currency)
            for line in self.lines
        }
        ends = {line.line_id for line in self.lines if self.cleaned_data[f"ends_{line.line_id}"]}
        return RefundWish(
            amounts=amounts,
            takes_back=frozenset(line_id for line_id in ends if amounts[line_id]),
            reason=self.cleaned_data["reason"],
            requested_by=by,
            seen_left=Money(self.cleaned_data["seen"], currency),
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


@dataclass(frozen=True, kw_only=True)
class CentreShare:
    """What of a refund falls on one profit centre."""

    centre: str
    net: Money


@dataclass(frozen=True, kw_only=True)
class Consequences:
    """Exactly what a refund will do: to the buyer, the books, and access."""

    amount: Money
    tax: Money
    fee: Money
    shares: Sequence[CentreShare]
    ends: Sequence[str]
    stays: Sequence[str]


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
    order = _order(reference)
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


@frame.needs("sales.change_order")
def order_refund(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what a refund will do, and do it when it is confirmed."""
    order = _order(reference)
    lines = [line for line in queries.lines_left(order) if line.left]
    if not lines or queries.settled_payment(order) is None:
        frame.failed(request, f"Nothing of order {order.reference} can be refunded.")
        return redirect("console:order", reference=reference)
    left = total((line.left for line in lines), currency=order.currency)
    if request.method == "POST":
        form = RefundForm(request.POST, lines=lines)
        if form.is_valid():
            problem = _confirmed(request, order, form.wish(by=frame.who(request)))
            if not problem:
                return redirect("console:order", reference=reference)
            form.add_error(None, problem)
    else:
        form = _refund_form(request, lines, left)
    effect = _consequences(order, form, lines)
    return frame.show(
        request,
        "refund.html",
        title=f"Refund order {order.reference}",
        back=Link(label=f"Order {order.reference}", url=_url(order)),
        order=order,
        form=form,
        rows=_refund_rows(form, order),
        effect=effect,
        left=left,
        why_ask=_why_ask(request, effect.amount) if effect else "",
        is_whole=not form.is_bound,
        status=400 if form.errors else 200,
    )


@require_POST
@frame.needs("sales.change_order")
def order_cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Cancel an order that nobody paid."""
    order = _order(reference)
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
    order = _order(reference)
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
    order = _order(reference)
    made = deliver_order(order_id=order.id)
    if made:
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


def _money_list(request: HttpRequest, found: Any, *, kind: str) -> HttpResponse:
    return frame.show(
        request,
        "payments.html",
        title="Payments & refunds",
        kind=kind,
        page=frame.turned(request, found),
        query=frame.kept_query(request),
    )


def _order(reference: str) -> Order:
    order = Order.objects.select_related("customer").filter(reference=reference).first()
    if order is None:
        raise Http404
    return order


def _url(order: Order) -> str:
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


def _refund_form(request: HttpRequest, lines: Sequence[rules.LineLeft], left: Money) -> RefundForm:
    """Make the form: of the whole order at first, then of what the visitor tried out."""
    if "seen" in request.GET:
        form = RefundForm(request.GET, lines=lines)
        form.is_valid()
        return form
    return RefundForm(lines=lines, initial={"seen": left.minor})


def _refund_rows(form: RefundForm, order: Order) -> list[dict[str, Any]]:
    titles = dict(order.lines.values_list("pk", "title"))
    return [
        {
            "title": titles[line.line_id],
            "left": line.left,
            "amount": form[f"amount_{line.line_id}"],
            "ends": form[f"ends_{line.line_id}"],
        }
        for line in form.lines
    ]


def _consequences(
    order: Order, form: RefundForm, lines: Sequence[rules.LineLeft]
) -> Consequences | None:
    """Tell what the form as it stands would do; None while it cannot be done."""
    if form.is_bound and not form.is_valid():
        return None
    amounts = {line.line_id: line.left for line in lines}
    ends = set(amounts)
    if form.is_bound:
        wish = form.wish(by="")
        amounts, ends = dict(wish.amounts), set(wish.takes_back)
    if any(line.left < amounts[line.line_id] for line in lines):
        form.add_error(None, "More than is left of a line cannot go back.")
        return None
    parts = [
        rules.refund_of_line(line, amounts[line.line_id]) for line in lines if amounts[line.line_id]
    ]
    if not parts:
        form.add_error(None, "This comes to nothing: write an amount.")
        return None
    payment = queries.settled_payment(order)
    names = {line.pk: line for line in order.lines.select_related("profit_centre")}
    return Consequences(
        amount=total((part.amount for part in parts), currency=order.currency),
        tax=total((part.tax for part in parts), currency=order.currency),
        fee=payment.fee if payment else Money.zero(order.currency),
        shares=_by_centre(parts, {pk: line.profit_centre.name for pk, line in names.items()}),
        ends=[names[pk].title for pk in sorted(ends)],
        stays=[line.title for pk, line in names.items() if pk not in ends],
    )


def _by_centre(parts: Sequence[rules.LineRefund], names: Mapping[int, str]) -> list[CentreShare]:
    shares: dict[str, Money] = {}
    for part in parts:
        centre = names[part.line_id]
        before = shares.get(centre, Money.zero(part.amount.currency))
        shares[centre] = before + part.amount - part.tax
    return [CentreShare(centre=centre, net=net) for centre, net in shares.items()]


def _confirmed(request: HttpRequest, order: Order, wish: RefundWish) -> str:
    """Make the refund if it gives back what the button said; tells why not, in one sentence."""
    amount = total(wish.amounts.values(), currency=order.currency)
    if request.POST.get("confirm") != str(amount.minor):
        return f"The amounts have changed: this gives {amount} back. Look again, then confirm."
    return _refund(request, order, wish)


def _refund(request: HttpRequest, order: Order, wish: RefundWish) -> str:
    """Make the refund; tells why not, in one sentence."""
    amount = total(wish.amounts.values(), currency=order.currency)
    try:
        if _why_ask(request, amount):
            asked = ask_refund_for(order_id=order.id, wish=wish)
            _say_asked(request, asked)
            return ""
        refund = refund_order(order_id=order.id, wish=wish)
    except (SalesError, CustomersError) as error:
        return error.sentence()
    try:
        refund = send_refund(refund_id=refund.pk)
    except ProviderUnavailable as error:
        frame.done(
            request,
            f"{refund.amount} will go back: {error.provider} did not answer, so it is queued and "
            "tried again by itself.",
        )
        return ""
    if refund.state == Refund.State.FAILED:
        frame.failed(request, f"The refund failed. {refund.payment.provider}: {refund.problem}")
    elif refund.state == Refund.State.PENDING:
        frame.done(request, f"{refund.amount} is on its way back; the bank takes a few days.")
    else:
        frame.done(request, f"{refund.amount} went back to {order.email}. They have a mail.")
    return ""


def _why_ask(request: HttpRequest, amount: Money) -> str:
    member = request.user
    return why_ask(member_id=member.pk, amount=amount) if isinstance(member, Member) else ""


def _say_asked(request: HttpRequest, asked: CustomerRequest) -> None:
    frame.done(
        request,
        f"{asked.title}: asked. It goes back by itself when it is approved, by "
        f"{showing.day(asked.answer_by)} at the latest it is answered.",
    )


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
        action=Link(label="Open the order", url=_url(order)),
    )


def _dispute(dispute: Dispute) -> Finding:
    order = dispute.payment.order
    return Finding(
        sentence=f"The buyer of order {order.reference} asked their bank for {dispute.amount} back "
        f"({dispute.reason.replace('_', ' ') or 'no reason given'}). Answer the bank at "
        f"{dispute.payment.provider}, with what you can prove.",
        action=Link(label="Open the order", url=_url(order)),
    )


urls = [
    path("orders/", order_list, name="orders"),
    path("orders/<str:reference>/", order_detail, name="order"),
    path("orders/<str:reference>/refund/", order_refund, name="order_refund"),
    path("orders/<str:reference>/cancel/", order_cancel, name="order_cancel"),
    path("orders/<str:reference>/deliver/", order_deliver, name="order_deliver"),
    path("orders/<str:reference>/send/<slug:what>/", order_resend, name="order_resend"),
    path("payments/", payment_list, name="payments"),
    path("payments/refunds/", refund_list, name="refunds"),
    path("payments/disputes/", dispute_list, name="disputes"),
]
