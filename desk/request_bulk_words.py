"""What acts on many requests are called, and what is said of them before and after."""

from collections.abc import Mapping

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from reminders.bulk import MOST, Done, Left, RequestAct, Sorted
from ui.shell import BulkAction


def request_acts() -> list[BulkAction]:
    return [
        BulkAction(RequestAct.RESEND, "send", pgettext("button", "Resend")),
        BulkAction(RequestAct.REMIND_ON, "bell", pgettext("button", "Reminders on")),
        BulkAction(RequestAct.REMIND_OFF, "bell-off", pgettext("button", "Reminders off")),
        BulkAction(RequestAct.PAUSE, "player-pause", pgettext("button", "Pause")),
        BulkAction(RequestAct.END_PAUSE, "player-play", pgettext("button", "End pause")),
        BulkAction(RequestAct.WITHDRAW, "hand-stop", pgettext("button", "Withdraw")),
    ]


def all_matching(count: int) -> str:
    return ngettext("All %(count)s that match", "All %(count)s that match", count) % {"count": said(count)}


def title_of(act: RequestAct, count: int) -> str:
    """What the dialog asks."""
    titles = {
        RequestAct.RESEND: ngettext("Resend %(count)s request?", "Resend %(count)s requests?", count),
        RequestAct.REMIND_ON: ngettext("Remind of %(count)s request", "Remind of %(count)s requests", count),
        RequestAct.REMIND_OFF: ngettext("Stop reminding of %(count)s request?", "Stop reminding of %(count)s requests?", count),
        RequestAct.PAUSE: ngettext("Pause the reminders of %(count)s request", "Pause the reminders of %(count)s requests", count),
        RequestAct.END_PAUSE: ngettext("End the pause of %(count)s request?", "End the pauses of %(count)s requests?", count),
        RequestAct.WITHDRAW: ngettext("Withdraw %(count)s request?", "Withdraw %(count)s requests?", count),
    }
    return titles[act] % {"count": said(count)}


def meaning_of(act: RequestAct, wanted: Sorted) -> str:
    """What it means for the clients."""
    told = ngettext("%(count)s person is told, at once.", "%(count)s people are told, at once.", wanted.people) % {
        "count": said(wanted.people)
    }
    meanings: dict[RequestAct, str] = {
        RequestAct.RESEND: told
        + " "
        + _("Several requests of one account go in one e-mail, which lists them. It does not count as a reminder."),
        RequestAct.REMIND_ON: _("Counted from the last automatic e-mail of each. Nothing is sent now."),
        RequestAct.REMIND_OFF: _("No automatic e-mail about them goes out any more, until reminders are switched on again."),
        RequestAct.PAUSE: _("The clock stands still: afterwards each reminder has as many days left as today."),
        RequestAct.END_PAUSE: " ".join([soon_text(wanted.soon), _("What another pause holds stays held.")]),
        RequestAct.WITHDRAW: _("The clients can no longer act on them, and nothing about them goes out any more. It cannot be undone."),
    }
    return meanings[act]


def soon_text(count: int) -> str:
    if not count:
        return _("No reminder goes out within 7 days.")
    text = ngettext("Up to %(count)s reminder goes out within 7 days.", "Up to %(count)s reminders go out within 7 days.", count)
    return text % {"count": said(count)}


def button_of(act: RequestAct, wanted: Sorted) -> str:
    buttons = {
        RequestAct.RESEND: ngettext("Send to %(count)s person", "Send to %(count)s people", wanted.people) % {"count": said(wanted.people)},
        RequestAct.REMIND_ON: _("Switch on"),
        RequestAct.REMIND_OFF: _("Switch off"),
        RequestAct.PAUSE: pgettext("button", "Pause"),
        RequestAct.END_PAUSE: pgettext("button", "End pause"),
        RequestAct.WITHDRAW: pgettext("button", "Withdraw"),
    }
    return buttons[act]


def left_texts(left: Mapping[Left, int], unseen: int) -> list[str]:
    """A sentence for each reason; `unseen` are codes of nothing that this person can see."""
    texts = [_left_text(count) + " " + str(reason.label) for reason, count in left.items()]
    return [*texts, _left_text(unseen) + " " + _("It does not exist any more.")] if unseen else texts


def _left_text(count: int) -> str:
    return ngettext("%(count)s request is left out.", "%(count)s requests are left out.", count) % {"count": said(count)}


def done_text(act: RequestAct, done: Done) -> str:
    texts = {
        RequestAct.RESEND: ngettext("%(count)s request was sent again.", "%(count)s requests were sent again.", done.count),
        RequestAct.REMIND_ON: ngettext("Reminders of %(count)s request are on.", "Reminders of %(count)s requests are on.", done.count),
        RequestAct.REMIND_OFF: ngettext("Reminders of %(count)s request are off.", "Reminders of %(count)s requests are off.", done.count),
        RequestAct.PAUSE: ngettext("Reminders of %(count)s request are paused.", "Reminders of %(count)s requests are paused.", done.count),
        RequestAct.END_PAUSE: ngettext("Reminders of %(count)s request go on.", "Reminders of %(count)s requests go on.", done.count),
        RequestAct.WITHDRAW: ngettext("%(count)s request was withdrawn.", "%(count)s requests were withdrawn.", done.count),
    }
    return texts[act] % {"count": said(done.count)}


def too_many_text() -> str:
    text = _("These are more than %(most)s requests, and at most that many are changed at once. Narrow the filters, and choose again.")
    return text % {"most": said(MOST)}


def said(count: int) -> str:
    return number_format(count, force_grouping=True)
