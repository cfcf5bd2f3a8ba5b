"""Giving money back: what a refund will do, shown first, then confirmed and done, or asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from hammock.departments.customers.errors import CustomersError
from hammock.departments.customers.models import CustomerRequest
from hammock.departments.sales import queries, rules
from hammock.departments.sales.errors import SalesError
from hammock.departments.sales.models import Order, Refund
from hammock.departments.sales.ports import ProviderUnavailable
from hammock.departments.team.models import Member
from hammock.doors.console import frame
from hammock.doors.console.fields import MoneyField
from hammock.doors.console.frame import Link
from hammock.doors.console.sales import address, order_of
from hammock.flows.ask_refund import ask_refund_for, why_ask
from hammock.flows.refund_order import RefundWish, refund_order
from hammock.flows.send_refund import send_refund
from hammock.kit import showing
from hammock.kit.money import Money, total


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


@frame.needs("sales.change_order")
def order_refund(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what a refund will do, and do it when it is confirmed."""
    order = order_of(reference)
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
        back=Link(label=f"Order {order.reference}", url=address(order)),
        order=order,
        form=form,
        rows=_refund_rows(form, order),
        effect=effect,
        left=left,
        why_ask=_why_ask(request, effect.amount) if effect else "",
        is_whole=not form.is_bound,
        status=400 if form.errors else 200,
    )


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


urls = [path("orders/<str:reference>/refund/", order_refund, name="order_refund")]
