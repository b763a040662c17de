"""Gives each group and tag its own code, and each contact a primary address: the first."""

from typing import Any

from django.db import migrations

from lib.codes import new_code


def fill(apps: Any, schema_editor: Any) -> None:
    for name in ("Group", "Tag"):
        model = apps.get_model("clients", name)
        for row in model.objects.all():
            row.code = new_code()
            row.save(update_fields=["code"])
    schema_editor.execute(
        "UPDATE clients_address SET is_primary = true WHERE id IN (SELECT min(id) FROM clients_address GROUP BY firm_id, contact_id)"
    )


class Migration(migrations.Migration):
    dependencies = [("clients", "0003_contacts_and_groups")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
