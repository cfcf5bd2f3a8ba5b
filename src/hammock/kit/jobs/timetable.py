"""The timetable's clockwork: whichever worker comes first queues what is due, once.

The row (job, moment) is unique and commits together with the job, so two schedulers never queue
one moment twice, and none is lost between the two.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from hammock.kit import clock
from hammock.kit.jobs import actions, registry
from hammock.kit.jobs.models import Due


def queue_due() -> int:
    """Queue every job whose moment came since it was last looked at; tells how many.

    However many moments were missed, the job is queued once; not at all while its last run is
    still queued or running. A job new to the timetable waits for its first moment to come.
    """
    now, zone = clock.now(), timezone.get_current_timezone()
    seen = dict(Due.objects.values_list("job").annotate(Max("due_at")))
    queued = 0
    for name, when in registry.timetable().items():
        moment = when.latest(now, zone)
        if name not in seen:
            Due.objects.get_or_create(job=name, due_at=moment)
        elif moment > seen[name]:
            queued += _queue(name, moment)
    return queued


def next_due() -> datetime:
    """Tell when `queue_due` has something to do next: an hour from now at the latest."""
    now, zone = clock.now(), timezone.get_current_timezone()
    moments = [when.following(now, zone) for when in registry.timetable().values()]
    return min([*moments, now + timedelta(hours=1)])


def _queue(name: str, moment: datetime) -> bool:
    with transaction.atomic():
        _due, is_new = Due.objects.get_or_create(job=name, due_at=moment)
        if not is_new:
            return False
        return actions.enqueue(name, dedupe="timetable", run_after=None, kwargs={}) is not None
