"""Jobs: what runs in the background, what failed, and trying it again."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from hammock.doors.console import frame
from hammock.doors.console.frame import Finding, Link
from hammock.flows.try_again import retry_job
from hammock.kit import clock
from hammock.kit.errors import HammockError
from hammock.kit.jobs import queries
from hammock.kit.jobs.models import Job, State

LATE_MINUTES = 10


def findings() -> list[Finding]:
    """Tell of jobs that failed for good, and of a worker that does not work."""
    counts = queries.counts()
    place = Link(label="See jobs", url=reverse("console:jobs"))
    found = []
    if counts.failed:
        what = "1 job failed" if counts.failed == 1 else f"{counts.failed} jobs failed"
        found.append(Finding(sentence=f"{what} for good: read why, then try again.", action=place))
    late = counts.waiting_since and clock.now() - counts.waiting_since
    if late and late.total_seconds() > LATE_MINUTES * 60:
        found.append(
            Finding(
                sentence=f"A job has waited for {late.total_seconds() // 60:,.0f} minutes: the "
                "worker does not run, or cannot keep up. Is “hammock serve” running?",
                action=place,
            )
        )
    return found


@frame.needs("jobs.view_job")
def job_list(request: HttpRequest) -> HttpResponse:
    """Show jobs of one state, the failed ones first of all."""
    state = request.GET.get("state", State.FAILED)
    if state not in State.values:
        raise Http404
    order = ("run_after", "pk") if state == State.QUEUED else ("-finished_at", "-pk")
    counts = queries.counts()
    return frame.show(
        request,
        "jobs.html",
        title="Jobs",
        state=state,
        states=[(name, State(name).label, getattr(counts, name)) for name in State.values],
        page=frame.turned(request, Job.objects.filter(state=state).order_by(*order)),
        query=frame.kept_query(request),
        may_change=request.user.has_perm("jobs.change_job"),
    )


@require_POST
@frame.needs("jobs.change_job")
def job_retry(request: HttpRequest, job_id: int) -> HttpResponse:
    """Try a failed job again."""
    try:
        retry_job(job_id=job_id)
    except Job.DoesNotExist as missing:
        raise Http404 from missing
    except HammockError as error:
        frame.failed(request, error.sentence())
    else:
        frame.done(request, "The job is queued again.")
    return redirect("console:jobs")


urls = [
    path("jobs/", job_list, name="jobs"),
    path("jobs/<int:job_id>/retry/", job_retry, name="job_retry"),
]
