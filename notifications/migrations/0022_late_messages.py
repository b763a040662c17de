"""What waits for another try has waited since what it tells might have gone: each time it is put back, the instant of its next try is a new one."""

from importlib import import_module

from django.db import migrations

from tenancy.operations import replaced_function

HOLDS = import_module("notifications.migrations.0013_holds")
SIGNATURE, RETURNS = "firms_with_backlog(product_now timestamptz, machine_now timestamptz)", "SETOF bigint"
READY = (
    "SELECT n.firm_id FROM notifications_notice n JOIN firms_firm f ON f.id = n.firm_id "
    "WHERE n.message_id IS NULL AND n.verdict <> 'skip' AND n.priority NOT IN (10, 30) AND n.copy_of_id IS NULL "
    f"AND n.not_before < product_now - {HOLDS.EARLIEST} AND n.not_before < product_now - f.latest_days * interval '1 day' AND {HOLDS.LATE} "
)
BEFORE = f"{READY}UNION {HOLDS.waited('waiting', 'next_try_at')} UNION {HOLDS.waited('sending', 'lease_until')}"
TELLS_LATE = f"{HOLDS.STILL_TELLS[:-1]} AND n.not_before < product_now - f.latest_days * interval '1 day')"


def tells_late(untaken: str) -> str:
    return (
        f"SELECT m.firm_id FROM notifications_message m JOIN firms_firm f ON f.id = m.firm_id WHERE {untaken} AND {HOLDS.LATE} AND {TELLS_LATE}"
    )


UNTAKEN = "m.outcome = 'waiting'", "m.outcome = 'sending' AND m.lease_until <= machine_now"
BODY = READY + " ".join(f"UNION {tells_late(untaken)}" for untaken in UNTAKEN)


class Migration(migrations.Migration):
    dependencies = [("notifications", "0021_passed_by")]

    operations = [replaced_function(SIGNATURE, RETURNS, BODY, before=BEFORE)]
