"""What must look across firms returns ids alone; what was logged stays as it is."""

from django.db import migrations

from tenancy.operations import definer_function


class Migration(migrations.Migration):
    dependencies = [("firms", "0001_initial")]

    operations = [
        definer_function("firm_of_code(public_code text)", "bigint", "SELECT id FROM firms_firm WHERE code = public_code"),
        definer_function("all_firms()", "SETOF bigint", "SELECT id FROM firms_firm ORDER BY id"),
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE ON firms_activityline FROM relance_app",
            "GRANT UPDATE, DELETE ON firms_activityline TO relance_app",
        ),
    ]
