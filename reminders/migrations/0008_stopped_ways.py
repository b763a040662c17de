"""What waits for a firm to mend its own way out is that firm's trouble: the deployment's oldest ready e-mail is one that might go."""

from importlib import import_module

from django.db import migrations

from tenancy.operations import replaced_function

HEALTH, HOLDS = import_module("reminders.migrations.0006_health"), import_module("reminders.migrations.0007_holds")
STOPPED = f"{HOLDS.HOLDING[:-1]} UNION ALL SELECT w.firm_id FROM ways_way w WHERE w.broken_at IS NOT NULL)"
BODY = HOLDS.BODY.replace(HOLDS.HOLDING, STOPPED)


class Migration(migrations.Migration):
    dependencies = [("reminders", "0007_holds"), ("ways", "0003_across_firms")]

    operations = [replaced_function(HEALTH.SIGNATURE, HEALTH.RETURNS, BODY, before=HOLDS.BODY)]
