"""`hammock work`: the background jobs alone (`hammock serve` starts them by itself)."""

from __future__ import annotations

import os
import signal
import threading
from argparse import ArgumentParser
from importlib import import_module
from types import FrameType
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from hammock.kit import collecting, parents
from hammock.kit.jobs import worker

POLITE = 10  # mails and sweeps yield the processor to visitors of the shop


class Command(BaseCommand):
    """Runs jobs until told to stop; finishes what it is at."""

    help = "run the background jobs until Ctrl-C (for a machine of their own)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what `hammock serve` asks for."""
        parser.add_argument(
            "--by-serve",
            action="store_true",
            help="print the addresses first, and end with the process that asked, as serve does",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run the worker."""
        if options["by_serve"]:
            parents.end_with_parent()
            call_command("addresses", stdout=self.stdout)
        # NumPy's parts import one another: two jobs that import it at once could meet it half made.
        import_module("numpy")
        os.nice(POLITE)
        collecting.spare_what_is_loaded()
        stop = threading.Event()

        def told(_number: int, _frame: FrameType | None) -> None:
            stop.set()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, told)
        worker.run_forever(stop)
