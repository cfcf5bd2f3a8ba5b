"""Providers call here: verified, kept, answered at once; what they tell is handled by a job."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from hammock.departments.sales.ports import ProviderRefused, WebhookRefused
from hammock.flows.receive_webhook import receive_webhook

MOST_BYTES = 512_000  # Stripe's events stay far below


@csrf_exempt  # the signature proves the sender
@require_POST
def payments(request: HttpRequest, provider: str) -> HttpResponse:
    """Take a payment provider's call: 200 kept or known, 400 not proven, 404 no such provider."""
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        return JsonResponse({"error": "body: more than 512000 bytes"}, status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        is_new = receive_webhook(provider_name=provider, body=request.body, headers=headers)
    except WebhookRefused as refusal:
        return JsonResponse({"error": str(refusal)}, status=400)
    except ProviderRefused as refusal:
        return JsonResponse({"error": str(refusal)}, status=404)
    return JsonResponse({"kept": is_new})
