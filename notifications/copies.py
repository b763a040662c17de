"""The firm's own copy of each e-mail that a client got (A23): a message of its own, whose links and codes open nothing (M6)."""

from datetime import datetime

from django.db import connection

from notifications.enums import Audience, Priority
from notifications.verdicts import Reason, Verdict

NO_REPLY = ("noreply", "nepasrepondre", "donotreply", "dontreply")

# One statement beside the record of the message itself: the copy stands exactly if the record does.
INSERT = """
    INSERT INTO notifications_notice (firm_id, audience, event, key, number, copy_of_id, email, verdict, reason, decided_at, not_before,
                                      priority, values, bundle)
    SELECT n.firm_id, %(staff)s, n.event, 'copy:' || n.key, n.number, n.id, f.copy_to, %(send)s, %(copy)s, %(at)s, %(at)s,
           %(priority)s, '{}', CASE WHEN n.bundle = '' THEN '' ELSE 'copy:' || n.message_id END
    FROM notifications_notice n JOIN firms_firm f ON f.id = n.firm_id
    WHERE n.firm_id = %(firm)s AND n.message_id = %(message)s AND n.audience = %(client)s AND n.copy_of_id IS NULL AND f.copy_on
    ON CONFLICT (firm_id, key) DO NOTHING
"""


def queue_copy(firm_id: int, message_id: int, at: datetime) -> None:
    """Writes the copy of a client's e-mail that has just gone, where the firm wants one; inside the transaction that records it.

    What went together is copied together.
    """
    values: dict[str, int | str | datetime] = {
        "firm": firm_id,
        "message": message_id,
        "at": at,
        "client": Audience.CLIENT,
        "staff": Audience.STAFF,
        "send": Verdict.SEND,
        "copy": Reason.COPY,
        "priority": Priority.LETTER,
    }
    with connection.cursor() as cursor:
        cursor.execute(INSERT, values)


def is_no_reply(email: str) -> bool:
    """An address that nobody reads, wherever its name says so: no copy goes there (B08)."""
    letters = "".join(character for character in email.partition("@")[0].casefold() if character.isalnum())
    return any(name in letters for name in NO_REPLY)
