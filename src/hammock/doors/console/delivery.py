"""Tasks: the work that is owed to customers of services."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from hammock.departments.delivery import overview
from hammock.departments.delivery.errors import NotEntitled
from hammock.departments.delivery.models import FulfilmentTask
from hammock.doors.console import frame
from hammock.doors.console.frame import Finding, Link
from hammock.flows.finish_task import finish_task
from hammock.kit import clock, showing

LONGEST_NOTE = 10_000


def findings() -> list[Finding]:
    """List the work that is late."""
    return [
        Finding(
            sentence=f"{task.entitlement.product.title} for {task.entitlement.customer} was due "
            f"on {showing.day(task.due_on)}.",
            action=Link(label="Open tasks", url=reverse("console:tasks")),
        )
        for task in overview.overdue(on=clock.today())[:10]
    ]


@frame.needs("delivery.view_fulfilmenttask")
def task_list(request: HttpRequest) -> HttpResponse:
    """Show what is to be done, or what was done."""
    state = request.GET.get("state", FulfilmentTask.State.OPEN)
    if state not in FulfilmentTask.State.values:
        raise Http404
    found = overview.tasks(state=state)
    if state != FulfilmentTask.State.OPEN:
        found = found.order_by("-done_at", "-due_on")
    return frame.show(
        request,
        "tasks.html",
        title="Tasks",
        page=frame.turned(request, found),
        query=frame.kept_query(request),
        state=state,
        states=FulfilmentTask.State.choices,
        today=clock.today(),
        may_change=request.user.has_perm("delivery.change_fulfilmenttask"),
    )


@require_POST
@frame.needs("delivery.change_fulfilmenttask")
def task_finish(request: HttpRequest, entitlement_id: int) -> HttpResponse:
    """Mark a task as done and tell the customer."""
    note = request.POST.get("note", "").strip()
    if len(note) > LONGEST_NOTE:
        frame.failed(request, f"The result is longer than {LONGEST_NOTE:,} letters.")
        return redirect("console:tasks")
    try:
        was_open = finish_task(entitlement_id=entitlement_id, note=note)
    except NotEntitled as missing:
        raise Http404 from missing
    if was_open:
        frame.done(request, "Done. The customer gets a mail with the result.")
    else:
        frame.failed(request, "This task was not open any more; nothing changed.")
    return redirect("console:tasks")


urls = [
    path("tasks/", task_list, name="tasks"),
    path("tasks/<int:entitlement_id>/finish/", task_finish, name="task_finish"),
]
