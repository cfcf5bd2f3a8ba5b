"""The thread of a serving process that writes down what it gathered of visits and searches.

It writes every few seconds in one short transaction. A process that is killed loses at most what
came within two rounds; a database that is away is waited for.
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
    """Keep writing until stopped; runs in a thread of the serving process."""
    noted: date | None = None
    while True:
        close_old_connections()
        try:
            noted = turn(gatherer, noted=noted)
        except (DatabaseError, OSError):
            log.warning("What was gathered of visits waits to be written", exc_info=True)
        if stop.wait(seconds):
            return


def turn(gatherer: Gatherer, *, noted: date | None, secrets: Path = SECRETS) -> date:
    """Begin the day if it is a new one, and write what is ready; tells the day that is counted.

    Raises what the database raises; then nothing gathered is lost.
    """
    today = clock.today()
    if gatherer.day != today:
        daily_secret.forget(before=today, folder=secrets)
        gatherer.begin(today, secret=daily_secret.of(today, folder=secrets))
    if noted != today:
        count_visits(Gathered(day=today))
    _write(gatherer)
    return today


def _write(gatherer: Gatherer) -> None:
    waiting = gatherer.gathered()
    while waiting:
        try:
            count_visits(waiting[0])
        except DatabaseError:
            for one in waiting:
                gatherer.put_back(one)
            raise
        del waiting[0]
