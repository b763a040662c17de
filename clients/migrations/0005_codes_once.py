import lib.codes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clients", "0004_codes_and_primary_addresses")]

    operations = [
        migrations.AlterField("group", "code", models.CharField(default=lib.codes.new_code, editable=False, max_length=16, unique=True)),
        migrations.AlterField("tag", "code", models.CharField(default=lib.codes.new_code, editable=False, max_length=16, unique=True)),
        migrations.AddConstraint(
            "address",
            models.UniqueConstraint(condition=models.Q(("is_primary", True)), fields=("firm", "contact"), name="address_one_primary"),
        ),
    ]
