"""The firm's own copy of each e-mail that a client got (A23): a message of its own, whose links and codes open nothing (M6)."""

from notifications.enums import Audience, Outcome, Priority
from notifications.verdicts import Reason, Verdict

NO_REPLY = ("noreply", "nepasrepondre", "donotreply", "dontreply")

# Beside the record of the message itself: the copy stands exactly if the record does. What went together is copied together.
# Of firm $1, message $2 at fence $3, copied at $4, where the firm wants a copy.
COPY = f"""
    INSERT INTO notifications_notice (firm_id, audience, event, key, number, copy_of_id, email, verdict, reason, decided_at, not_before,
                                      priority, values, bundle)
    SELECT n.firm_id, '{Audience.STAFF}', n.event, 'copy:' || n.key, n.number, n.id, f.copy_to, '{Verdict.SEND}', '{Reason.COPY}', $4, $4,
           {Priority.LETTER:d}, '{{}}', CASE WHEN n.bundle = '' THEN '' ELSE 'copy:' || n.message_id END
    FROM notifications_notice n JOIN firms_firm f ON f.id = n.firm_id
    JOIN notifications_message m ON m.firm_id = n.firm_id AND m.id = n.message_id AND m.fence = $3 AND m.outcome = '{Outcome.SENT}'
    WHERE n.firm_id = $1 AND n.message_id = $2 AND n.audience = '{Audience.CLIENT}' AND n.copy_of_id IS NULL AND f.copy_on
    ON CONFLICT (firm_id, key) DO NOTHING
"""


def is_no_reply(email: str) -> bool:
    """An address that nobody reads, wherever its name says so: no copy goes there (B08)."""
    letters = "".join(character for character in email.partition("@")[0].casefold() if character.isalnum())
    return any(name in letters for name in NO_REPLY)
