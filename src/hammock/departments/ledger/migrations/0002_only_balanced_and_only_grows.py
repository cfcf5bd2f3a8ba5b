"""Unbalanced or changed books become impossible, and the chart of accounts is laid."""

from django.db import migrations

from hammock.departments.ledger.rules import GENERAL, Chart
from hammock.kit.tables import refuse_changes, run_sql

SQLITE = (
    """
    CREATE TRIGGER ledger_entry_balances BEFORE INSERT ON ledger_entry
    BEGIN
        SELECT RAISE(ABORT, 'ledger_entry: an entry needs lines')
        WHERE NOT EXISTS (SELECT 1 FROM ledger_line WHERE entry_id = NEW.id);
        SELECT RAISE(ABORT, 'ledger_entry: the lines do not balance')
        WHERE EXISTS (
            SELECT 1 FROM ledger_line WHERE entry_id = NEW.id GROUP BY currency HAVING SUM(minor) <> 0
        );
    END
    """,
    """
    CREATE TRIGGER ledger_line_comes_first BEFORE INSERT ON ledger_line
    WHEN EXISTS (SELECT 1 FROM ledger_entry WHERE id = NEW.entry_id)
    BEGIN SELECT RAISE(ABORT, 'ledger_line: the entry is written already'); END
    """,
)
POSTGRESQL = (
    """
    CREATE FUNCTION ledger_entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM ledger_line WHERE entry_id = NEW.id) THEN
            RAISE EXCEPTION 'ledger_entry: an entry needs lines'
            USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF EXISTS (
            SELECT 1 FROM ledger_line WHERE entry_id = NEW.id GROUP BY currency HAVING SUM(minor) <> 0
        ) THEN
            RAISE EXCEPTION 'ledger_entry: the lines do not balance'
            USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER ledger_entry_balances BEFORE INSERT ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_entry_balances();
    """,
    """
    CREATE FUNCTION ledger_line_comes_first() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM ledger_entry WHERE id = NEW.entry_id) THEN
            RAISE EXCEPTION 'ledger_line: the entry is written already'
            USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER ledger_line_comes_first BEFORE INSERT ON ledger_line
    FOR EACH ROW EXECUTE FUNCTION ledger_line_comes_first();
    """,
    # Two transactions could each see only their own lines of one entry: looked at again at commit.
    """
    CREATE FUNCTION ledger_line_still_balances() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT 1 FROM ledger_line WHERE entry_id = NEW.entry_id
            GROUP BY currency HAVING SUM(minor) <> 0
        ) THEN
            RAISE EXCEPTION 'ledger_line: the entry does not balance'
            USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER ledger_line_still_balances AFTER INSERT ON ledger_line
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_line_still_balances();
    """,
)


def lay_chart(apps, _editor):
    """Write the accounts that every business has and the centre for what belongs to all."""
    apps.get_model("ledger", "Account").objects.bulk_create(
        apps.get_model("ledger", "Account")(code=str(account)) for account in Chart
    )
    apps.get_model("ledger", "ProfitCentre").objects.create(
        slug=GENERAL, name="General", colour="#8a8f98", position=1000
    )


class Migration(migrations.Migration):
    """Triggers and chart."""

    dependencies = [("ledger", "0001_initial")]
    operations = [
        migrations.RunPython(lay_chart),
        run_sql(sqlite=SQLITE, postgresql=POSTGRESQL),
        refuse_changes("ledger_entry"),
        refuse_changes("ledger_line"),
    ]
