"""The shop is examined: database, secrets, room, pages, books, orders, jobs, mail, money, files.

Each check looks at one thing and gives its findings; none changes anything but the probe file that
the file store is asked to take. `hammock doctor` prints them.
"""

from __future__ import annotations

import io
import shutil
import stat
from collections.abc import Callable, Generator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from hammock.departments.catalogue.models import ReleaseFile, Shop
from hammock.departments.catalogue.ports import FileMissing, files
from hammock.departments.decisions import queries as decisions
from hammock.departments.delivery.models import Entitlement
from hammock.departments.ledger import queries as books
from hammock.departments.ledger.models import Entry
from hammock.departments.marketing import first_pages
from hammock.departments.sales import overview
from hammock.departments.sales import queries as sales
from hammock.departments.sales.ports import (
    ProviderRefused,
    ProviderUnavailable,
    provider,
    wired,
)
from hammock.departments.team import access as team
from hammock.kit import clock, links, mailbox
from hammock.kit.errors import FieldError, HammockError
from hammock.kit.health import Finding, error, ok, warning
from hammock.kit.jobs import queries as jobs
from hammock.kit.mail import queries as mails
from hammock.kit.own_address import own_address

LONG_WAIT = timedelta(minutes=5)
LITTLE_ROOM = 1_000_000_000
PROBE = "probe/doctor.txt"
NAMED = 5  # of the same kind: who has a thousand of them needs no thousand lines
LOOKED_UP = 50
_EVER = datetime(2000, 1, 1, tzinfo=UTC)
_LIVE_KEYS = ("sk_live_", "rk_live_")
_TEST_KEYS = ("sk_test_", "rk_test_")


def examine() -> Iterator[Finding]:
    """Look at everything, the database first; a check that cannot be made is a finding itself."""
    try:
        if not (yield from _database()):
            return
    except DatabaseError as problem:
        yield error("database", f"It does not answer: {problem}", remedy="Check DATABASE_URL.")
        return
    for area, check in CHECKS.items():
        try:
            yield from check()
        except (HammockError, OSError, DatabaseError) as problem:
            yield error(
                area,
                f"This could not be examined: {problem}",
                remedy="Mend what it says, then run `hammock doctor` again.",
            )


def stripe_findings(
    *, secret_key: str, webhook_secret: str, is_live: bool, webhook_url: str
) -> list[Finding]:
    """Judge Stripe's settings by their form: the right kinds, and of the same world as the shop."""
    found: list[Finding] = []
    if not secret_key.startswith((*_LIVE_KEYS, *_TEST_KEYS)):
        found.append(
            error(
                "payments",
                "STRIPE_SECRET_KEY is no secret key of Stripe.",
                remedy="Use the one that begins with sk_live_ (or sk_test_ to try things out).",
            )
        )
    elif is_live and secret_key.startswith(_TEST_KEYS):
        found.append(
            error(
                "payments",
                "The shop is live and has Stripe's test key: buyers pay nothing.",
                remedy="Set STRIPE_SECRET_KEY to the key that begins with sk_live_.",
            )
        )
    if not webhook_secret.startswith("whsec_"):
        seen = "is no signing secret" if webhook_secret else "is not set"
        found.append(
            error(
                "payments",
                f"STRIPE_WEBHOOK_SECRET {seen}: Stripe's calls cannot be verified.",
                remedy=f"At Stripe, add the endpoint {webhook_url} and set it to the endpoint's "
                "signing secret (whsec_…).",
            )
        )
    return found or [ok("payments", "Stripe's key and webhook secret are of the right kind.")]


def _database() -> Generator[Finding, None, bool]:
    """Yield findings; the generator's value tells whether the rest can be examined."""
    connection.ensure_connection()
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        yield error(
            "database",
            f"{len(missing)} changes of this version are not applied.",
            remedy="Run `hammock prepare` (`hammock serve` does it by itself).",
        )
        return False
    yield ok("database", f"It answers ({connection.vendor}) and is up to date.")
    if connection.vendor == "sqlite":
        yield from _sqlite()
    return True


def _sqlite() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
        guarded = cursor.execute("PRAGMA foreign_keys").fetchone()[0]
        broken = cursor.execute("PRAGMA quick_check(1)").fetchone()[0]
        orphans = cursor.execute("PRAGMA foreign_key_check").fetchmany(NAMED)
    if mode != "wal":
        yield error(
            "database",
            f"SQLite writes in {mode} mode, not in WAL.",
            remedy="Put the data folder on a local disk (no network share) and restart.",
        )
    if not guarded:
        yield error("database", "Foreign keys are not held.", remedy="Reinstall Hammock.")
    if broken != "ok":
        yield error("database", f"The file is damaged: {broken}", remedy="Restore a backup.")
    for table, row, other, _key in orphans:
        yield error(
            "database",
            f"Row {row} of {table} points at nothing in {other}.",
            remedy="Restore a backup from before somebody wrote past Hammock.",
        )


