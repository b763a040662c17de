"""What a firm holds has not waited in vain: the oldest ready e-mail is one that might go."""

from importlib import import_module

from django.db import migrations

from tenancy.operations import replaced_function

HEALTH = import_module("reminders.migrations.0006_health")
HOLDING = (
    "(SELECT f.id FROM firms_firm f "
    "WHERE f.mail_held_at IS NOT NULL AND (f.mail_held_until IS NULL OR f.mail_held_until > product_now))"
)
NOTICE, WAITING, LEFT = "not_before <= product_now", "next_try_at <= machine_now", "lease_until <= machine_now"
BODY = (
    HEALTH.BODY.replace(NOTICE, f"{NOTICE} AND (priority = 10 OR firm_id NOT IN {HOLDING})")
    .replace(WAITING, f"{WAITING} AND firm_id NOT IN {HOLDING}")
    .replace(LEFT, f"{LEFT} AND firm_id NOT IN {HOLDING}")
)


class Migration(migrations.Migration):
    dependencies = [("reminders", "0006_health"), ("notifications", "0013_holds")]

    operations = [replaced_function(HEALTH.SIGNATURE, HEALTH.RETURNS, BODY, before=HEALTH.BODY)]
