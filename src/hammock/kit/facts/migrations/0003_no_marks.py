"""Reactions' marks go: nobody made any, for effects are unique rows of their own."""

from django.db import migrations


class Migration(migrations.Migration):
    """One table less."""

    dependencies = [("facts", "0002_only_grows")]
    operations = [migrations.DeleteModel("HandledFact")]
