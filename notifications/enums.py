"""The words of the outbox."""

from collections.abc import Mapping

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from notifications.verdicts import Reason, Verdict
from ways.errors import ErrorKind


class Audience(TextChoices):
    """Whom a message is for (A01)."""

    CLIENT = "client", _("Clients")
    STAFF = "staff", _("Team members")
    OWNER = "owner", _("Firm owner")


VERDICT_WORDS = {Verdict.SEND: _("Sent"), Verdict.HOLD: _("Held"), Verdict.SKIP: _("Skipped")}
REASON_SENTENCES = {  # why an address is told, is told later, or is not told, as staff read it
    Reason.NOTIFY_ON: _("Gets e-mails about this account (NOTIFY is on)."),
    Reason.NAMED: _("Named in the request, and NOTIFY is on."),
    Reason.ASKED_FOR_IT: _("The addressee asked for it."),
    Reason.COPY: _("The firm receives a copy of each e-mail to its clients."),
    Reason.MAIL_HELD: _("All e-mails to clients are held."),
    Reason.FIRM_PAUSED: _("The firm's reminders are paused."),
    Reason.ACCOUNT_PAUSED: _("Reminders of this account are paused."),
    Reason.CONTACT_PAUSED: _("Reminders to this person are paused."),
    Reason.ACTION_PAUSED: _("Reminders of this request are paused."),
    Reason.OUTSIDE_HOURS: _("Reminders go out in the firm's hours only."),
    Reason.CLOSED_DAY: _("Reminders go out on the firm's open days only."),
    Reason.CAPPED: _("Has had as many reminders as the firm sends one person; goes along with the next."),
    Reason.CATCHING_UP: _("Late ones go out spread over the day."),
    Reason.GATHERING: _("Waits some minutes, to go out with what is added until then."),
    Reason.TOLD_TODAY: _("Told of the same request less than 24 hours ago."),
    Reason.NOTIFY_OFF: _("NOTIFY is off for this address."),
    Reason.PREFERENCE_OFF: _("Does not want this kind of message."),
    Reason.NOT_NAMED: _("Not one of the people named in the request."),
    Reason.HAS_DONE: _("Has done their part already."),
    Reason.SUPPRESSED: _("The address does not receive e-mails and is written to no more."),
    Reason.CONTACT_ARCHIVED: _("The contact is archived."),
    Reason.UNLINKED: _("No longer an address of this account."),
    Reason.ACTION_CLOSED: _("The request was closed before."),
    Reason.REMINDERS_OFF: _("Reminders were switched off before."),
    Reason.COPIES_OFF: _("Copies were switched off, or go to another address, since."),
    Reason.OUT_OF_DATE: _("Asked for again since, or no longer valid."),
    Reason.SUPERSEDED: _("Was still held when the next reminder was due, which takes its place."),
    Reason.TOO_LATE: _("Later than the firm allows: it waits for your yes."),
    Reason.LEFT_OUT: _("Was too late, and staff left it out."),
    Reason.CALLED_OFF: _("Staff cancelled it in the outbox."),
}


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


# What a message has come to, low to high. Reports come late, twice and out of order: each moves it forward only. What was refused or
# cancelled here never left, so that no report can be of it, but for one that was thought lost: that it arrived proves that it went.
RANKS: Mapping[Outcome, int] = {
    Outcome.WAITING: 0,
    Outcome.SENDING: 0,
    Outcome.CANCELLED: 0,
    Outcome.FAILED: 0,
    Outcome.UNCONFIRMED: 0,
    Outcome.SENT: 1,
    Outcome.DELIVERED: 2,
    Outcome.BOUNCED: 3,  # also after "delivered": a server may take what it then returns
    Outcome.COMPLAINED: 4,
}


def moves_forward(then: Outcome, reported: Outcome) -> bool:
    """Whether a message that stands at `then` is moved on by what is `reported` of it."""
    return RANKS[reported] > RANKS[then]


class OutboxState(TextChoices):
    """Where an e-mail stands, as the outbox sorts them: several outcomes, and what has not become a message yet."""

    WAITING = "waiting", pgettext_lazy("one e-mail", "Waiting")
    SENDING = "sending", pgettext_lazy("one e-mail", "On the way")
    HELD = "held", pgettext_lazy("one e-mail", "Held")
    SENT = "sent", pgettext_lazy("one e-mail", "Sent")
    FAILED = "failed", pgettext_lazy("one e-mail", "Failed")
    CANCELLED = "cancelled", pgettext_lazy("one e-mail", "Cancelled")


OUTCOMES: Mapping[OutboxState, tuple[Outcome, ...]] = {
    OutboxState.WAITING: (Outcome.WAITING,),
    OutboxState.SENDING: (Outcome.SENDING,),
    OutboxState.SENT: (Outcome.SENT, Outcome.DELIVERED),
    OutboxState.FAILED: (Outcome.FAILED, Outcome.BOUNCED, Outcome.COMPLAINED, Outcome.UNCONFIRMED),
    OutboxState.CANCELLED: (Outcome.CANCELLED,),
}


ERROR_WORDS = {  # why a message was refused last, as staff filter by it
    ErrorKind.SOON: _("Mail server busy or out of reach"),
    ErrorKind.LATER: _("Too many at once"),
    ErrorKind.ADDRESS: _("Address refused"),
    ErrorKind.SENDER: _("Sender refused"),
    ErrorKind.NEVER: _("Could not be made"),
    ErrorKind.DOUBT: _("Handed over, never answered"),
}


class SuppressionReason(TextChoices):
    NO_SUCH_ADDRESS = "no_such_address", _("Its mail server says that it does not exist.")
    COMPLAINED = "complained", _("Its reader has marked an e-mail as unwanted.")
    UNSUBSCRIBED = "unsubscribed", _("Its reader has asked for no more e-mails.")
    BY_STAFF = "by_staff", _("Set by staff.")


class SuppressionOrigin(TextChoices):
    """Who said so."""

    SMTP = "smtp", _("Answer of the mail server")
    PROVIDER = "provider", _("Report of the e-mail provider")
    RETURNED = "returned", _("E-mail that came back")
    READER = "reader", _("The reader")
    STAFF = "staff", _("Staff")


ORIGINS: Mapping[SuppressionReason, SuppressionOrigin] = {  # where nothing more exact is known
    SuppressionReason.NO_SUCH_ADDRESS: SuppressionOrigin.PROVIDER,
    SuppressionReason.COMPLAINED: SuppressionOrigin.READER,
    SuppressionReason.UNSUBSCRIBED: SuppressionOrigin.READER,
    SuppressionReason.BY_STAFF: SuppressionOrigin.STAFF,
}
