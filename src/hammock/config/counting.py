"""The thread of a serving process that writes down what it gathered of visits and searches.

It writes every few seconds in one short transaction. A process that is killed loses what waits for
its round (`Gatherer`); a database that is away is waited for.
"""

from __future__ import annotations

import logging
import threading
from datetime import date
from pathlib import Path

from django.db import DatabaseError, close_old_connections

from hammock.departments.marketing.gathering import Gathered, Gatherer
from hammock.flows.count_visits import SECRETS, count_visits
from hammock.kit import clock, daily_secret

SECONDS = 3.0
log = logging.getLogger(__name__)


def watch(gatherer: Gatherer, stop: threading.Event, *, seconds: float = SECONDS) -> None:
    """Let counting begin and keep writing until stopped; runs in a thread of the process."""
    noted: date | None = None
    while True:
        close_old_connections()
        try:
            begin(gatherer)
            noted = write(gatherer, noted=noted)
        except (DatabaseError, OSError):
            log.warning("What was gathered of visits waits to be written", exc_info=True)
        if stop.wait(seconds):
            return


def begin(gatherer: Gatherer, *, secrets: Path = SECRETS) -> None:
    """Begin the day where it is a new one, with its secret; yesterday's is deleted."""
    today = clock.today()
    if gatherer.day != today:
        daily_secret.forget(before=today, folder=secrets)
        gatherer.begin(today, secret=daily_secret.of(today, folder=secrets))


def write(gatherer: Gatherer, *, noted: date | None) -> date | None:
    """Write what is ready, and once a day (`noted` is the last) that the day is counted.

    Raises what the database raises; then nothing gathered is lost.
    """
    if gatherer.day is not None and gatherer.day != noted:
        count_visits(Gathered(day=gatherer.day))
    _write_ready(gatherer)
    return gatherer.day


def _write_ready(gatherer: Gatherer) -> None:
    waiting = gatherer.gathered()
    while waiting:
        try:
            count_visits(waiting[0])
        except DatabaseError:
            for one in waiting:
                gatherer.put_back(one)
            raise
        del waiting[0]
