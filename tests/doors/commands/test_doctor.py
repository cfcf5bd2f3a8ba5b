"""`hammock doctor` finds what is wrong and says what to do."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from hammock.departments.catalogue.models import Shop
from hammock.departments.delivery.models import Entitlement
from hammock.departments.sales.models import Order
from hammock.flows.examine import examine
from hammock.kit import clock
from hammock.kit.health import Finding, Level
from hammock.kit.jobs.worker import run_until_empty
from tests.shops import paid
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
