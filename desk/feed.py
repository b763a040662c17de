"""Activity lines as pages and files show them: a mark, words, and what can be opened."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from desk.queries import Codes, codes_for
from firms.enums import Verb
from firms.models import ActivityLine, Staff

GROUPS: Mapping[str, tuple[Verb, ...]] = {
    "requests": (
        Verb.ACTION_OPENED, Verb.ACTION_RESENT, Verb.ACTION_DONE_BY_PARTY, Verb.ACTION_APPROVED_BY_PARTY, Verb.ACTION_ANSWERED,
        Verb.ACTION_DONE, Verb.ACTION_REFUSED, Verb.ACTION_WITHDRAWN, Verb.ACTION_EXPIRED, Verb.ACTION_ARCHIVED, Verb.ACTION_REOPENED,
        Verb.MESSAGE_WRITTEN, Verb.THREAD_CHANGED,
        Verb.TASK_ADDED, Verb.TASK_CHANGED, Verb.TASK_REMOVED, Verb.TASK_DONE, Verb.TASK_UNDONE,
        Verb.MANY_ASKED, Verb.MANY_STOPPED, Verb.TEMPLATE_ADDED, Verb.TEMPLATE_CHANGED, Verb.TEMPLATE_DELETED,
    ),
    "reminders": (
        Verb.ACTION_REMINDED, Verb.REMINDERS_CHANGED, Verb.REMINDERS_STOPPED, Verb.REMINDERS_PAUSED, Verb.REMINDERS_RESUMED,
        Verb.REMINDERS_TAKEN_UP, Verb.LATE_SENT, Verb.LATE_LEFT_OUT, Verb.USUAL_REMINDERS_CHANGED, Verb.MAIL_RETRIED,
        Verb.MAIL_CANCELLED, Verb.MAIL_HELD, Verb.MAIL_RELEASED, Verb.ACTION_TAKEN_OVER,
    ),
    "clients": (
        Verb.ACCOUNT_CREATED, Verb.ACCOUNT_CHANGED, Verb.CONTACT_CREATED, Verb.CONTACT_CHANGED, Verb.CONTACT_LINKED,
        Verb.CONTACT_UNLINKED, Verb.CONTACT_MERGED, Verb.ADDRESS_ADDED, Verb.ADDRESS_REPLACED, Verb.ADDRESS_PRIMARY, Verb.ADDRESS_REMOVED,
        Verb.SWITCHED_ON, Verb.SWITCHED_OFF, Verb.SWITCH_CHANGED, Verb.PREFERENCE_CHANGED,
        Verb.ADDRESS_SUPPRESSED, Verb.ADDRESS_WRITTEN_TO_AGAIN, Verb.CLIENT_INVITED, Verb.CLIENT_JOINED, Verb.PREVIEWED,
        Verb.GROUP_CHANGED, Verb.TAG_CHANGED, Verb.FIELD_CHANGED, Verb.ACCOUNTS_EXPORTED, Verb.SILENT_EXPORTED,
    ),
    "files": (
        Verb.FILE_ADDED, Verb.FILE_REPLACED, Verb.FILE_RENAMED, Verb.FILE_MOVED, Verb.FILE_TRASHED, Verb.FILE_RESTORED, Verb.FILE_PURGED,
        Verb.FOLDER_CHANGED, Verb.DOCUMENTS_COMPLETE, Verb.PERIOD_REOPENED, Verb.VAT_RHYTHM_CHANGED,
    ),
    "imports": (Verb.IMPORT_CONFIRMED, Verb.IMPORT_DONE, Verb.IMPORT_STOPPED),
    "firm": (Verb.FIRM_CREATED, Verb.FIRM_CHANGED, Verb.SAMPLE_SENT, Verb.LOG_EXPORTED),
    "team": (Verb.STAFF_INVITED, Verb.STAFF_JOINED, Verb.STAFF_CHANGED, Verb.STAFF_REMOVED, Verb.SIGN_IN_CHANGED),
}  # fmt: skip
ICONS = {
    Verb.ACTION_OPENED: "send",
    Verb.ACTION_RESENT: "refresh",
    Verb.ACTION_REMINDED: "bell",
    Verb.ACTION_DONE_BY_PARTY: "signature",
    Verb.ACTION_APPROVED_BY_PARTY: "thumb-up",
    Verb.ACTION_ANSWERED: "message-reply",
    Verb.ACTION_DONE: "circle-check",
    Verb.ACTION_REFUSED: "hand-stop",
    Verb.ACTION_WITHDRAWN: "ban",
    Verb.ACTION_EXPIRED: "hourglass",
    Verb.ACTION_ARCHIVED: "archive",
    Verb.ACTION_REOPENED: "archive-off",
    Verb.MESSAGE_WRITTEN: "message-2",
    Verb.THREAD_CHANGED: "users",
    Verb.TASK_ADDED: "plus",
    Verb.TASK_CHANGED: "pencil",
    Verb.TASK_REMOVED: "minus",
    Verb.TASK_DONE: "checkbox",
    Verb.TASK_UNDONE: "arrow-back-up",
    Verb.MANY_ASKED: "send",
    Verb.MANY_STOPPED: "player-stop",
    Verb.TEMPLATE_ADDED: "template",
    Verb.TEMPLATE_CHANGED: "template",
    Verb.TEMPLATE_DELETED: "template",
    Verb.REMINDERS_CHANGED: "adjustments",
    Verb.FILE_TRASHED: "trash",
    Verb.FILE_PURGED: "trash",
    Verb.FOLDER_CHANGED: "folder",
    Verb.DOCUMENTS_COMPLETE: "circle-check",
    Verb.MAIL_RETRIED: "refresh",
    Verb.MAIL_CANCELLED: "mail-x",
    Verb.MAIL_HELD: "player-pause",
    Verb.MAIL_RELEASED: "player-play",
    Verb.REMINDERS_STOPPED: "bell-off",
    Verb.REMINDERS_PAUSED: "player-pause",
    Verb.REMINDERS_RESUMED: "player-play",
    Verb.LATE_LEFT_OUT: "bell-off",
    Verb.USUAL_REMINDERS_CHANGED: "adjustments",
    Verb.FIRM_CREATED: "building",
    Verb.FIRM_CHANGED: "settings",
    Verb.SAMPLE_SENT: "mail-forward",
    Verb.LOG_EXPORTED: "download",
    Verb.ACCOUNTS_EXPORTED: "download",
    Verb.SILENT_EXPORTED: "download",
    Verb.STAFF_INVITED: "user-plus",
    Verb.STAFF_JOINED: "user-check",
    Verb.STAFF_CHANGED: "user-cog",
    Verb.STAFF_REMOVED: "user-minus",
    Verb.SIGN_IN_CHANGED: "key",
    Verb.CLIENT_INVITED: "user-plus",
    Verb.CLIENT_JOINED: "user-check",
    Verb.PREVIEWED: "eye",
}
GROUP_ICONS = {"reminders": "bell", "clients": "users", "files": "files", "imports": "file-import"}
# Where one of the two values is empty, it was or became empty; elsewhere a value alone is a remark.
OF_VALUES = frozenset(
    {Verb.FIRM_CHANGED, Verb.STAFF_CHANGED, Verb.ACCOUNT_CHANGED, Verb.CONTACT_CHANGED, Verb.PREFERENCE_CHANGED, Verb.REMINDERS_CHANGED}
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An activity line with what its links need; codes are empty where there is nothing to open."""

    line: ActivityLine
    icon: str
    account_name: str
    account_code: str
    action_code: str

    @property
    def day(self) -> date:
        """By the clock of whoever reads."""
        return timezone.localtime(self.line.at).date()

    @property
    def change(self) -> str:
        return words_of_change(self.line)


def entries_of(staff: Staff, lines: Iterable[ActivityLine]) -> list[Entry]:
    """One query however many: the public codes that the links need."""
    lines = list(lines)
    codes = codes_for(staff, lines)
    return [_entry(line, codes) for line in lines]


def _entry(line: ActivityLine, codes: Codes) -> Entry:
    code, name = codes.accounts.get(line.account_id or 0, ("", ""))
    return Entry(line, icon_of(Verb(line.verb)), name, code, codes.actions.get(line.action_id or 0, ("", ""))[0])


def icon_of(verb: Verb) -> str:
    group = next((name for name, verbs in GROUPS.items() if verb in verbs), "")
    return ICONS.get(verb) or GROUP_ICONS.get(group, "activity")


def words_of_change(line: ActivityLine) -> str:
    """What the value was and is; nothing where nothing is known of it."""
    values = {"old": line.old, "new": line.new}
    if line.old == line.new or line.verb == Verb.SWITCH_CHANGED:
        return ""
    if line.old and line.new:
        return _("from “%(old)s” to “%(new)s”") % values
    if line.verb not in OF_VALUES:
        return line.old or line.new
    return (_("was empty, now “%(new)s”") if line.new else _("was “%(old)s”, now empty")) % values
