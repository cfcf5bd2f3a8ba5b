"""What failed in the background is tried again because a person says so."""

from __future__ import annotations

from django.db import transaction

from hammock.kit import jobs, mail
from hammock.kit.jobs import actions


def retry_job(*, job_id: int) -> None:
    """Queue a failed job anew. Raises `NotFailed`, `AlreadyQueued`, or Job.DoesNotExist."""
    with transaction.atomic(durable=True):
        actions.retry(job_id=job_id)


def retry_mail(*, mail_id: int) -> bool:
    """Queue a mail that could not be sent; False if it is not one of those."""
    with transaction.atomic(durable=True):
        if not mail.requeue(mail_id=mail_id):
            return False
        jobs.enqueue("send_mail", dedupe=f"send_mail:{mail_id}", mail_id=mail_id)
    return True
