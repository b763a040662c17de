"""The kind of a message's last refusal, and how many of each kind all firms together had: kinds and numbers, nothing of anybody."""

from django.db import migrations, models

from tenancy.operations import definer_function


class Migration(migrations.Migration):
    dependencies = [("notifications", "0010_outbox")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="error",
            field=models.CharField(
                blank=True,
                choices=[
                    ("soon", "Mail server busy or out of reach"), ("later", "Too many at once"), ("address", "Address refused"),
                    ("sender", "Sender refused"), ("never", "Could not be made"), ("doubt", "Handed over, never answered"),
                ],
                db_default="",
                max_length=7,
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(condition=models.Q(("error", ""), _negated=True), fields=["firm", "-created_at"], name="message_refused"),
        ),
        # Firm by firm along the index on what was refused, which begins with the firm.
        definer_function(
            "refusals_of_sending(since timestamptz)",
            "TABLE (error text, messages bigint)",
            "SELECT m.error, count(*) FROM firms_firm f JOIN notifications_message m ON m.firm_id = f.id "
            "WHERE m.error <> '' AND m.created_at > since GROUP BY m.error",
        ),
    ]
