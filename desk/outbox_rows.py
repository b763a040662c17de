"""E-mails as the outbox shows them: a mark, what they tell, to whom, and what became of them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from clients.models import Account
from clients.queries import may_change
from firms.doors import powers
from firms.enums import Right
from firms.models import Firm, Staff
from firms.rules import may_change_settings
from lib.clock import machine_now
from notifications.enums import REASON_SENTENCES, OutboxState, Outcome
from notifications.holding import is_kept_back
from notifications.models import Notice
from notifications.outbox import Entry, seen_whole
from notifications.own_way import leaves_by_own_way
from notifications.samples import EVENT_TITLES
from notifications.verdicts import Reason, Verdict
from templates_email.enums import EmailEvent
from ways.pacing import find_pace_used_up

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
    per_minute: int | None = None  # it waits for its turn, as no more leave by the firm's own way

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
        if self.per_minute:
            return said_turn(self.per_minute)
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
    rows = [Row(entry, entry.state(staff.firm, now), whole[entry.code], kept_back(staff.firm, entry, now)) for entry in entries]
    paced = find_pace_used_up(staff.firm.pk, machine_now()) if any(waits_its_turn(row) for row in rows) else None
    return [replace(row, per_minute=paced) if waits_its_turn(row) else row for row in rows]


def waits_its_turn(row: Row) -> bool:
    """Where the firm's own way has a pace that is used up."""
    return row.entry.message is None and row.state == OutboxState.WAITING and leaves_by_own_way(row.entry.notices[0])


def said_turn(per_minute: int) -> str:
    words = ngettext(
        "It waits its turn: %(n)s e-mail a minute leaves by your firm’s own mail service.",
        "It waits its turn: %(n)s e-mails a minute leave by your firm’s own mail service.",
        per_minute,
    )
    return words % {"n": per_minute}


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
