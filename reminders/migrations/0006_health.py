"""How sending fares in all firms together: numbers and instants, nothing of anybody."""

from django.db import migrations

from tenancy.operations import definer_function

SIGNATURE = "health_of_sending(product_now timestamptz, machine_now timestamptz)"
RETURNS = (
    "TABLE (oldest_due timestamptz, oldest_notice timestamptz, oldest_message timestamptz, "
    "sent_hour bigint, sent_day bigint, sent_week bigint, bounced_week bigint, "
    "deferred bigint, bounced bigint, failed bigint, unconfirmed bigint, complained bigint, tasks bigint)"
)
BODY = (
    "SELECT "
    "(SELECT min(next_reminder_at) FROM actions_action WHERE next_reminder_at <= product_now), "
    "(SELECT min(not_before) FROM notifications_notice "
    " WHERE message_id IS NULL AND verdict <> 'skip' AND not_before <= product_now), "
    "(SELECT least((SELECT min(next_try_at) FROM notifications_message WHERE outcome = 'waiting' AND next_try_at <= machine_now), "
    " (SELECT min(lease_until) FROM notifications_message WHERE outcome = 'sending' AND lease_until <= machine_now))), "
    "coalesce(sum(week.sent_hour), 0)::bigint, coalesce(sum(week.sent_day), 0)::bigint, coalesce(sum(week.sent), 0)::bigint, "
    "coalesce(sum(week.bounced), 0)::bigint, coalesce(sum(week.deferred_day), 0)::bigint, "
    "coalesce(sum(week.bounced_day), 0)::bigint, coalesce(sum(week.failed_day), 0)::bigint, "
    "coalesce(sum(week.unconfirmed_day), 0)::bigint, coalesce(sum(week.complained_day), 0)::bigint, "
    "(SELECT count(*) FROM firms_failedtask WHERE resolved_at IS NULL) "
    "FROM firms_firm f CROSS JOIN LATERAL (SELECT "
    "count(*) FILTER (WHERE m.sent_at > product_now - interval '1 hour') AS sent_hour, "
    "count(*) FILTER (WHERE m.sent_at > product_now - interval '1 day') AS sent_day, "
    "count(*) FILTER (WHERE m.sent_at IS NOT NULL AND m.outcome <> 'bounced') AS sent, "
    "count(*) FILTER (WHERE m.outcome = 'bounced') AS bounced, "
    "count(*) FILTER (WHERE m.outcome = 'waiting' AND m.created_at > product_now - interval '1 day') AS deferred_day, "
    "count(*) FILTER (WHERE m.outcome = 'bounced' AND m.created_at > product_now - interval '1 day') AS bounced_day, "
    "count(*) FILTER (WHERE m.outcome = 'failed' AND m.created_at > product_now - interval '1 day') AS failed_day, "
    "count(*) FILTER (WHERE m.outcome = 'unconfirmed' AND m.created_at > product_now - interval '1 day') AS unconfirmed_day, "
    "count(*) FILTER (WHERE m.outcome = 'complained' AND m.created_at > product_now - interval '1 day') AS complained_day "
    "FROM notifications_message m WHERE m.firm_id = f.id AND m.created_at > product_now - interval '7 days') week"
)


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0006_who_paused"), ("firms", "0017_names_of_the_calendar"), ("notifications", "0009_firm_without_a_key"),
        ("reminders", "0005_put_off_by_people"),
    ]

    operations = [
        # Firm by firm, as the index on what was made begins with the firm; a day's worth for the rates, seven for the bounces.
        definer_function(SIGNATURE, RETURNS, BODY),
    ]
