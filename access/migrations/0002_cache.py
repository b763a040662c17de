"""What sign-in needs of the database besides its models."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial"), ("account", "0009_emailaddress_unique_primary_email")]

    operations = [
        # Throttling must work while the broker is gone: its cache is a table. It holds no tenant's data.
        migrations.RunSQL(
            "CREATE TABLE relance_cache (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);"
            "CREATE INDEX relance_cache_expires ON relance_cache (expires)",
            "DROP TABLE relance_cache",
        ),
        # allauth's own list of addresses has no wall, so nothing may be kept in it.
        migrations.RunSQL(
            "REVOKE INSERT, UPDATE ON account_emailaddress, account_emailconfirmation FROM relance_app",
            "GRANT INSERT, UPDATE ON account_emailaddress, account_emailconfirmation TO relance_app",
        ),
    ]
