"""Which firms have something that waits for no reminders. Ids alone."""

from django.db import migrations, models
from django.db.models import Q

from tenancy.operations import definer_function

HOLDING = (
    "(SELECT f.id FROM firms_firm f "
    "WHERE f.mail_held_at IS NOT NULL AND (f.mail_held_until IS NULL OR f.mail_held_until > at))"
)
READY = (
    "SELECT firm_id, id, priority FROM notifications_notice "
    "WHERE message_id IS NULL AND verdict <> 'skip' AND priority < 30 AND not_before <= at "
    f"AND (priority = 10 OR firm_id NOT IN {HOLDING})"
)
SIGNATURE = "firms_with_urgent_notices(at timestamptz)"
FUNCTION = definer_function(SIGNATURE, "SETOF bigint", f"SELECT DISTINCT n.firm_id FROM ({READY}) n")


class Migration(migrations.Migration):
    dependencies = [("notifications", "0017_sender")]

    operations = [
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                fields=["not_before", "firm"],
                condition=Q(message=None) & ~Q(verdict="skip") & Q(priority__lt=30),
                name="notice_urgent_firms",
            ),
        ),
        FUNCTION,
    ]
