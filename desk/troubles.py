"""Failed tasks in words: what went wrong, why, and where a person can do something about it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from desk.queries import codes_for
from firms.doors import powers
from firms.enums import FailedTaskKind, Right
from firms.models import FailedTask, Staff
from firms.rules import has_right, may_change_settings
from ways.services import STOPPED

ACCOUNT, ACTION, IMPORT, LATE, NOWHERE = "account_show", "action_show", "import_show", "late_reminders", ""
RELEASE, OUTBOX, WAY = "outbox_release", "outbox_list", "settings_way"
WHOLE = (LATE, RELEASE, OUTBOX)  # pages of no one thing, and for all


@dataclass(frozen=True, slots=True)
class Words:
    """How one kind of failed task is told; `title` and `text` are filled with its subject and detail."""

    icon: str
    title: Promise
    text: Promise
    button: Promise | str = ""
    leads_to: str = NOWHERE


WORDS: Mapping[FailedTaskKind, Words] = {
    FailedTaskKind.NOBODY_TO_NOTIFY: Words(
        "user-question",
        _("Nobody at %(subject)s can be told"),
        _("No e-mail about “%(detail)s” can leave: no address of the account may be told of it."),
        _("Choose who"),
        ACCOUNT,
    ),
    FailedTaskKind.BOUNCED: Words("mail-x", _("%(subject)s is written to no more"), _("%(detail)s"), _("Fix address"), ACCOUNT),
    FailedTaskKind.NOT_SENT: Words(
        "mail-x", _("An e-mail to %(subject)s could not be sent"), _("Its mail server refused it. %(detail)s"), _("Open request"), ACTION
    ),
    FailedTaskKind.UNCONFIRMED: Words(
        "mail-question",
        _("It is not certain that %(subject)s got an e-mail"),
        _("The connection broke before the server had answered: it may have arrived once, twice or not at all. %(detail)s"),
        _("Open request"),
        ACTION,
    ),
    FailedTaskKind.REFUSED: Words("hand-stop", _("%(subject)s declined"), _("%(detail)s"), _("Open request"), ACTION),
    FailedTaskKind.EXPIRED: Words(
        "calendar-off", _("Nothing came from %(subject)s"), _("“%(detail)s” has expired."), _("Open request"), ACTION
    ),
    FailedTaskKind.IMPORT_FAILED: Words("file-import", _("The import “%(subject)s” stopped"), _("%(detail)s"), _("Open import"), IMPORT),
    FailedTaskKind.ASK_FAILED: Words(
        "checkbox",
        _("%(subject)s was not asked"),
        _("“%(detail)s” went to several accounts at once, and failed here three times. Ask this account by itself."),
        _("Open account"),
        ACCOUNT,
    ),
    FailedTaskKind.REMINDERS_LATE: Words(
        "clock-pause",
        _("Reminders are late, and wait for your yes"),
        _("They were due longer ago than your firm allows, so that none has gone out by itself."),
        _("See them"),
        LATE,
    ),
    FailedTaskKind.MAIL_BACKLOG: Words(
        "player-pause",
        _("E-mails to clients wait for your yes"),
        _("Some have waited longer than your firm allows, so that none has gone out by itself. An owner or admin releases them."),
        _("See how many"),
        RELEASE,
    ),
    FailedTaskKind.RESTORED: Words(
        "database-exclamation",
        _("E-mails may have gone before the database was restored"),
        _("They stand in the outbox as unconfirmed: look through them, and try again those that are still to go. %(detail)s"),
        _("Open the outbox"),
        OUTBOX,
    ),
    FailedTaskKind.REMINDER_FAILED: Words(
        "bell-off",
        _("A reminder to %(subject)s could not be made"),
        _("“%(detail)s” is tried again every hour; all others go out."),
        _("Open request"),
        ACTION,
    ),
    FailedTaskKind.LOGIN_IN_USE: Words(
        "user-question", _("%(subject)s cannot activate the access"), _("%(detail)s"), _("Open account"), ACCOUNT
    ),
    FailedTaskKind.SENDER_BROKEN: Words(
        "send-off", _("E-mails cannot leave"), _("The mail server refuses this deployment; e-mails wait and are tried again. %(detail)s")
    ),
}
WAY_STOPPED = Words(
    "send-off",
    _("%(subject)s refuses your e-mails"),
    _(
        "Nothing leaves for your clients until an owner or admin corrects the mail service or has it tried again. Nothing is lost. "
        "%(detail)s"
    ),
    _("Mail service"),
    WAY,
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A failed task on the page."""

    task: FailedTask
    icon: str
    title: str
    text: str
    button: str
    url: str


def troubles_of(staff: Staff, tasks: Iterable[FailedTask]) -> list[Trouble]:
    """One query however many: the public codes that the links need."""
    tasks = list(tasks)
    codes, mine = codes_for(staff, tasks), powers(staff)
    imports = has_right(mine, Right.MANAGE_ACCOUNTS)
    whole = [*WHOLE, *([WAY] if may_change_settings(mine) else [])]
    return [
        _trouble(task, {
            ACCOUNT: codes.accounts.get(task.account_id or 0, ("", ""))[0],
            ACTION: codes.actions.get(task.action_id or 0, ("", ""))[0],
            IMPORT: task.key.partition(":")[2] if imports else "",
        }, whole)
        for task in tasks
    ]  # fmt: skip


def _trouble(task: FailedTask, codes: Mapping[str, str], whole: Collection[str]) -> Trouble:
    """`codes` of what a link could lead to, `whole` the pages of no one thing that are open to whoever looks; none of both, no link."""
    words = _words_of(task)
    about = {"subject": task.subject, "detail": task.detail}
    code = codes.get(words.leads_to, "")
    url = reverse(words.leads_to) if words.leads_to in whole else reverse(words.leads_to, args=[code]) if code else ""
    return Trouble(task, words.icon, str(words.title) % about, (str(words.text) % about).strip(), str(words.button) if url else "", url)


def _words_of(task: FailedTask) -> Words:
    """A firm's own way waits for a person, where the deployment's is tried again."""
    return WAY_STOPPED if task.key == f"{FailedTaskKind.SENDER_BROKEN}:{STOPPED}" else WORDS[FailedTaskKind(task.kind)]