def _secrets() -> Iterator[Finding]:
    data = Path(settings.HAMMOCK_DATA)
    for path in (data / "secrets.json", data / "hammock.env"):
        if not path.exists():
            continue
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield error(
                "secrets", f"Others can read {path.name}.", remedy=f"Run `chmod 600 {path}`."
            )
        else:
            yield ok("secrets", f"{path.name} is for its owner alone.")
    if stat.S_IMODE(data.stat().st_mode) & 0o022:
        yield error("secrets", f"Others can write into {data}.", remedy=f"Run `chmod 700 {data}`.")


def _room() -> Iterator[Finding]:
    free = shutil.disk_usage(settings.HAMMOCK_DATA).free
    if free < LITTLE_ROOM:
        yield warning(
            "room",
            f"Only {free // 10**6} MB are free on the disk.",
            remedy="Make room: when it is full, nothing can be sold.",
        )
    else:
        yield ok("room", f"{free // 10**9} GB are free on the disk.")


def _address() -> Iterator[Finding]:
    host = settings.ENVIRONMENT.host
    try:
        number = own_address(host=host, port=0)  # the port itself may be the running shop's
    except FieldError as wrong:
        yield error(
            "address",
            wrong.sentence(),
            remedy="Set HAMMOCK_HOST to 127.0.0.1 (behind a proxy on this machine) or 0.0.0.0.",
        )
    else:
        yield ok("address", f"The shop listens at {number}, port {settings.ENVIRONMENT.port}.")


def _business() -> Iterator[Finding]:
    shop = Shop.objects.first()
    if shop is None:
        yield error("business", "There is none yet.", remedy="Run `hammock setup`.")
        return
    yield ok("business", f"“{shop.name}” sells in {shop.currency}.")
    if shop.is_live and not settings.HAMMOCK_URL.startswith("https://"):
        yield error(
            "business",
            f"The shop is live at {settings.HAMMOCK_URL}, which is not encrypted.",
            remedy="Put a TLS proxy before it and set HAMMOCK_URL to its https:// address.",
        )
    if settings.DEBUG:
        yield (error if shop.is_live else warning)(
            "business",
            "HAMMOCK_DEBUG is on: error pages show the shop's inside to everybody.",
            remedy="Remove HAMMOCK_DEBUG and restart.",
        )


def _pages() -> Iterator[Finding]:
    shop, unwritten = Shop.objects.first(), first_pages.unwritten()
    if unwritten:
        yield (error if shop is not None and shop.is_live else warning)(
            "pages",
            f"Not there or still a draft that came with the shop: {', '.join(unwritten)}.",
            remedy="Write and publish them under Pages in the console; have somebody who knows "
            "your country's law read terms and privacy.",
        )
    else:
        yield ok("pages", "Front page, terms and privacy are in the owner's words.")


def _books() -> Iterator[Finding]:
    wrong = [*books.findings(), *sales.findings()]
    for sentence in wrong[:NAMED]:
        yield error(
            "books",
            sentence,
            remedy="Hammock does not do this by itself: keep a copy (`hammock backup`), restore a "
            "backup from before, and report it.",
        )
    if not wrong:
        yield ok(
            "books",
            f"{Entry.objects.count()} entries, all balanced and guarded; all money is booked.",
        )


def _orders() -> Iterator[Finding]:
    grace = clock.now() - LONG_WAIT
    paid = overview.deliverable(since=_EVER, until=grace)
    missing = paid.exclude(reference__in=Entitlement.objects.values("order_reference"))
    for order in missing[:NAMED]:
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
    if not stuck and not missing.exists():
        yield ok("orders", f"{paid.count()} paid orders with goods, all delivered.")


def _jobs() -> Iterator[Finding]:
    counts, last = jobs.counts(), jobs.last_turn()
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
    elif last is None or clock.now() - last > LONG_WAIT:
        seen = f"since {last:%Y-%m-%d %H:%M} UTC" if last else "yet"
        yield warning(
            "jobs",
            f"Nobody has run the timetable {seen}.",
            remedy="Start `hammock serve` (or `hammock work` on a machine of its own).",
        )
    elif not counts.failed:
        yield ok("jobs", f"{counts.queued} queued, {counts.running} running, none failed.")


