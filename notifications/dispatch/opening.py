"""Opening the messages in which claimed notices go: rows under lease, all of a wave in one statement."""

import logging
from collections.abc import Sequence
from datetime import datetime

from firms.models import Firm
from lib.codes import new_code
from lib.prepared import prepared
from notifications.dispatch.lease import LEASE
from notifications.enums import Outcome
from notifications.models import Message, Notice
from notifications.rendering import language_of, message_id_of
from notifications.several import bundle_key

logger = logging.getLogger(__name__)
OPEN = f"""
    INSERT INTO notifications_message (firm_id, outcome, created_at, lease_until, code, audience, message_id, to_email, language, priority,
                                       tries, fence, in_doubt, subject, template_version, provider_id, answer)
    SELECT $1, '{Outcome.SENDING}', $2, $3, d.*, 1, 1, false, '', '', '', ''
    FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::smallint[]) d
    ON CONFLICT (firm_id, message_id) DO NOTHING
    RETURNING message_id, id
"""


def open_messages(firm: Firm, groups: Sequence[Sequence[Notice]], now: datetime, machine_now: datetime) -> list[Message | None]:
    """One for each group of notices, first try and first fence, with nothing read of it but its ids; one query, none for none.

    None where its Message-ID stands already: a mistake of ours, which must not keep the firm's others. What it tells stays, and health
    says how long that has waited.
    """
    if not groups:
        return []
    rows = [_row(firm, told) for told in groups]
    ids = dict(prepared(OPEN, [firm.pk, now, machine_now + LEASE, *(list(column) for column in zip(*rows, strict=True))]))
    return [_opened(firm, row[2], ids.get(row[2])) for row in rows]


def _opened(firm: Firm, message_id: str, pk: int | None) -> Message | None:
    if pk is None:
        logger.error("Message %s of firm %s stands already: what it tells stays", message_id, firm.pk)
        return None
    return Message.from_db(None, ["id", "firm_id", "message_id", "fence"], [pk, firm.pk, message_id, 1])


def _row(firm: Firm, told: Sequence[Notice]) -> tuple[str, str, str, str, str, int]:
    first = told[0]
    key = first.key if len(told) == 1 else bundle_key(first.key)
    language = language_of((first.copy_of or first).values, firm)
    return new_code(16), first.audience, message_id_of(firm.pk, key), first.email, language, first.priority
