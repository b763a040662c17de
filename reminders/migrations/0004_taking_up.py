"""Which firms have reminders that told nobody, or a failed task about late ones: ids alone."""

from django.db import migrations

from tenancy.operations import definer_function


class Migration(migrations.Migration):
    dependencies = [("actions", "0005_schedules_and_pauses"), ("firms", "0016_who_paused"), ("reminders", "0003_reminder_settings")]

    operations = [
        definer_function(
            "firms_with_reminders_to_take_up()",
            "SETOF bigint",
            "SELECT firm_id FROM actions_action WHERE state = 'open' AND stop_reason = 'nobody' "
            "UNION SELECT firm_id FROM firms_failedtask WHERE resolved_at IS NULL AND kind = 'reminders_late'",
        ),
    ]
