"""Which firm an e-mail is of that is reported on, and which firms have reports that wait: ids alone."""

from django.db import migrations

from tenancy.operations import definer_function


class Migration(migrations.Migration):
    dependencies = [("tracking", "0002_reports")]

    operations = [
        definer_function(
            "firm_of_message(our_id text, given_id text)",
            "SETOF bigint",
            "SELECT firm_id FROM notifications_message WHERE provider_id = given_id AND provider_id <> '' "
            "UNION ALL SELECT m.firm_id FROM firms_firm f JOIN notifications_message m ON m.firm_id = f.id AND m.message_id = our_id "
            "WHERE our_id <> '' LIMIT 1",
        ),
        definer_function(
            "firms_with_waiting_reports(since timestamptz)",
            "SETOF bigint",
            "SELECT DISTINCT firm_id FROM tracking_report WHERE applied_at IS NULL AND received_at > since",
        ),
    ]
