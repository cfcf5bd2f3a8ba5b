"""Work that was owed to a customer is done, and they hear of it."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.customers import queries as customers
from hammock.departments.delivery.errors import NotEntitled
from hammock.departments.delivery.events import TaskDone
from hammock.departments.delivery.models import FulfilmentTask
from hammock.kit import clock, facts, mail
from hammock.kit.locks import lock


def finish_task(*, entitlement_id: int, note: str) -> bool:
    """Mark the task as done and mail its result (`note`, plain text); False if it was not open.

    Raises `NotEntitled` where there is no such task.
    """
    with transaction.atomic(durable=True):
        found = lock(
            FulfilmentTask.objects.filter(entitlement_id=entitlement_id).select_related(
                "entitlement__customer", "entitlement__product"
            )
        )
        if not found:
            raise NotEntitled
        task = found[0]
        if task.state != FulfilmentTask.State.OPEN:
            return False
        task.state, task.note, task.done_at = FulfilmentTask.State.DONE, note, clock.now()
        task.save(update_fields=["state", "note", "done_at"])
        facts.state(
            TaskDone(entitlement_id=entitlement_id),
            about=f"order:{task.entitlement.order_reference}",
        )
        _write(task)
    return True


def _write(task: FulfilmentTask) -> None:
    customer = task.entitlement.customer
    if not customer.email:
        return
    letter = mail.compose(
        "delivery/mail_task",
        {
            **customers.letterhead(name=customer.name),
            "task": {"title": task.entitlement.product.title, "done": True, "result": task.note},
        },
    )
    mail.queue(key=f"done:{task.entitlement_id}", to=customer.email, letter=letter)
