"""The words of the outbox."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Audience(TextChoices):
    """Whom a message is for (A01)."""

    CLIENT = "client", _("Clients")
    STAFF = "staff", _("Team members")
    OWNER = "owner", _("Firm owner")


class Verdict(TextChoices):
    SEND = "send", _("Sent")
    HOLD = "hold", _("Held")
    SKIP = "skip", _("Skipped")


class Reason(TextChoices):
    """Why an address is told, is told later, or is not told. The label is the sentence that staff read."""

    NOTIFY_ON = "notify_on", _("Gets e-mails about this account (NOTIFY is on).")
    NAMED = "named", _("Named in the request, and NOTIFY is on.")
    ASKED_FOR_IT = "asked_for_it", _("The addressee asked for it.")
    COPY = "copy", _("The firm receives a copy of each e-mail to its clients.")
    OUTSIDE_HOURS = "outside_hours", _("Reminders go out in the firm's hours only.")
    GATHERING = "gathering", _("Waits some minutes, to go out with what is added until then.")
    TOLD_TODAY = "told_today", _("Told of the same request less than 24 hours ago.")
    NOTIFY_OFF = "notify_off", _("NOTIFY is off for this address.")
    PREFERENCE_OFF = "preference_off", _("Does not want this kind of message.")
    NOT_NAMED = "not_named", _("Not one of the people named in the request.")
    HAS_DONE = "has_done", _("Has done their part already.")
    SUPPRESSED = "suppressed", _("The address does not receive e-mails and is written to no more.")
    CONTACT_ARCHIVED = "contact_archived", _("The contact is archived.")
    UNLINKED = "unlinked", _("No longer an address of this account.")
    ACTION_CLOSED = "action_closed", _("The request was closed before.")
    REMINDERS_OFF = "reminders_off", _("Reminders were switched off before.")
    COPIES_OFF = "copies_off", _("Copies were switched off, or go to another address, since.")
    OUT_OF_DATE = "out_of_date", _("Asked for again since, or no longer valid.")


class Priority(IntegerChoices):
    """What leaves first."""

    ACCESS = 10, _("Access")
    NOTICE = 20, _("Notice")
    REMINDER = 30, _("Reminder")
    LETTER = 40, _("Letter")


class Outcome(TextChoices):
    """What became of a message."""

    WAITING = "waiting", _("Waiting for another try")
    SENDING = "sending", _("On the way")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    BOUNCED = "bounced", _("Bounced")
    COMPLAINED = "complained", _("Complained")
    FAILED = "failed", _("Failed")
    UNCONFIRMED = "unconfirmed", _("Unconfirmed")
    CANCELLED = "cancelled", _("Cancelled")


class SuppressionReason(TextChoices):
    NO_SUCH_ADDRESS = "no_such_address", _("Its mail server says that it does not exist.")
    BY_STAFF = "by_staff", _("Set by staff.")