def _mail() -> Iterator[Finding]:
    remedy = "See Mails in the console."
    if failed := mails.refused().count():
        yield warning("mail", f"{failed} mails could not be sent.", remedy=remedy)
    if back := mails.came_back().count():
        lately = f"the last {mails.TOLD_FOR.days} days"
        yield warning("mail", f"Mails that came back in {lately}: {back}.", remedy=remedy)
    if "smtp" not in settings.EMAIL_BACKEND:
        yield warning(
            "mail",
            f"Mails are written to a folder and sent to nobody ({settings.ENVIRONMENT.email_url}).",
            remedy="Set EMAIL_URL to your mail server (docs/configuration.md).",
        )
        return
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with get_connection():
            yield ok("mail", f"{server} lets us in.")
    except OSError as problem:
        yield error("mail", f"{server}: {problem}", remedy="Check EMAIL_URL.")


def _inbox() -> Iterator[Finding]:
    if settings.INBOX is None:
        yield ok("inbox", "No mailbox is read (INBOX_URL): partners answer by their link.")
        return
    try:
        with mailbox.opened(settings.INBOX):
            yield ok("inbox", f"{settings.INBOX.name} lets us in.")
    except mailbox.MailboxRefused as refused:
        yield error("inbox", refused.sentence(), remedy="Check INBOX_URL (docs/configuration.md).")


def _payments() -> Iterator[Finding]:
    shop, environment = Shop.objects.first(), settings.ENVIRONMENT
    is_live = shop is not None and shop.is_live
    if not is_live:
        yield warning(
            "payments",
            "Test payments: no real money moves.",
            remedy="Switch to real payments in the console when you are ready.",
        )
    elif "stripe" not in wired():
        yield error("payments", "Nobody can take money.", remedy="Set STRIPE_SECRET_KEY.")
    if environment.stripe_secret_key:
        yield from stripe_findings(
            secret_key=environment.stripe_secret_key,
            webhook_secret=environment.stripe_webhook_secret,
            is_live=is_live,
            webhook_url=links.absolute("api:payment_webhook", provider="stripe"),
        )
        yield from key_findings()


def key_findings() -> Iterator[Finding]:
    """Ask Stripe whether it takes the key: one of the right form may be another's, or revoked."""
    if "stripe" not in wired():
        return
    try:
        provider("stripe").knock()
    except ProviderUnavailable as silent:
        yield warning(
            "payments",
            f"Stripe could not be asked whether it takes the key ({silent.problem}).",
            remedy="See that this machine reaches api.stripe.com, then run this again.",
        )
    except ProviderRefused as refused:
        yield error(
            "payments",
            f"Stripe does not take STRIPE_SECRET_KEY: {refused.problem}",
            remedy="Copy the secret key anew from Stripe's dashboard, under Developers, API keys.",
        )
    else:
        yield ok("payments", "Stripe takes the key.")


def _files() -> Iterator[Finding]:
    content = b"probe"
    files().put(key=PROBE, content=io.BytesIO(content))
    if b"".join(files().read(key=PROBE, start=0, length=len(content))) != content:
        yield error("files", "The store gives back other bytes.", remedy="Check STORAGE_URL.")
        return
    lost = [file for file in ReleaseFile.objects.order_by("-pk")[:LOOKED_UP] if _is_lost(file)]
    for file in lost[:NAMED]:
        yield error(
            "files",
            f"“{file.name}” of {file.release.product.title} {file.release.version} is not whole "
            "in the store.",
            remedy="Put it in again under Products in the console, or restore a backup.",
        )
    if not lost:
        yield ok("files", f"The store takes and gives files; the newest {LOOKED_UP} are there.")


def _decisions() -> Iterator[Finding]:
    wrong = decisions.findings(now=clock.now())
    for sentence in wrong:
        yield error(
            "decisions",
            sentence,
            remedy="See that `hammock serve` runs; for a lost trigger, restore a backup.",
        )
    if not wrong:
        yield ok("decisions", "Every question has its answer, or still has time for it.")


def _team() -> Iterator[Finding]:
    wrong = team.findings()
    for sentence in wrong:
        yield error(
            "team", sentence, remedy="Restore a backup from before it was lost, and report it."
        )
    if not wrong:
        yield ok("team", "The last owner and the audit log are guarded.")


def _is_lost(file: ReleaseFile) -> bool:
    try:
        return files().size(key=file.storage_key) != file.size
    except FileMissing:
        return True


CHECKS: Mapping[str, Callable[[], Iterator[Finding]]] = {
    "secrets": _secrets,
    "room": _room,
    "address": _address,
    "business": _business,
    "pages": _pages,
    "books": _books,
    "orders": _orders,
    "decisions": _decisions,
    "team": _team,
    "jobs": _jobs,
    "mail": _mail,
    "inbox": _inbox,
    "payments": _payments,
    "files": _files,
}
