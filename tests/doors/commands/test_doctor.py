"""`hammock doctor` finds what is wrong and says what to do."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from hammock.departments.catalogue.models import ReleaseFile, Shop
from hammock.departments.delivery.models import Entitlement
from hammock.departments.ledger import queries as books
from hammock.departments.sales import ports
from hammock.departments.sales.models import Order
from hammock.flows.examine import PROBE, examine, stripe_findings
from hammock.flows.refund_order import refund_order, whole
from hammock.kit import clock, tables
from hammock.kit.health import Finding, Level
from hammock.kit.jobs.models import Due, Job
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.mail.models import OutgoingMail
from hammock.providers.stripe_payments import StripePayments
from tests.mailboxes import Server
from tests.shops import paid
from tests.stripe_stand_in import KEY, WEBHOOK_SECRET, running
from tests.till import Till


def _found(area: str) -> list[Finding]:
    return [finding for finding in examine() if finding.area == area]


def test_a_shop_that_is_well_has_no_errors(shop: Shop, till: Till) -> None:
    paid(till, "GUIDE")
    run_until_empty()
    findings = list(examine())
    assert not [finding for finding in findings if finding.level == Level.ERROR]
    assert {"database", "books", "orders", "jobs", "mail", "payments", "files"} <= {
        finding.area for finding in findings
    }
    assert all(finding.remedy for finding in findings if finding.level != Level.OK)


def test_an_undelivered_order_is_named(shop: Shop, till: Till) -> None:
    sold = paid(till, "GUIDE")
    run_until_empty()
    Entitlement.objects.all().delete()
    Order.objects.update(paid_at=clock.now() - timedelta(hours=1))
    (finding,) = _found("orders")
    assert finding.level == Level.ERROR
    assert sold.reference in finding.seen


def test_a_lost_trigger_is_named(shop: Shop) -> None:
    table = " ON ledger_entry" if connection.vendor == "postgresql" else ""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER ledger_entry_balances{table}")
        found = _found("books")
        transaction.set_rollback(True)
    assert any("ledger_entry_balances" in finding.seen for finding in found)


def test_jobs_that_nobody_runs_are_named(shop: Shop, till: Till) -> None:
    paid(till, "GUIDE")
    with clock.at(clock.in_(minutes=30)):
        (finding,) = _found("jobs")
    assert finding.level == Level.ERROR
    assert "hammock serve" in finding.remedy


def test_a_mail_server_that_is_not_there_is_named(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    smtp = "django.core.mail.backends.smtp.EmailBackend"
    for name, value in {"BACKEND": smtp, "HOST": "127.0.0.1", "PORT": 9, "TIMEOUT": 5}.items():
        monkeypatch.setattr(settings, f"EMAIL_{name}", value, raising=False)
    (finding,) = _found("mail")
    assert (finding.level, "127.0.0.1:9" in finding.seen) == (Level.ERROR, True)


def test_mails_that_came_back_are_counted(shop: Shop) -> None:
    mail = {"to": "a@b.example", "subject": "S", "text": "T", "state": "bounced"}
    OutgoingMail.objects.create(key="1", bounced_at=clock.now(), **mail)
    OutgoingMail.objects.create(key="2", bounced_at=clock.in_(days=-31), **mail)
    finding = _found("mail")[0]
    seen = "Mails that came back in the last 30 days: 1."
    assert (finding.level, finding.seen) == (Level.WARNING, seen)


def test_a_mailbox_that_lets_us_in_and_one_that_does_not_are_told(
    shop: Shop, mailbox: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    (finding,) = _found("inbox")
    assert (finding.level, "lets us in" in finding.seen) == (Level.OK, True)
    monkeypatch.setattr(settings, "INBOX", replace(mailbox.mailbox, password="wrong&secret"))
    (finding,) = _found("inbox")
    assert finding.level == Level.ERROR
    assert "127.0.0.1" in finding.seen
    assert "wrong&secret" not in finding.seen
    monkeypatch.setattr(settings, "INBOX", replace(mailbox.mailbox, port=9))
    assert _found("inbox")[0].level == Level.ERROR
    monkeypatch.setattr(settings, "INBOX", None)
    assert _found("inbox")[0].level == Level.OK


@pytest.mark.parametrize("table", ["team_deed", "team_member"])
def test_every_guard_of_the_team_is_missed(shop: Shop, table: str) -> None:
    guards = tables.triggers()
    guarding = {name for name in guards if name.startswith(("team_deed_", "team_last_owner"))}
    mine = {name for name in guarding if ("last_owner" in name) == (table == "team_member")}
    assert mine
    for name in mine:
        on = f" ON {table}" if connection.vendor == "postgresql" else ""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER {name}{on}")
            (finding,) = _found("team")
            transaction.set_rollback(True)
        assert (finding.level, name in finding.seen) == (Level.ERROR, True)
    assert _found("team")[0].level == Level.OK


def test_the_command_prints_findings_and_ends_with_one_on_errors(shop: Shop, till: Till) -> None:
    out = io.StringIO()
    call_command("doctor", stdout=out)
    assert "✓ database" in out.getvalue()
    paid(till, "GUIDE")
    out = io.StringIO()
    with clock.at(clock.in_(minutes=30)), pytest.raises(SystemExit) as ended:
        call_command("doctor", "--json", stdout=out)
    assert ended.value.code == 1
    assert any(finding["level"] == "error" for finding in json.loads(out.getvalue()))


def test_money_that_is_not_booked_is_named(shop: Shop, till: Till) -> None:
    sold = paid(till, "GUIDE")
    assert _found("books")[0].level == Level.OK
    (payment,) = sold.payments.all()
    payment.pk = None
    payment.key = payment.external_id = "written past the flows"
    payment.is_surplus = True
    payment.save()
    (finding,) = _found("books")
    assert (finding.level, sold.reference in finding.seen) == (Level.ERROR, True)
    assert "€29.00" in finding.seen


def test_every_guard_of_the_books_is_missed(shop: Shop) -> None:
    guards = {name for name in tables.triggers() if name.startswith("ledger_")}
    assert len(guards) == (5 if connection.vendor == "postgresql" else 6)
    for name in sorted(guards):
        table = "ledger_entry" if name.startswith("ledger_entry") else "ledger_line"
        with transaction.atomic(), connection.cursor() as cursor:
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}{on}")
            assert any(name in sentence for sentence in books.findings()), name
            transaction.set_rollback(True)
    assert not books.findings()


def test_an_order_that_was_given_back_before_delivery_is_no_fault(shop: Shop, till: Till) -> None:
    sold = paid(till, "GUIDE")
    Job.objects.all().delete()  # nobody delivers
    refund_order(order_id=sold.id, wish=whole(sold, reason="", requested_by="me"))
    run_until_empty()
    with clock.at(clock.in_(hours=1)):
        (finding,) = _found("orders")
    assert finding.level == Level.OK


def test_a_lost_file_is_named(shop: Shop, data: Path) -> None:
    assert _found("files")[0].level == Level.OK
    gone = ReleaseFile.objects.filter(name="guide.pdf").order_by("pk").last()
    assert gone is not None
    (data / "files" / gone.storage_key).unlink()
    (finding,) = _found("files")
    assert "“guide.pdf” of Sample 1.0 is not whole" in finding.seen


def test_a_store_that_takes_nothing_is_named(shop: Shop, data: Path) -> None:
    probe = data / "files" / PROBE
    probe.mkdir(parents=True)
    (finding,) = _found("files")
    assert finding.level == Level.ERROR
    assert "could not be examined" in finding.seen


@pytest.mark.parametrize("name", ["secrets.json", "hammock.env"])
def test_secrets_that_others_can_read_are_named(shop: Shop, data: Path, name: str) -> None:
    path = data / name
    had = path.exists()
    path.touch(mode=0o600)
    try:
        assert {finding.level for finding in _found("secrets")} == {Level.OK}
        path.chmod(0o640)
        (finding,) = (each for each in _found("secrets") if each.level != Level.OK)
        assert (finding.level, finding.remedy) == (Level.ERROR, f"Run `chmod 600 {path}`.")
    finally:
        if had:
            path.chmod(0o600)
        else:
            path.unlink()


@pytest.mark.parametrize("fault", ["HAMMOCK_DEBUG", "not encrypted"])
def test_a_live_shop_is_encrypted_and_tells_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    Shop.objects.update(live_since=clock.now())
    monkeypatch.setattr(settings, "HAMMOCK_URL", "https://x.example")
    assert {each.level for each in _found("business")} == {Level.OK}
    if fault == "HAMMOCK_DEBUG":
        monkeypatch.setattr(settings, "DEBUG", True)
    else:
        monkeypatch.setattr(settings, "HAMMOCK_URL", "http://x.example")
    (finding,) = (each for each in _found("business") if each.level != Level.OK)
    assert finding.level == Level.ERROR
    assert fault in finding.seen


@pytest.mark.parametrize(
    ("key", "secret", "world", "faults"),
    [
        ("sk_live_1", "whsec_1", "live", []),
        ("rk_live_1", "whsec_1", "live", []),
        ("sk_test_1", "whsec_1", "test", []),
        ("sk_test_1", "whsec_1", "live", ["test key"]),
        ("pk_live_1", "whsec_1", "live", ["no secret key"]),
        ("sk_live_1", "", "live", ["is not set"]),
        ("sk_live_1", "sk_live_1", "live", ["is no signing secret"]),
        ("pk_test_1", "x", "test", ["no secret key", "is no signing secret"]),
    ],
)
def test_stripes_settings_are_judged_by_their_form(
    key: str, secret: str, world: str, faults: list[str]
) -> None:
    found = stripe_findings(
        secret_key=key,
        webhook_secret=secret,
        is_live=world == "live",
        webhook_url="https://x.example/w",
    )
    wrong = [finding for finding in found if finding.level == Level.ERROR]
    assert len(wrong) == len(faults)
    assert all(fault in finding.seen for fault, finding in zip(faults, wrong, strict=True))
    assert not any(key in finding.seen or (secret and secret in finding.seen) for finding in found)


def test_a_worker_that_has_gone_is_missed_and_one_that_works_is_not(shop: Shop) -> None:
    (never,) = _found("jobs")
    assert (never.level, "yet" in never.seen) == (Level.WARNING, True)
    Due.objects.create(job="expire_orders", due_at=clock.now())
    assert [finding.level for finding in _found("jobs")] == [Level.OK]
    with clock.at(clock.in_(minutes=30)):
        (gone,) = _found("jobs")
    assert (gone.level, "since" in gone.seen) == (Level.WARNING, True)


def test_a_database_that_lacks_its_tables_is_named_and_nothing_else_is_looked_at(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrated = MigrationRecorder(connection).applied_migrations()
    monkeypatch.setattr(
        MigrationRecorder,
        "applied_migrations",
        lambda _self: {key: row for key, row in migrated.items() if key[0] != "delivery"},
    )
    (finding,) = examine()
    assert (finding.area, finding.level) == ("database", Level.ERROR)
    assert "hammock prepare" in finding.remedy


def test_an_address_that_is_not_this_machines_is_named(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [finding.level for finding in _found("address")] == [Level.OK]
    wrong = replace(settings.ENVIRONMENT, host="999.1.1.1")
    monkeypatch.setattr(settings, "ENVIRONMENT", wrong)
    (finding,) = _found("address")
    assert (finding.level, "“999.1.1.1” is no address" in finding.seen) == (Level.ERROR, True)
    assert "HAMMOCK_HOST" in finding.remedy


@pytest.mark.parametrize(
    ("key", "level", "seen"),
    [
        (KEY, Level.OK, "Stripe takes the key."),
        ("sk_test_x", Level.ERROR, "Stripe does not take STRIPE_SECRET_KEY: "),
    ],
)
def test_stripe_itself_is_asked_about_the_key(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, key: str, level: Level, seen: str
) -> None:
    known = replace(
        settings.ENVIRONMENT, stripe_secret_key=key, stripe_webhook_secret=WEBHOOK_SECRET
    )
    monkeypatch.setattr(settings, "ENVIRONMENT", known)
    with running() as stripe:
        payments = StripePayments(secret_key=key, webhook_secret=WEBHOOK_SECRET, api=stripe.url)
        monkeypatch.setattr(ports, "_wired", {"stripe": payments})
        finding = _found("payments")[-1]
        assert (finding.level, finding.seen.startswith(seen)) == (level, True)
        assert not stripe.calls  # nothing was written there


def test_a_stripe_that_cannot_be_reached_is_a_warning(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = replace(
        settings.ENVIRONMENT, stripe_secret_key=KEY, stripe_webhook_secret=WEBHOOK_SECRET
    )
    monkeypatch.setattr(settings, "ENVIRONMENT", known)
    nobody = StripePayments(secret_key=KEY, webhook_secret=WEBHOOK_SECRET, api="http://127.0.0.1:9")
    monkeypatch.setattr(ports, "_wired", {"stripe": nobody})
    finding = _found("payments")[-1]
    assert (finding.level, "could not be asked" in finding.seen) == (Level.WARNING, True)
