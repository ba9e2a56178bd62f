"""Fixed borders in words, and signs of life of the computing."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("design", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="design",
            name="borders",
            field=models.CharField(blank=True, max_length=400, verbose_name="Feste Grenzen", default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="design", name="run", field=models.PositiveSmallIntegerField(default=0)
        ),
        migrations.AddField(
            model_name="design", name="progress_at", field=models.DateTimeField(blank=True, null=True)
        ),
    ]
