"""Whether anything that decides about a message has changed since it was looked at: by the versions of the rows, in one statement.

PostgreSQL gives each version of a row the number of the transaction that wrote it (`xmin`): another one whenever somebody else writes
the row. Where all are what they were, so is the decision, and nobody need take it again. Rows that are read in another order give other
versions: then it is taken again, for nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from lib.prepared import prepared
from notifications.dispatch.claimed import Claimed

# Null for what is about no request: that is always looked at. Caps and the rest of 24 hours were counted under the lock of the address;
# what is told to it of the same request since then shows as a newer notice.
VERSIONS = """
    SELECT md5(string_agg(concat_ws(
        ' ', n.id, n.xmin, f.xmin, a.xmin, u.xmin, m.xmin, c.xmin, k.xmin,
        (SELECT count(*) || ':' || coalesce(string_agg(p.xmin::text, ' '), '') FROM actions_actionparty p
         WHERE p.firm_id = n.firm_id AND p.action_id = n.action_id),
        (SELECT coalesce(max(s.id), 0) FROM notifications_suppression s
         WHERE s.firm_id = n.firm_id AND s.address_id = n.address_id AND s.lifted_at IS NULL),
        (SELECT max(o.id) FROM notifications_notice o
         WHERE o.firm_id = n.firm_id AND o.action_id = n.action_id AND o.address_id = n.address_id)
    ), ','))
    FROM notifications_notice n
    JOIN firms_firm f ON f.id = n.firm_id
    JOIN actions_action a ON a.firm_id = n.firm_id AND a.id = n.action_id
    JOIN clients_accountaddress u ON u.firm_id = n.firm_id AND u.account_id = a.account_id AND u.address_id = n.address_id
    JOIN clients_address m ON m.firm_id = n.firm_id AND m.id = n.address_id
    JOIN clients_contact c ON c.firm_id = n.firm_id AND c.id = m.contact_id
    JOIN clients_account k ON k.firm_id = n.firm_id AND k.id = a.account_id
    WHERE n.firm_id = msg.firm_id AND n.message_id = msg.id
"""
READ = f"SELECT msg.id, ({VERSIONS}) FROM notifications_message msg WHERE msg.firm_id = $1 AND msg.id = ANY($2)"
HAND_OVER = f"""
    UPDATE notifications_message msg SET handed_at = $1
    WHERE msg.firm_id = $2 AND msg.id = $3 AND msg.fence = $4 AND msg.outcome = 'sending' AND msg.lease_until > $5 AND ({VERSIONS}) = $6
"""


def with_versions(firm_id: int, claims: Sequence[Claimed], now: datetime) -> list[Claimed]:
    """Inside the transaction that has looked at them; one query, none for none."""
    if not claims:
        return []
    versions: dict[int, str | None] = dict(prepared(READ, [firm_id, [claimed.message_id for claimed in claims]]))
    return [replace(claimed, versions=versions[claimed.message_id] or "", looked_at=now) for claimed in claims]


def still_holds(claimed: Claimed, now: datetime) -> bool:
    """Whether `HAND_OVER` may speak for a look. Hours and days of a firm begin and end with a minute: it holds for that alone."""
    return bool(claimed.versions) and claimed.looked_at is not None and _minute(now) == _minute(claimed.looked_at)


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
