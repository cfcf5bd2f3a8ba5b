"""`hammock serve`: the shop, the console and the background jobs, until Ctrl-C."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

import hammock
from hammock.departments.catalogue.models import Shop

STOP_SECONDS = 10


class Command(BaseCommand):
    """Starts two processes, web and jobs, and ends both when either ends or is told to."""

    help = "serve the shop, the console and the background jobs until Ctrl-C"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `--sample`."""
        parser.add_argument(
            "--sample", action="store_true", help="fill the sample business first if there is none"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Prepare what is missing, say where everything is, then watch over both processes."""
        prepare(self)
        if not Shop.objects.exists():
            if not options["sample"]:
                raise CommandError(
                    "There is no business here yet: run `hammock setup` for yours, or "
                    "`hammock demo` for a sample."
                )
            call_command("demo", interactive=False, stdout=self.stdout)
        call_command("addresses", stdout=self.stdout)
        connection.close()
        sys.exit(_watch([_web(), _jobs()]))


def prepare(command: BaseCommand) -> None:
    """Bring the database and the static files up to date if this version needs it."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        command.stdout.write("Preparing the database …")
        call_command("migrate", interactive=False, verbosity=0)
    mark = Path(settings.STATIC_ROOT) / ".collected"
    if not mark.exists() or mark.read_text() != _static_version():
        command.stdout.write("Collecting styles and pictures …")
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        mark.write_text(_static_version())
    Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)


def _static_version() -> str:
    """Name what the static files were collected from: the newest change of our own ones."""
    package = Path(hammock.__file__).parent
    newest = max(
        (path.stat().st_mtime_ns for path in package.glob("**/static/**/*") if path.is_file()),
        default=0,
    )
    return f"{hammock.__version__} {newest}"


def _web() -> list[str]:
    environment = settings.ENVIRONMENT
    return [
        *(sys.executable, "-m", "granian", "hammock.config.asgi:application"),
        *("--interface", "asgi", "--no-ws", "--http", "1", "--loop", "asyncio"),
        *("--host", environment.host, "--port", str(environment.port)),
        *("--workers", str(environment.workers), "--workers-kill-timeout", "5"),
        *("--log-level", "warning", "--process-name", "hammock-web"),
        *("--static-path-route", "/static", "--static-path-mount", str(settings.STATIC_ROOT)),
        *("--static-path-route", "/media", "--static-path-mount", str(settings.MEDIA_ROOT)),
    ]


def _jobs() -> list[str]:
    return [sys.executable, "-m", "hammock.config.cli", "work"]


def _watch(commands: list[list[str]]) -> int:
    """Run the processes until one ends or we are told to stop; then end all; answers the exit code."""
    over = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        over.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    # Their own process groups: a Ctrl-C reaches us alone, and we end them in order.
    children = [
        subprocess.Popen(command, start_new_session=True)  # noqa: S603 - our own commands
        for command in commands
    ]
    while not over.wait(0.2):
        if any(child.poll() is not None for child in children):
            break
    was_told = over.is_set()
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        _await(child)
    return 0 if was_told else 1


def _await(child: subprocess.Popen[bytes]) -> None:
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
