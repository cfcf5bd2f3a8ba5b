from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="downloadcount",
            name="further_bytes",
            field=models.PositiveBigIntegerField(default=0),
        ),
    ]
