"""Which firms have something that waits for no reminders, and the newest of it there: whether anything has come since somebody looked."""

from importlib import import_module

from django.db import migrations
from django.db.migrations import RunSQL

from tenancy.operations import definer_function

URGENT = import_module("notifications.migrations.0018_urgent")


class Migration(migrations.Migration):
    dependencies = [("notifications", "0019_ready_in_order")]

    operations = [
        RunSQL(URGENT.FUNCTION.reverse_sql, URGENT.FUNCTION.sql),
        definer_function(
            URGENT.SIGNATURE,
            "TABLE (firm_id bigint, newest bigint, newest_code bigint)",
            f"SELECT n.firm_id, max(n.id), coalesce(max(n.id) FILTER (WHERE n.priority = 10), 0) FROM ({URGENT.READY}) n GROUP BY n.firm_id",
        ),
    ]
