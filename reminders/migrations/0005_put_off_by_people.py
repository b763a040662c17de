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
            "SELECT DISTINCT a.firm_id FROM clients_contact c "
            "JOIN clients_accountcontact l ON l.firm_id = c.firm_id AND l.contact_id = c.id "
            "JOIN actions_action a ON a.firm_id = l.firm_id AND a.account_id = l.account_id AND a.next_reminder_at IS NOT NULL "
            "AND c.paused_until >= a.counted_from::date - 1 WHERE c.paused_until IS NOT NULL",
        ),
    ]
