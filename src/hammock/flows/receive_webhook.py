"""A provider calls: verified, kept once, answered; what it tells is handled by a job."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from hammock.departments.sales.ports import provider
from hammock.departments.sales.rules import packed
from hammock.kit import inbox, jobs


def receive_webhook(*, provider_name: str, body: bytes, headers: Mapping[str, str]) -> bool:
    """Keep the call and queue its handling; False when it was here before.

    Raises `WebhookRefused` for what the provider did not sign, `ProviderRefused` where no such
    provider is set up.
    """
    webhook = provider(provider_name).read_webhook(body=body, headers=headers)
    with transaction.atomic(durable=True):
        message = inbox.keep(
            source=provider_name,
            external_id=webhook.external_id,
            kind=webhook.kind,
            content=[packed(news) for news in webhook.news],
        )
        if message is None:
            return False
        if webhook.news:
            jobs.enqueue("handle_webhook", message_id=message.pk)
        else:
            inbox.mark_handled(message)
    return True
