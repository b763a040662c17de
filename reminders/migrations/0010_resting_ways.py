"""What waits for a firm's own way that rests or is cut off is that firm's trouble, as long as some worker keeps asking whether it is back."""

from importlib import import_module

from django.db import migrations

from tenancy.operations import replaced_function

HEALTH, HOLDS = import_module("reminders.migrations.0006_health"), import_module("reminders.migrations.0007_holds")
PACED = import_module("reminders.migrations.0009_paced_ways")
RESTING = (
    f"{PACED.PACED[:-1]} UNION ALL SELECT w.firm_id FROM ways_way w JOIN ways_pace p ON p.place = 'way:' || w.id "
    "WHERE w.taken_at IS NOT NULL AND w.ended_at IS NULL AND p.rests_until > machine_now - interval '2 minutes')"
)
BODY = HOLDS.BODY.replace(HOLDS.HOLDING, RESTING)


class Migration(migrations.Migration):
    dependencies = [("reminders", "0009_paced_ways")]

    operations = [replaced_function(HEALTH.SIGNATURE, HEALTH.RETURNS, BODY, before=PACED.BODY)]
