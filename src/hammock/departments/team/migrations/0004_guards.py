"""The database's own guards: the audit log only grows, and the last owner stays.

The owner's guard looks after every change of a member and every removal. On PostgreSQL it locks the
owners that are left, so that two owners who demote each other at the same moment cannot both
succeed: the second waits, reads again, and is refused.
"""

from django.core.management import call_command
from django.db import migrations

from hammock.kit.tables import refuse_changes, run_sql

_SQLITE = """
CREATE TRIGGER team_last_owner_{verb_name} AFTER {verb} ON team_member
WHEN OLD.role = 'owner' AND OLD.is_active
  AND NOT EXISTS (SELECT 1 FROM team_member WHERE role = 'owner' AND is_active)
BEGIN SELECT RAISE(ABORT, 'the last owner stays: {verb} refused'); END
"""
_POSTGRESQL = (
    """
CREATE OR REPLACE FUNCTION team_last_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.role = 'owner' AND OLD.is_active
     AND (TG_OP = 'DELETE' OR NEW.role <> 'owner' OR NOT NEW.is_active) THEN
    PERFORM id FROM team_member WHERE role = 'owner' AND is_active AND id <> OLD.id
      ORDER BY id FOR UPDATE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'the last owner stays: % refused', TG_OP
      USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  END IF;
  RETURN NULL;
END $$
""",
    """
CREATE TRIGGER team_last_owner AFTER UPDATE OR DELETE ON team_member
FOR EACH ROW EXECUTE FUNCTION team_last_owner()
""",
)


def make_cache(_apps, editor):
    """Make the table in which all processes count failed sign-ins and used codes."""
    call_command("createcachetable", "hammock_cache", database=editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    """Triggers, and the shared cache."""

    dependencies = [("team", "0003_owners")]
    operations = [
        refuse_changes("team_deed"),
        run_sql(
            sqlite=[
                _SQLITE.format(verb=verb, verb_name=verb.lower()) for verb in ("UPDATE", "DELETE")
            ],
            postgresql=_POSTGRESQL,
        ),
        migrations.RunPython(make_cache, migrations.RunPython.noop),
    ]
