"""What waits for the pace that a firm has set for its own way is late for nobody, as long as some worker keeps asking for its turn."""

from importlib import import_module

from django.db import migrations

from tenancy.operations import replaced_function

HEALTH, HOLDS = import_module("reminders.migrations.0006_health"), import_module("reminders.migrations.0007_holds")
STOPPED = import_module("reminders.migrations.0008_stopped_ways")
PACED = (
    f"{STOPPED.STOPPED[:-1]} UNION ALL SELECT w.firm_id FROM ways_way w JOIN ways_pace p ON p.place = 'way:' || w.id "
    "WHERE w.per_minute IS NOT NULL AND w.taken_at IS NOT NULL AND w.ended_at IS NULL "
    "AND p.tokens < 1 AND p.filled_at > machine_now - interval '1 minute')"
)
BODY = HOLDS.BODY.replace(HOLDS.HOLDING, PACED)


class Migration(migrations.Migration):
    dependencies = [("reminders", "0008_stopped_ways"), ("ways", "0004_pace_of_a_way")]

    operations = [replaced_function(HEALTH.SIGNATURE, HEALTH.RETURNS, BODY, before=STOPPED.BODY)]
