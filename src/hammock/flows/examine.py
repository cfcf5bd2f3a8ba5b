"""The shop is examined: settings, database, books, deliveries, jobs, mail, payments, files, room.

Each check looks at one thing and gives its findings; none changes anything but the probe file that
the file store is asked to take and forget. `hammock doctor` prints them, Today shows the bad ones.
"""

from __future__ import annotations

import io
import shutil
import stat
from collections.abc import Callable, Generator, Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from hammock.departments.catalogue.models import Shop
from hammock.departments.catalogue.ports import files
from hammock.departments.delivery.models import Entitlement
from hammock.departments.ledger import queries as books
from hammock.departments.ledger.models import Entry
from hammock.departments.sales import queries as sales
from hammock.departments.sales.models import Order
from hammock.departments.sales.ports import wired
from hammock.kit import clock, tables
from hammock.kit.errors import HammockError
from hammock.kit.health import Finding, error, ok, warning
from hammock.kit.jobs import queries as jobs
from hammock.kit.mail.models import OutgoingMail

TRIGGERS = ("ledger_entry_balances", "ledger_line_comes_first")
LONG_WAIT = timedelta(minutes=5)
LITTLE_ROOM = 1_000_000_000
PROBE = "probe/doctor.txt"


def examine() -> Iterator[Finding]:
    """Look at everything, the database first; a check that cannot be made is a finding itself."""
    if not (yield from _database()):
        return
    for check in CHECKS:
        try:
            yield from check()
        except (HammockError, OSError, DatabaseError) as problem:
            area = check.__name__.strip("_").replace("_", " ")
            yield error(
                area, f"This could not be examined: {problem}", remedy="See the line itself."
            )


def _database() -> Generator[Finding, None, bool]:
    """Yield findings; the generator's value tells whether the rest can be examined."""
    try:
        connection.ensure_connection()
    except DatabaseError as problem:
        yield error("database", f"It does not answer: {problem}", remedy="Check DATABASE_URL.")
        return False
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        yield error(
            "database",
            f"{len(missing)} changes of this version are not applied.",
            remedy="Run `hammock migrate` (`hammock serve` does it by itself).",
        )
        return False
    yield ok("database", f"It answers ({connection.vendor}) and is up to date.")
    if connection.vendor == "sqlite":
        yield from _sqlite()
    return True


def _sqlite() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
        broken = cursor.execute("PRAGMA quick_check(1)").fetchone()[0]
    if mode != "wal":
        yield error("database", f"SQLite writes in {mode} mode.", remedy="Restart Hammock.")
    if broken != "ok":
        yield error("database", f"The file is damaged: {broken}", remedy="Restore a backup.")


def _data_folder() -> Iterator[Finding]:
    for path in (settings.HAMMOCK_DATA / "secrets.json",):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            yield error(
                "secrets", f"{path.name} can be read by others.", remedy=f"chmod 600 {path}"
            )
        else:
            yield ok("secrets", f"{path.name} is for its owner alone.")
    free = shutil.disk_usage(settings.HAMMOCK_DATA).free
    if free < LITTLE_ROOM:
        yield warning("disk", f"Only {free // 10**6} MB are free.", remedy="Make room.")
    else:
        yield ok("disk", f"{free // 10**9} GB are free.")


def _business() -> Iterator[Finding]:
    shop = Shop.objects.first()
    if shop is None:
        yield error("business", "There is none yet.", remedy="Run `hammock setup`.")
        return
    yield ok("business", f"“{shop.name}” sells in {shop.currency}.")
    if shop.is_live and not settings.HAMMOCK_URL.startswith("https://"):
        yield error(
            "address",
            f"A live shop at {settings.HAMMOCK_URL} is not encrypted.",
            remedy="Put a TLS proxy before it and set HAMMOCK_URL to its https:// address.",
        )


def _books() -> Iterator[Finding]:
    lost = [name for name in TRIGGERS if name not in tables.triggers()]
    for name in lost:
        yield error("books", f"The trigger {name} is gone.", remedy="Restore a backup; tell us.")
    wrong = books.findings()
    for sentence in wrong[:5]:
        yield error("books", sentence, remedy="Restore a backup; tell us.")
    if not lost and not wrong:
        yield ok("books", f"{Entry.objects.count()} entries, all balanced and guarded.")


