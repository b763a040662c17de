from django.db import migrations, models

# Of what was unfinished when it was passed by, before anybody noted that.
NOTED = """
    UPDATE notifications_message m SET passed_by = true FROM firms_firm f
    WHERE f.id = m.firm_id AND m.created_at <= f.mail_dropped_until
      AND EXISTS (SELECT FROM notifications_notice n WHERE n.firm_id = m.firm_id AND n.message_id = m.id AND n.dropped_at IS NULL)
"""


class Migration(migrations.Migration):
    dependencies = [("firms", "0022_keep_months"), ("notifications", "0020_newest_urgent")]

    operations = [
        migrations.AddField("message", "passed_by", models.BooleanField(db_default=False, default=False)),
        migrations.AddIndex(
            "message", models.Index(fields=["firm", "created_at"], condition=models.Q(passed_by=True), name="message_passed_by")
        ),
        migrations.RunSQL(NOTED, migrations.RunSQL.noop),
    ]
