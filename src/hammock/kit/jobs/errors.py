"""What can be wrong about a job, as facts."""

from __future__ import annotations

from hammock.kit.errors import HammockError


class JobError(HammockError):
    """Something about a background job cannot be done."""


class UnknownJob(JobError):
    """No job of this name is registered."""

    def __init__(self, *, name: str) -> None:
        super().__init__(name)
        self.name = name

    def sentence(self) -> str:
        """Name it."""
        return f"No job called “{self.name}” is registered."


class DuplicateJob(JobError):
    """Two functions want the same job name."""

    def __init__(self, *, name: str, first: str, second: str) -> None:
        super().__init__(name, first, second)
        self.name = name
        self.first = first
        self.second = second

    def sentence(self) -> str:
        """Name both functions."""
        return f"Two jobs are called “{self.name}”: {self.first} and {self.second}."


class JobArguments(JobError):
    """A job cannot take or keep these arguments."""

    def __init__(self, *, name: str, problem: str) -> None:
        super().__init__(name, problem)
        self.name = name
        self.problem = problem

    def sentence(self) -> str:
        """Name the job, then the problem."""
        return f"Job “{self.name}”: {self.problem}."


class NotFailed(JobError):
    """Only a failed job can be tried again by hand."""

    def __init__(self, *, job_id: int, state: str) -> None:
        super().__init__(job_id, state)
        self.job_id = job_id
        self.state = state

    def sentence(self) -> str:
        """Name the job and how it stands."""
        return f"Job {self.job_id} is {self.state}; only a failed job can be tried again."


class AlreadyQueued(JobError):
    """The same work is queued or running under its dedupe key."""

    def __init__(self, *, job_id: int, dedupe_key: str) -> None:
        super().__init__(job_id, dedupe_key)
        self.job_id = job_id
        self.dedupe_key = dedupe_key

    def sentence(self) -> str:
        """Name the job and the key."""
        return f"Job {self.job_id} need not be tried again: “{self.dedupe_key}” is queued already."


class WorkerLost(JobError):
    """The worker that held the job died or lost its machine before the job ended."""

    def __init__(self, *, worker: str) -> None:
        super().__init__(worker)
        self.worker = worker

    def sentence(self) -> str:
        """Name the worker."""
        return f"Worker {self.worker} did not come back before its lease ended."
