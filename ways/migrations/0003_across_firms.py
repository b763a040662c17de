"""Whose way out a webhook's address belongs to: ids alone."""

from django.db import migrations

from tenancy.operations import definer_function


class Migration(migrations.Migration):
    dependencies = [("ways", "0002_pace")]

    operations = [
        definer_function(
            "way_of_hook(token_digest bytea)",
            "TABLE (firm_id bigint, way_id bigint)",
            "SELECT firm_id, id FROM ways_way WHERE hook_digest = token_digest",
        ),
    ]
