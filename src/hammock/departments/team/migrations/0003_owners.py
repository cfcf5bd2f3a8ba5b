"""Whoever had all rights is an owner, and from now on an owner is who has all rights."""

from django.db import migrations, models


def name_owners(apps, _editor):
    """Give the role to those who have its rights."""
    apps.get_model("team", "Member").objects.filter(is_superuser=True).update(role="owner")


class Migration(migrations.Migration):
    """Data, then the constraint that it has to fit."""

    dependencies = [("team", "0002_roles")]
    operations = [
        migrations.RunPython(name_owners, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("is_superuser", True), ("role", "owner")), models.Q(models.Q(("role", "owner"), _negated=True), ("is_superuser", False)), _connector="OR"), name="member_owner_may_everything"),
        ),
    ]
