"""The log only grows."""

from django.db import migrations

from hammock.kit.tables import refuse_changes


class Migration(migrations.Migration):
    """Triggers."""

    dependencies = [("facts", "0001_initial")]
    operations = [refuse_changes("facts_fact")]
