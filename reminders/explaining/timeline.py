"""What happened to an action, and why: the outbox's decisions and the activity log as one history, newest first. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext, pgettext, pgettext_lazy

from firms.enums import Verb
from firms.models import ActivityLine
from notifications.enums import REASON_SENTENCES, Outcome, Priority
from notifications.models import Notice
from notifications.verdicts import Reason, Verdict
from templates_email.enums import EmailEvent

TOGETHER = timedelta(minutes=1)  # what befell several people at once is one line
Said = str | Promise


@dataclass(frozen=True, slots=True)
class Mark:
    """How a line looks: an icon, and a state in a word with its colour."""

    icon: str
    word: Said
    colour: str


@dataclass(frozen=True, slots=True)
class Link:
    """Where a setting stands."""

    url: str
    title: Said


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the history: `what` befell `names`, for the reason `why`; `setting` is where it can be changed, `link` the way there."""

    at: datetime
    mark: Mark
    what: str
    names: tuple[str, ...] = ()
    why: str = ""
    until: datetime | None = None  # of what is held
    setting: str = ""
    contacts: frozenset[int] = frozenset()
    link: Link | None = None  # for whoever may open it

    @property
    def people(self) -> str:
        return join_names(self.names)


OUTCOMES = {
    Outcome.WAITING: Mark("send", gettext_lazy("On the way"), "azure"),
    Outcome.SENDING: Mark("send", gettext_lazy("On the way"), "azure"),
    Outcome.SENT: Mark("send", gettext_lazy("Sent"), "green"),
    Outcome.DELIVERED: Mark("send", gettext_lazy("Delivered"), "green"),
    Outcome.BOUNCED: Mark("mail-x", gettext_lazy("Bounced"), "red"),
    Outcome.COMPLAINED: Mark("mail-x", gettext_lazy("Complained"), "red"),
    Outcome.FAILED: Mark("mail-x", gettext_lazy("Failed"), "red"),
    Outcome.UNCONFIRMED: Mark("mail-question", gettext_lazy("Unconfirmed"), "yellow"),
    Outcome.CANCELLED: Mark("bell-off", gettext_lazy("Cancelled"), "grey"),
}
ON_THE_WAY = OUTCOMES[Outcome.WAITING]
HELD = Mark("clock", gettext_lazy("Held"), "yellow")
SKIPPED = Mark("bell-off", gettext_lazy("Skipped"), "grey")
PLANNED = Mark("calendar-time", gettext_lazy("Planned"), "azure")

VERBS = {
    Verb.ACTION_OPENED: Mark("file-plus", gettext_lazy("Asked"), "grey"),
    Verb.ACTION_RESENT: Mark("repeat", gettext_lazy("Resent"), "grey"),
    Verb.ACTION_DONE_BY_PARTY: Mark("signature", gettext_lazy("Signed"), "green"),
    Verb.ACTION_APPROVED_BY_PARTY: Mark("thumb-up", gettext_lazy("Approved"), "green"),
    Verb.ACTION_ANSWERED: Mark("message-reply", gettext_lazy("Answered"), "green"),
    Verb.ACTION_DONE: Mark("circle-check", gettext_lazy("Done"), "green"),
    Verb.ACTION_REFUSED: Mark("hand-stop", gettext_lazy("Declined"), "red"),
    Verb.ACTION_WITHDRAWN: Mark("arrow-back-up", gettext_lazy("Withdrawn"), "grey"),
    Verb.ACTION_EXPIRED: Mark("calendar-off", gettext_lazy("Expired"), "grey"),
    Verb.ACTION_ARCHIVED: Mark("archive", gettext_lazy("Archived"), "grey"),
    Verb.ACTION_REOPENED: Mark("archive-off", gettext_lazy("Reopened"), "grey"),
    Verb.MESSAGE_WRITTEN: Mark("message-2", gettext_lazy("Written"), "grey"),
    Verb.THREAD_CHANGED: Mark("users", gettext_lazy("Changed"), "grey"),
    Verb.TASK_ADDED: Mark("plus", gettext_lazy("Changed"), "grey"),
    Verb.TASK_CHANGED: Mark("pencil", gettext_lazy("Changed"), "grey"),
    Verb.TASK_REMOVED: Mark("minus", gettext_lazy("Changed"), "grey"),
    Verb.TASK_DONE: Mark("checkbox", gettext_lazy("Ticked"), "green"),
    Verb.TASK_UNDONE: Mark("arrow-back-up", gettext_lazy("Changed"), "grey"),
    Verb.REMINDERS_CHANGED: Mark("bell", gettext_lazy("Changed"), "grey"),
    Verb.REMINDERS_STOPPED: Mark("bell-off", gettext_lazy("Stopped"), "grey"),
    Verb.REMINDERS_PAUSED: Mark("player-pause", pgettext_lazy("reminders", "Paused"), "grey"),
    Verb.REMINDERS_RESUMED: Mark("player-play", pgettext_lazy("reminders", "Resumed"), "grey"),
    Verb.REMINDERS_TAKEN_UP: Mark("player-play", pgettext_lazy("reminders", "Resumed"), "grey"),
    Verb.LATE_SENT: Mark("bell", gettext_lazy("Let go"), "grey"),
    Verb.LATE_LEFT_OUT: Mark("bell-off", gettext_lazy("Left out"), "grey"),
}
LEFT_OUT = {Verb.ACTION_REMINDED}  # each of its e-mails has a line of its own

