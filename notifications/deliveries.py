"""How far the last e-mail to an address has come: sent, delivered, bounced, its page opened, acted upon (X10). Without any pixel."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from firms.models import Firm
from notifications.enums import Outcome
from notifications.models import Notice
from notifications.verdicts import Verdict


class Reached(TextChoices):
    """The farthest that is known of an e-mail; what failed says so before anything else."""

    WAITING = "waiting", pgettext_lazy("one e-mail", "On the way")
    SENT = "sent", pgettext_lazy("one e-mail", "Sent")
    DELIVERED = "delivered", pgettext_lazy("one e-mail", "Delivered")
    OPENED = "opened", pgettext_lazy("one e-mail", "Page opened")
    ACTED = "acted", pgettext_lazy("one e-mail", "Acted")
    BOUNCED = "bounced", pgettext_lazy("one e-mail", "Bounced")
    COMPLAINED = "complained", pgettext_lazy("one e-mail", "Complained")
    FAILED = "failed", pgettext_lazy("one e-mail", "Failed")
    CANCELLED = "cancelled", pgettext_lazy("one e-mail", "Cancelled")


REACHED = {
    Outcome.WAITING: Reached.WAITING,
    Outcome.SENDING: Reached.WAITING,
    Outcome.SENT: Reached.SENT,
    Outcome.UNCONFIRMED: Reached.SENT,
    Outcome.DELIVERED: Reached.DELIVERED,
    Outcome.BOUNCED: Reached.BOUNCED,
    Outcome.COMPLAINED: Reached.COMPLAINED,
    Outcome.FAILED: Reached.FAILED,
    Outcome.CANCELLED: Reached.CANCELLED,
}
LEFT = (Reached.SENT, Reached.DELIVERED)


def how_far(outcome: Outcome, *, opened: bool, acted: bool) -> Reached:
    """Pure. An opened page proves that the e-mail came, whatever its server said; a complaint and a bounce stand all the same."""
    reached = REACHED[outcome]
    if reached not in LEFT:
        return reached
    return Reached.ACTED if acted else Reached.OPENED if opened else reached


@dataclass(frozen=True, slots=True)
class Delivery:
    """The last e-mail that an address was sent: `code` is the message's, `at` when it left, or was made."""

    reached: Reached
    at: datetime
    code: str
    title: str  # of the request, if it was about one

    @property
    def is_lost(self) -> bool:
        return self.reached in (Reached.BOUNCED, Reached.COMPLAINED, Reached.FAILED)

    @property
    def is_acted(self) -> bool:
        return self.reached == Reached.ACTED


LAST = """
    SELECT wanted.id, l.outcome, l.at, l.code, l.title, l.opened, l.acted
    FROM unnest(%(addresses)s::bigint[]) AS wanted (id)
    CROSS JOIN LATERAL (
        SELECT m.outcome, coalesce(m.sent_at, m.created_at) AS at, m.code, coalesce(a.title, '') AS title,
               EXISTS (SELECT FROM notifications_notice o JOIN notifications_visit v ON v.firm_id = o.firm_id AND v.notice_id = o.id
                       WHERE o.firm_id = n.firm_id AND o.message_id = n.message_id) AS opened,
               EXISTS (SELECT FROM firms_activityline d
                       WHERE d.firm_id = n.firm_id AND d.action_id = n.action_id AND d.contact_id = n.contact_id
                         AND d.at >= m.created_at) AS acted
        FROM notifications_notice n
        JOIN notifications_message m ON m.firm_id = n.firm_id AND m.id = n.message_id
        LEFT JOIN actions_action a ON a.firm_id = n.firm_id AND a.id = n.action_id
        WHERE n.firm_id = %(firm)s AND n.address_id = wanted.id AND n.verdict <> 'skip' AND n.event <> 'act_code'
          AND (%(accounts)s::bigint[] IS NULL OR n.account_id = ANY(%(accounts)s))
        ORDER BY n.decided_at DESC, n.id DESC LIMIT 1
    ) l
"""


def last_deliveries(firm: Firm, address_ids: Collection[int], *, accounts: Collection[int] | None = None) -> dict[int, Delivery]:
    """By address; about these accounts alone, where they are given. One query, none for no address."""
    if not address_ids:
        return {}
    values: dict[str, Any] = {
        "firm": firm.pk, "addresses": list(address_ids), "accounts": None if accounts is None else list(accounts),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(LAST, values)
        return {
            address_id: Delivery(how_far(Outcome(outcome), opened=opened, acted=acted), at, code, title)
            for address_id, outcome, at, code, title, opened, acted in cursor.fetchall()
        }


def deliveries_about(notices: Iterable[Notice], acted: Collection[int]) -> list[tuple[Notice, Delivery]]:
    """Of one request, read by `queries.why_log`, newest first: the last that went to each address. `acted` are ids of contacts."""
    last: dict[int, tuple[Notice, Delivery]] = {}
    for notice in notices:
        message = notice.message
        if message and notice.address_id and notice.verdict != Verdict.SKIP and notice.event != "act_code":
            opened, has_acted = bool(getattr(notice, "opened", False)), notice.contact_id in acted
            reached = how_far(Outcome(message.outcome), opened=opened, acted=has_acted)
            last.setdefault(notice.address_id, (notice, Delivery(reached, message.sent_at or message.created_at, message.code, "")))
    return list(last.values())
