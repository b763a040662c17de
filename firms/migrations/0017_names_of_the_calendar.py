"""Words alone: what the activity log calls days of the week and closed days. No SQL."""

import django.contrib.postgres.fields
from django.db import migrations, models

import firms.models


class Migration(migrations.Migration):
    dependencies = [("firms", "0016_who_paused")]

    operations = [
        migrations.AlterField(
            "firm", "closings",
            models.JSONField(db_default=models.Value([], models.JSONField()), default=list, verbose_name="Days on which the firm is closed"),
        ),
        migrations.AlterField(
            "firm", "send_days",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(), default=firms.models.working_days, size=None, verbose_name="Days of the week"
            ),
        ),
    ]  # fmt: skip
