"""The hosted page of test payments, as a provider's own page would be: outside the shop's doors."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from hammock.departments.sales import ports
from hammock.kit.private import from_here, never_kept
from hammock.providers.test_payments.cards import CARDS, Outcome, outcome_of
from hammock.providers.test_payments.models import TestAttempt
from hammock.providers.test_payments.provider import NAME, TestPayments, attempts


@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
@from_here
def pay(request: HttpRequest, external_id: str) -> HttpResponse:
    """Ask for a card and do what its number stands for."""
    found = attempts(external_id=external_id)
    if not found:
        raise Http404
    attempt = found[0]
    if attempt.state == TestAttempt.State.SUCCEEDED:
        return HttpResponseRedirect(attempt.return_url)
    if attempt.state == TestAttempt.State.CLOSED:
        return _page(request, attempt, problem="This payment page is closed.", status=410)
    if request.method != "POST":
        return _page(request, attempt)
    if request.POST.get("answer") in {"confirm", "refuse"}:
        return _answered(request, attempt, confirmed=request.POST["answer"] == "confirm")
    return _tried(request, attempt, outcome_of(request.POST.get("card", "")))


def _tried(request: HttpRequest, attempt: TestAttempt, outcome: Outcome | None) -> HttpResponse:
    if outcome is None:
        return _page(
            request,
            attempt,
            problem="Card number: this is none of the test cards below.",
            status=400,
        )
    if outcome == Outcome.DECLINED:
        return _page(
            request,
            attempt,
            problem="The card was declined and nothing is paid. Try another card.",
            status=402,
        )
    if outcome == Outcome.NEEDS_ACTION:
        return _page(request, attempt, asks_bank=True)
    return _answered(request, attempt, confirmed=True)


def _answered(request: HttpRequest, attempt: TestAttempt, *, confirmed: bool) -> HttpResponse:
    provider = ports.provider(NAME)
    if not confirmed:
        return _page(request, attempt, problem="The bank was told no. Nothing is paid.", status=402)
    if not isinstance(provider, TestPayments):
        raise Http404
    try:
        is_paid = provider.pay(attempt.external_id)
    except ports.ProviderRefused as refusal:
        return _page(request, attempt, problem=refusal.problem, status=403)
    if not is_paid:
        return _page(request, attempt, problem="This payment page is closed.", status=410)
    return HttpResponseRedirect(attempt.return_url)


def _page(
    request: HttpRequest,
    attempt: TestAttempt,
    *,
    problem: str = "",
    asks_bank: bool = False,
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "test_payments/pay.html",
        {
            "attempt": attempt,
            "amount": attempt.amount.shown(),
            # What was typed stays, so that it can be mended.
            "card": request.POST.get("card", CARDS[0].number),
            "cards": CARDS,
            "problem": problem,
            "asks_bank": asks_bank,
            "is_closed": attempt.state == TestAttempt.State.CLOSED,
        },
        status=status,
    )
