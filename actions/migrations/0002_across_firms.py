"""Which firms have something due: ids alone, found by the partial indexes, so the cost follows what is due."""

from django.db import migrations

from tenancy.operations import definer_function


class Migration(migrations.Migration):
    dependencies = [("actions", "0001_initial")]

    operations = [
        definer_function(
            "firms_with_due_reminders(at timestamptz)",
            "SETOF bigint",
            "SELECT DISTINCT firm_id FROM actions_action WHERE next_reminder_at <= at",
        ),
        definer_function(
            "firms_with_expired_actions(today date)",
            "SETOF bigint",
            "SELECT DISTINCT firm_id FROM actions_action WHERE state = 'open' AND expires_on < today",
        ),
    ]