# Where a reason comes from: a card on the action's own page, the account's, a person's, the firm's, or what waits for a yes.
CONTACTS, ACCOUNT, CONTACT, REMINDERS, PARTIES, HOURS, LATE = "contacts", "account", "contact", "reminders", "parties", "hours", "late"
OUTBOX = "outbox"
SETTINGS = {
    Reason.NOTIFY_OFF: CONTACTS,
    Reason.PREFERENCE_OFF: CONTACTS,
    Reason.UNLINKED: CONTACTS,
    Reason.SUPPRESSED: CONTACTS,
    Reason.CONTACT_ARCHIVED: CONTACTS,
    Reason.ACCOUNT_PAUSED: ACCOUNT,
    Reason.CONTACT_PAUSED: CONTACT,
    Reason.ACTION_PAUSED: REMINDERS,
    Reason.REMINDERS_OFF: REMINDERS,
    Reason.NOT_NAMED: PARTIES,
    Reason.HAS_DONE: PARTIES,
    Reason.FIRM_PAUSED: HOURS,
    Reason.OUTSIDE_HOURS: HOURS,
    Reason.CLOSED_DAY: HOURS,
    Reason.CAPPED: HOURS,
    Reason.CATCHING_UP: HOURS,
    Reason.TOO_LATE: LATE,
}


def history(notices: Iterable[Notice], lines: Iterable[ActivityLine], *, contact_id: int | None = None, held: bool = False) -> list[Entry]:
    """Newest first; with `contact_id` only what concerns this person. `held`: the firm holds all its e-mails."""
    notices = list(notices)
    several = with_several_addresses(notices)
    entries = [entry_of_notice(notice, several, held=held) for notice in notices]
    entries += [entry_of_line(line) for line in lines if line.verb not in LEFT_OUT]
    if contact_id is not None:
        entries = [entry for entry in entries if contact_id in entry.contacts]
    return together(sorted(entries, key=lambda entry: (entry.at, rank(entry)), reverse=True))


def with_several_addresses(notices: Iterable[Notice]) -> set[int]:
    """The contacts whose name alone does not say which of their addresses is meant."""
    addresses: dict[int, set[str]] = defaultdict(set)
    for notice in notices:
        addresses[notice.contact_id or 0].add(notice.email)
    return {contact_id for contact_id, emails in addresses.items() if len(emails) > 1}


def rank(entry: Entry) -> int:
    """Of the same instant, what was sent stands above what was not, and both above the act that caused them."""
    return 0 if not entry.names else 1 if entry.mark is SKIPPED else 2


