"""What a firm holds is ready for no worker, but codes and passwords; and which firms' e-mails have waited too long. Ids alone."""

from django.db import migrations, models

from notifications.enums import REASON_SENTENCES
from tenancy.operations import definer_function, replaced_function

HOLDING = (
    "(SELECT f.id FROM firms_firm f "
    "WHERE f.mail_held_at IS NOT NULL AND (f.mail_held_until IS NULL OR f.mail_held_until > {at}))"
)
READY = "SELECT DISTINCT firm_id FROM notifications_notice WHERE message_id IS NULL AND verdict <> 'skip' AND not_before <= at"
WAITING = "FROM notifications_message m WHERE m.outcome = 'waiting' AND m.next_try_at <= at"
LEFT = "FROM notifications_message m WHERE m.outcome = 'sending' AND m.lease_until <= at"
GOES = (
    f" AND (m.firm_id NOT IN {HOLDING.format(at='at')} OR EXISTS (SELECT FROM notifications_notice n "
    "WHERE n.firm_id = m.firm_id AND n.message_id = m.id AND n.priority = 10))"
)
# Neither codes (10), which go, nor reminders (30), each of which waits for a yes by itself, nor copies for the firm. The first bound is there for the index.
LATE = (
    "f.id NOT IN " + HOLDING.format(at="product_now") + " AND (f.mail_released_at IS NULL "
    "OR f.mail_released_at < product_now - f.latest_days * interval '1 day')"
)
EARLIEST = "(SELECT min(latest_days) FROM firms_firm) * interval '1 day'"
STILL_TELLS = "EXISTS (SELECT FROM notifications_notice n WHERE n.firm_id = m.firm_id AND n.message_id = m.id AND n.priority IN (20, 40) AND n.copy_of_id IS NULL)"


def waited(outcome: str, column: str) -> str:
    return (
        f"SELECT m.firm_id FROM notifications_message m JOIN firms_firm f ON f.id = m.firm_id WHERE m.outcome = '{outcome}' "
        f"AND m.{column} < machine_now - {EARLIEST} AND m.{column} < machine_now - f.latest_days * interval '1 day' "
        f"AND {LATE} AND {STILL_TELLS}"
    )


class Migration(migrations.Migration):
    dependencies = [("notifications", "0012_suppressions"), ("firms", "0020_mail_hold")]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="reason",
            field=models.CharField(choices=[(reason.value, said) for reason, said in REASON_SENTENCES.items()], max_length=20),
        ),
        replaced_function(
            "firms_with_ready_notices(at timestamptz)",
            "SETOF bigint",
            f"{READY} AND (priority = 10 OR firm_id NOT IN {HOLDING.format(at='at')})",
            before=READY,
        ),
        replaced_function(
            "firms_with_ready_messages(at timestamptz)",
            "SETOF bigint",
            f"SELECT m.firm_id {WAITING}{GOES} UNION SELECT m.firm_id {LEFT}{GOES}",
            before=f"SELECT m.firm_id {WAITING} UNION SELECT m.firm_id {LEFT}",
        ),
        definer_function(
            "firms_with_backlog(product_now timestamptz, machine_now timestamptz)",
            "SETOF bigint",
            "SELECT n.firm_id FROM notifications_notice n JOIN firms_firm f ON f.id = n.firm_id "
            "WHERE n.message_id IS NULL AND n.verdict <> 'skip' AND n.priority NOT IN (10, 30) AND n.copy_of_id IS NULL "
            f"AND n.not_before < product_now - {EARLIEST} AND n.not_before < product_now - f.latest_days * interval '1 day' AND {LATE} "
            f"UNION {waited('waiting', 'next_try_at')} UNION {waited('sending', 'lease_until')}",
        ),
    ]
