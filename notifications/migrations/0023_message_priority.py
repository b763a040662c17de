"""What leaves first leaves first again where it waits for another try."""

from django.db import migrations, models

from notifications.enums import Priority

MAY_GO_YET = """
    UPDATE notifications_message m SET priority = told.priority FROM (
        SELECT n.firm_id, n.message_id, min(n.priority) AS priority FROM notifications_notice n
        JOIN notifications_message w ON w.firm_id = n.firm_id AND w.id = n.message_id AND w.outcome IN ('waiting', 'sending', 'failed', 'unconfirmed')
        GROUP BY n.firm_id, n.message_id
    ) told
    WHERE m.firm_id = told.firm_id AND m.id = told.message_id
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0022_late_messages")]

    operations = [
        migrations.AddField(
            "message",
            "priority",
            models.PositiveSmallIntegerField(choices=Priority.choices, db_default=Priority.NOTICE.value, default=Priority.NOTICE.value),
        ),
        migrations.RunSQL(MAY_GO_YET, migrations.RunSQL.noop),
    ]
