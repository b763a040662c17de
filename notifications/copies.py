"""The firm's own copy of each e-mail that a client got (A23): a message of its own, whose links and codes open nothing (M6)."""

from datetime import datetime

from notifications.enums import Audience, Outcome, Priority
from notifications.verdicts import Reason, Verdict

NO_REPLY = ("noreply", "nepasrepondre", "donotreply", "dontreply")

# Beside the record of the message itself: the copy stands exactly if the record does. What went together is copied together.
COPY = """
    INSERT INTO notifications_notice (firm_id, audience, event, key, number, copy_of_id, email, verdict, reason, decided_at, not_before,
                                      priority, values, bundle)
    SELECT n.firm_id, %(staff)s, n.event, 'copy:' || n.key, n.number, n.id, f.copy_to, %(send)s, %(copy)s, %(at)s, %(at)s,
           %(priority)s, '{}', CASE WHEN n.bundle = '' THEN '' ELSE 'copy:' || n.message_id END
    FROM notifications_notice n JOIN firms_firm f ON f.id = n.firm_id
    JOIN notifications_message m ON m.firm_id = n.firm_id AND m.id = n.message_id AND m.fence = %(fence)s AND m.outcome = %(sent)s
    WHERE n.firm_id = %(firm)s AND n.message_id = %(message)s AND n.audience = %(client)s AND n.copy_of_id IS NULL AND f.copy_on
    ON CONFLICT (firm_id, key) DO NOTHING
"""


def copy_values(firm_id: int, message_id: int, fence: int, at: datetime) -> dict[str, int | str | datetime]:
    """For `COPY`: the copy of a client's e-mail that has just gone, where the firm wants one."""
    return {
        "firm": firm_id,
        "message": message_id,
        "fence": fence,
        "at": at,
        "client": Audience.CLIENT.value,
        "staff": Audience.STAFF.value,
        "send": Verdict.SEND.value,
        "copy": Reason.COPY.value,
        "sent": Outcome.SENT.value,
        "priority": Priority.LETTER.value,
    }


def is_no_reply(email: str) -> bool:
    """An address that nobody reads, wherever its name says so: no copy goes there (B08)."""
    letters = "".join(character for character in email.partition("@")[0].casefold() if character.isalnum())
    return any(name in letters for name in NO_REPLY)
