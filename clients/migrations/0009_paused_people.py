"""Finds the few contacts that are or were paused."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clients", "0008_who_paused")]

    operations = [
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                fields=["firm", "paused_until"], condition=models.Q(("paused_until__isnull", False)), name="contact_firm_paused"
            ),
        ),
    ]
