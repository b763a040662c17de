"""Lines can be given their seal and nothing else; firms that are there have been set up already."""

from django.db import migrations

from tenancy.operations import definer_function


class Migration(migrations.Migration):
    dependencies = [("firms", "0003_settings_and_seals")]

    operations = [
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE ON firms_logseal FROM relance_app; GRANT UPDATE (seal_id) ON firms_activityline TO relance_app",
            "GRANT UPDATE, DELETE ON firms_logseal TO relance_app; REVOKE UPDATE (seal_id) ON firms_activityline FROM relance_app",
        ),
        definer_function(
            "firms_with_lines_to_seal()",
            "SETOF bigint",
            "SELECT DISTINCT firm_id FROM firms_activityline WHERE seal_id IS NULL AND digest IS NOT NULL",
        ),
        migrations.RunSQL("UPDATE firms_firm SET set_up_at = created_at", migrations.RunSQL.noop),
    ]
