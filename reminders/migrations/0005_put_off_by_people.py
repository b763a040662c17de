"""Which firms have a reminder to come that the pause of a contact may have put off: ids alone."""

from django.db import migrations

from tenancy.operations import definer_function


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0005_schedules_and_pauses"), ("clients", "0009_paused_people"), ("reminders", "0004_taking_up"),
    ]  # fmt: skip

    operations = [
        definer_function(
            "firms_with_reminders_put_off_by_people()",
            "SETOF bigint",
            "SELECT p.firm_id FROM (SELECT firm_id, max(paused_until) AS until FROM clients_contact "
            "WHERE paused_until IS NOT NULL GROUP BY firm_id) p WHERE EXISTS (SELECT FROM actions_action a WHERE a.firm_id = p.firm_id "
            "AND a.next_reminder_at IS NOT NULL AND a.counted_from::date - 1 <= p.until)",
        ),
    ]
