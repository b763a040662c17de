"""Which firms have something to send, and which notice a link belongs to: ids alone."""

from django.db import migrations

from tenancy.operations import definer_function


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    operations = [
        definer_function(
            "firms_with_ready_notices(at timestamptz)",
            "SETOF bigint",
            "SELECT DISTINCT firm_id FROM notifications_notice WHERE message_id IS NULL AND verdict <> 'skip' AND not_before <= at",
        ),
        definer_function(
            "firms_with_ready_messages(at timestamptz)",
            "SETOF bigint",
            "SELECT firm_id FROM notifications_message WHERE outcome = 'waiting' AND next_try_at <= at "
            "UNION SELECT firm_id FROM notifications_message WHERE outcome = 'sending' AND lease_until <= at",
        ),
        definer_function(
            "notice_of_link(token_digest bytea)",
            "TABLE (firm_id bigint, notice_id bigint)",
            "SELECT firm_id, id FROM notifications_notice WHERE link_digest = token_digest",
        ),
    ]