def _orders() -> Iterator[Finding]:
    grace = clock.now() - LONG_WAIT
    paid = Order.objects.filter(state=Order.State.PAID, origin="shop", paid_at__lt=grace)
    references = Entitlement.objects.values("order_reference")
    undelivered = paid.exclude(reference__in=references)
    for order in undelivered[:5]:
        yield error(
            "orders",
            f"Order {order.reference} is paid and nothing of it is delivered.",
            remedy="Open it in the console and send its goods again.",
        )
    stuck = sales.lapsed(grace).count()
    if stuck:
        yield warning(
            "orders",
            f"{stuck} unpaid orders still hold goods.",
            remedy="The background jobs free them: see that `hammock serve` runs.",
        )
    if not stuck and not undelivered.exists():
        yield ok("orders", f"{paid.count()} paid orders, all delivered.")


def _jobs() -> Iterator[Finding]:
    counts = jobs.counts()
    if counts.failed:
        yield warning(
            "jobs",
            f"{counts.failed} failed for good.",
            remedy="Look at them under Jobs in the console, mend the cause and try again.",
        )
    waiting = clock.now() - (counts.waiting_since or clock.now())
    if waiting > LONG_WAIT:
        yield error(
            "jobs",
            f"The oldest has been waiting for {int(waiting.total_seconds() // 60)} minutes.",
            remedy="Start `hammock serve` (or `hammock work` on a machine of its own).",
        )
    elif not counts.failed:
        yield ok("jobs", f"{counts.queued} queued, {counts.running} running, none failed.")


def _mail() -> Iterator[Finding]:
    failed = OutgoingMail.objects.filter(state=OutgoingMail.State.FAILED).count()
    if failed:
        yield warning(
            "mail", f"{failed} mails could not be sent.", remedy="See Mails in the console."
        )
    if "smtp" not in settings.EMAIL_BACKEND:
        yield warning(
            "mail",
            "Mails are written to files and sent to nobody.",
            remedy="Set EMAIL_URL to your mail server (docs/configuration.md).",
        )
        return
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with get_connection():
            yield ok("mail", f"{server} takes our mails.")
    except OSError as problem:
        yield error("mail", f"{server}: {problem}", remedy="Check EMAIL_URL.")


def _payments() -> Iterator[Finding]:
    shop = Shop.objects.first()
    environment = settings.ENVIRONMENT
    if shop is not None and not shop.is_live:
        yield warning(
            "payments",
            "Test payments: no real money moves.",
            remedy="Switch to real payments in the console when you are ready.",
        )
    if shop is not None and shop.is_live and "stripe" not in wired():
        yield error("payments", "Nobody can take money.", remedy="Set STRIPE_SECRET_KEY.")
    if not environment.stripe_secret_key:
        return
    if not environment.stripe_webhook_secret:
        yield error(
            "payments",
            "Stripe's calls cannot be verified.",
            remedy=f"Add {settings.HAMMOCK_URL}/api/webhooks/payments/stripe/ at Stripe and set "
            "STRIPE_WEBHOOK_SECRET.",
        )
    if shop is not None and shop.is_live and environment.stripe_secret_key.startswith("sk_test_"):
        yield error(
            "payments", "A live shop has Stripe's test key.", remedy="Use the key sk_live_…"
        )


def _files() -> Iterator[Finding]:
    content = b"probe"
    files().put(key=PROBE, content=io.BytesIO(content))
    read = b"".join(files().read(key=PROBE, start=0, length=len(content)))
    if read != content:
        yield error("files", "The store gives back other bytes.", remedy="Check STORAGE_URL.")
    else:
        yield ok("files", "The store takes files and gives them back.")


def _outbox_room() -> Iterator[Finding]:
    if not Path(settings.MEDIA_ROOT).is_dir():
        yield warning("pictures", "There is no folder for pictures.", remedy="Run `hammock serve`.")


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _data_folder,
    _business,
    _books,
    _orders,
    _jobs,
    _mail,
    _payments,
    _files,
    _outbox_room,
)
