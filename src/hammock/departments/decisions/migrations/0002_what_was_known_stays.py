"""What was known when a question was asked stays as it was, and so does every policy's version."""

from django.db import migrations

from hammock.kit.tables import refuse_changes, run_sql

SQLITE = (
    """
    CREATE TRIGGER decisions_decision_facts_stay
    BEFORE UPDATE OF kind, about, "key", facts, asked_at, stake_minor, currency ON decisions_decision
    WHEN OLD.kind <> NEW.kind OR OLD.about <> NEW.about OR OLD."key" <> NEW."key"
        OR OLD.facts <> NEW.facts OR OLD.asked_at <> NEW.asked_at
        OR OLD.stake_minor IS NOT NEW.stake_minor OR OLD.currency <> NEW.currency
    BEGIN SELECT RAISE(ABORT, 'decisions_decision: what was asked stays as it was'); END
    """,
)
POSTGRESQL = (
    """
    CREATE FUNCTION decisions_decision_facts_stay() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.kind <> NEW.kind OR OLD.about <> NEW.about OR OLD."key" <> NEW."key"
            OR OLD.facts <> NEW.facts OR OLD.asked_at <> NEW.asked_at
            OR OLD.stake_minor IS DISTINCT FROM NEW.stake_minor OR OLD.currency <> NEW.currency
        THEN
            RAISE EXCEPTION 'decisions_decision: what was asked stays as it was'
            USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER decisions_decision_facts_stay BEFORE UPDATE ON decisions_decision
    FOR EACH ROW EXECUTE FUNCTION decisions_decision_facts_stay();
    """,
)


class Migration(migrations.Migration):
    """Triggers."""

    dependencies = [("decisions", "0001_initial")]
    operations = [
        run_sql(sqlite=SQLITE, postgresql=POSTGRESQL),
        refuse_changes("decisions_policyversion"),
    ]
