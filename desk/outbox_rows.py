"""E-mails as the outbox shows them: a mark, what they tell, to whom, and what became of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from clients.models import Account
from clients.queries import may_change
from firms.doors import powers
from firms.enums import Right
from firms.models import Firm, Staff
from firms.rules import may_change_settings
from notifications.enums import REASON_SENTENCES, OutboxState, Outcome
from notifications.holding import is_kept_back
from notifications.models import Notice
from notifications.outbox import Entry, seen_whole
from notifications.samples import EVENT_TITLES
from notifications.verdicts import Reason, Verdict
from templates_email.enums import EmailEvent

COLORS = {
    OutboxState.WAITING: "azure",
    OutboxState.SENDING: "azure",
    OutboxState.HELD: "yellow",
    OutboxState.SENT: "green",
    OutboxState.FAILED: "red",
    OutboxState.CANCELLED: "grey",
}
ICONS = {
    OutboxState.WAITING: "hourglass",
    OutboxState.SENDING: "send",
    OutboxState.HELD: "clock",
    OutboxState.SENT: "check",
    OutboxState.FAILED: "mail-x",
    OutboxState.CANCELLED: "ban",
}


@dataclass(frozen=True, slots=True)
class Row:
    """What is about accounts out of sight too is not told: neither its subject nor its text."""

    entry: Entry
    state: OutboxState
    whole: bool
    kept_back: bool = False  # the firm holds all its e-mails

    @property
    def word(self) -> str:
        message = self.entry.message
        exact = message is not None and self.state in (OutboxState.SENT, OutboxState.FAILED)
        return str(Outcome(message.outcome).label if message and exact else self.state.label)

    @property
    def color(self) -> str:
        message = self.entry.message
        return "yellow" if message and message.outcome == Outcome.UNCONFIRMED else COLORS[self.state]

    @property
    def icon(self) -> str:
        return ICONS[self.state]

    @property
    def title(self) -> str:
        """Its subject; of what has none yet, what it will tell."""
        subject = self.entry.message.subject if self.entry.message and self.whole else ""
        return subject or told_by(self.entry)

    @property
    def name(self) -> str:
        """Whose address it is, as far as the firm knows."""
        first = self.entry.first
        return first.contact.name if first and first.contact else ""

    @property
    def address_url(self) -> str:
        """Where it is said whether e-mails go to the address; nowhere for one that the person has no more."""
        first = self.entry.first
        if not first or not first.contact or not first.address or first.address.removed_at:
            return ""
        if first.address.contact_id != first.contact_id:  # merged since
            return ""
        return reverse("address_show", args=[first.contact.code, first.address.code])

    @property
    def accounts(self) -> list[Account]:
        return list(dict.fromkeys(each.account for each in self.entry.notices if each.account)) if self.whole else []

    @property
    def why(self) -> str:
        """Of what has not gone: why not."""
        message, first = self.entry.message, self.entry.first
        if self.kept_back:
            return str(REASON_SENTENCES[Reason.MAIL_HELD])
        if message and message.outcome != Outcome.CANCELLED:
            return message.answer if self.state in (OutboxState.FAILED, OutboxState.WAITING) else ""
        return sentence_of(first) if first and (first.verdict != Verdict.SEND) else ""

    @property
    def until(self) -> datetime | None:
        """When it is looked at again."""
        message, first = self.entry.message, self.entry.first
        if message:
            return message.next_try_at
        return first.not_before if first and self.state == OutboxState.HELD and not self.kept_back else None


def rows_of(entries: Iterable[Entry], staff: Staff, now: datetime) -> list[Row]:
    entries = list(entries)
    whole = seen_whole(staff, entries)
    return [Row(entry, entry.state(staff.firm, now), whole[entry.code], kept_back(staff.firm, entry, now)) for entry in entries]


def kept_back(firm: Firm, entry: Entry, now: datetime) -> bool:
    """Of what would wait or go at once, if the firm did not hold its e-mails."""
    first = entry.first
    unsent = entry.message is None or entry.message.outcome == Outcome.WAITING
    is_due = first is not None and (entry.message is not None or (first.not_before or now) <= now)
    return bool(first and unsent and is_due and is_kept_back(firm, first, now))


def told_by(entry: Entry) -> str:
    told = [notice.copy_of or notice for notice in entry.notices]
    if not told:
        return _("Nothing any more")
    if len(told) > 1:
        event = EmailEvent.SEVERAL_REMINDERS if all(each.number for each in told) else EmailEvent.SEVERAL_REQUESTS
        return str(EVENT_TITLES[event])
    title = event_title(told[0])
    return pgettext("outbox", "Copy: %(title)s") % {"title": title} if entry.notices[0].copy_of else title


def event_title(notice: Notice) -> str:
    """In words; of an event that there is no more, its name."""
    try:
        return str(EVENT_TITLES[EmailEvent(notice.event)])
    except ValueError:
        return notice.event


def sentence_of(notice: Notice) -> str:
    return str(REASON_SENTENCES[Reason(notice.reason)])


def may_act(staff: Staff, row: Row) -> bool:
    """Whoever may change each request that it tells of; what is about no account is for the owner and admins."""
    if may_change_settings(powers(staff)):
        return True
    accounts = [notice.account for notice in row.entry.notices]
    return row.whole and all(account is not None and may_change(staff, account, Right.MANAGE_ACTIONS) for account in accounts)