def together(entries: Sequence[Entry]) -> list[Entry]:
    """The same thing that befell several people within a minute, for the same reason, in one line."""
    joined: list[Entry] = []
    for entry in entries:
        twin = next((place for place in range(len(joined)) if _twins(joined[place], entry)), None)
        if twin is None:
            joined.append(entry)
        else:
            last = joined[twin]
            names = tuple(dict.fromkeys((*entry.names, *last.names)))
            joined[twin] = replace(last, names=names, contacts=last.contacts | entry.contacts)
    return joined


def _twins(one: Entry, other: Entry) -> bool:
    same = (one.mark, one.what, one.why, one.until) == (other.mark, other.what, other.why, other.until)
    return bool(one.names and other.names) and same and one.at - other.at <= TOGETHER


def entry_of_notice(notice: Notice, several: Collection[int] = (), *, held: bool = False) -> Entry:
    """`several`: contacts who are named together with the address that is meant. `held`: the firm holds all its e-mails."""
    reason, message = Reason(notice.reason), notice.message
    contacts = frozenset({notice.contact_id} if notice.contact_id else ())
    name = (notice.contact.name if notice.contact else "") or notice.email
    if notice.contact_id in several and name != notice.email:
        name = f"{name} ({notice.email})"
    at = (message.sent_at if message else None) or notice.decided_at
    mark = mark_of(notice)
    until = notice.not_before if mark is HELD else None
    entry = Entry(at, mark, what_of(notice), (name,), str(REASON_SENTENCES[reason]), until, SETTINGS.get(reason, ""), contacts)
    if held and mark is ON_THE_WAY and notice.priority != Priority.ACCESS:
        return replace(entry, mark=HELD, why=str(REASON_SENTENCES[Reason.MAIL_HELD]), setting=OUTBOX)
    if notice.verdict == Verdict.SKIP:
        return replace(entry, why=_("Not sent: %(reason)s") % {"reason": REASON_SENTENCES[reason]})
    if message is not None and message.answer and Outcome(message.outcome) in (Outcome.BOUNCED, Outcome.FAILED, Outcome.UNCONFIRMED):
        return replace(entry, why=message.answer)
    return entry


def mark_of(notice: Notice) -> Mark:
    if notice.verdict == Verdict.SKIP:
        return SKIPPED
    if notice.message is not None:
        return OUTCOMES[Outcome(notice.message.outcome)]
    return HELD if notice.verdict == Verdict.HOLD else ON_THE_WAY


def what_of(notice: Notice) -> str:
    if notice.number:
        return reminder_name(notice.number, notice.values.get("of", ""))
    if notice.event == EmailEvent.ACT_CODE:
        return pgettext("sent to somebody", "Code")
    if getattr(notice, "with_others", False):
        return pgettext("sent to somebody", "Request, once more, in one e-mail with others,")
    is_message, is_again = notice.event == EmailEvent.CHAT_MESSAGE, notice.key.startswith("resend:")
    if is_again:
        return pgettext("sent to somebody", "Message, once more,") if is_message else pgettext("sent to somebody", "Request, once more,")
    return _messages(len(notice.values.get("rows", ())) or 1) if is_message else pgettext("sent to somebody", "Request")


def _messages(count: int) -> str:
    """What was written within ten minutes is one e-mail."""
    return npgettext("sent to somebody", "Message", "%(count)s messages", count) % {"count": count}


def reminder_name(number: int, of: object) -> str:
    return _("Reminder %(number)s of %(of)s") % {"number": number, "of": of}


def entry_of_line(line: ActivityLine) -> Entry:
    mark = VERBS.get(Verb(line.verb), Mark("point", "", "grey"))
    contacts = frozenset({line.contact_id} if line.contact_id else ())
    return Entry(line.at, mark, f"{line.actor_name} {line.sentence}", contacts=contacts)


def join_names(names: Sequence[str]) -> str:
    return get_text_list(list(names), pgettext("between two names", "and"))
