"""What acts on many accounts are called, and what is said of them before and after."""

from collections.abc import Mapping
from datetime import timedelta

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from clients.bulk_undo import Undone
from clients.enums import BulkAct
from ui.paging import CappedPaginator
from ui.shell import BulkAction

ICONS: Mapping[BulkAct, str] = {
    BulkAct.MANAGER: "user-cog",
    BulkAct.GROUP: "users-group",
    BulkAct.TAG: "tag",
    BulkAct.UNTAG: "tag-off",
    BulkAct.NOTIFY_ON: "bell",
    BulkAct.NOTIFY_OFF: "bell-off",
    BulkAct.ARCHIVE: "archive",
    BulkAct.RESTORE: "archive-off",
}


def bulk_acts(view: str, *, may_edit: bool, may_ask: bool) -> list[BulkAction]:
    """What a view of the list offers to whoever may change some of its accounts, or ask something of them."""
    asking = [BulkAction("ask", "checklist", _("Ask…"), reverse("account_ask"))] if may_ask and view != "archived" else []
    return [*asking, *(editing_acts(view) if may_edit else [])]


def editing_acts(view: str) -> list[BulkAction]:
    titles = {
        BulkAct.MANAGER: _("Manager"),
        BulkAct.GROUP: _("Group"),
        BulkAct.TAG: _("Add a tag"),
        BulkAct.UNTAG: _("Take a tag away"),
        BulkAct.NOTIFY_ON: pgettext("button", "NOTIFY on"),
        BulkAct.NOTIFY_OFF: pgettext("button", "NOTIFY off"),
        BulkAct.ARCHIVE: pgettext("button", "Archive"),
    }
    if view == "archived":
        titles = {BulkAct.RESTORE: pgettext("button", "Take out of the archive")}
    acts = [BulkAction(act.value, ICONS[act], title) for act, title in titles.items()]
    if view != "archived":
        acts.insert(-1, BulkAction("invite", "send", _("Send invitations"), reverse("account_invite_ask")))
    return acts


def all_matching(paginator: CappedPaginator) -> str:
    return ngettext("All %(count)s that match", "All %(count)s that match", paginator.counted) % {"count": paginator.said}


def title_of(act: BulkAct, count: int) -> str:
    """What the dialog asks."""
    titles = {
        BulkAct.MANAGER: ngettext("Change the manager of %(count)s account", "Change the manager of %(count)s accounts", count),
        BulkAct.GROUP: ngettext("Change the group of %(count)s account", "Change the group of %(count)s accounts", count),
        BulkAct.TAG: ngettext("Add a tag to %(count)s account", "Add a tag to %(count)s accounts", count),
        BulkAct.UNTAG: ngettext("Take a tag away from %(count)s account", "Take a tag away from %(count)s accounts", count),
        BulkAct.NOTIFY_ON: ngettext("Switch NOTIFY on in %(count)s account", "Switch NOTIFY on in %(count)s accounts", count),
        BulkAct.NOTIFY_OFF: ngettext("Switch NOTIFY off in %(count)s account", "Switch NOTIFY off in %(count)s accounts", count),
        BulkAct.ARCHIVE: ngettext("Archive %(count)s account", "Archive %(count)s accounts", count),
        BulkAct.RESTORE: ngettext("Take %(count)s account out of the archive", "Take %(count)s accounts out of the archive", count),
    }
    return titles[act] % {"count": number_format(count, force_grouping=True)}


def meaning_of(act: BulkAct) -> str:
    """What it means for the clients; nothing where the title says all."""
    meanings = {
        BulkAct.NOTIFY_ON: _(
            "Where none of a contact’s addresses is notified in the account, their primary address will be: requests and reminders go "
            "there from now on. Suppliers are left out, for nothing is asked of them."
        ),
        BulkAct.NOTIFY_OFF: _(
            "No request and no reminder goes to anybody of these accounts any more, until NOTIFY is switched on again. "
            "The list will show “Nobody” for each of them."
        ),
        BulkAct.ARCHIVE: _("They leave the lists and keep their history. Whoever could sign in to these accounts alone no longer can."),
        BulkAct.RESTORE: _("They are back in the lists. Whoever has LOGIN on there can sign in again."),
    }
    return meanings.get(act, "")


def button_of(act: BulkAct) -> str:
    buttons = {
        BulkAct.NOTIFY_ON: _("Switch on"),
        BulkAct.NOTIFY_OFF: _("Switch off"),
        BulkAct.ARCHIVE: pgettext("button", "Archive"),
        BulkAct.RESTORE: pgettext("button", "Take out of the archive"),
        BulkAct.UNTAG: pgettext("button", "Take away"),
        BulkAct.TAG: pgettext("button", "Add"),
    }
    return buttons.get(act, pgettext("button", "Change"))


def done_text(act: BulkAct, count: int, chosen: str) -> str:
    """What was done, to how many accounts. `chosen` is the name of the manager, group or tag; empty for nobody, or for none."""
    texts = {
        BulkAct.MANAGER: ngettext(
            "%(chosen)s is now the manager of %(count)s account.", "%(chosen)s is now the manager of %(count)s accounts.", count
        ),
        BulkAct.GROUP: ngettext("%(count)s account is now in %(chosen)s.", "%(count)s accounts are now in %(chosen)s.", count),
        BulkAct.TAG: ngettext("%(count)s account now has the tag %(chosen)s.", "%(count)s accounts now have the tag %(chosen)s.", count),
        BulkAct.UNTAG: ngettext(
            "%(count)s account has lost the tag %(chosen)s.", "%(count)s accounts have lost the tag %(chosen)s.", count
        ),
        BulkAct.NOTIFY_ON: ngettext("NOTIFY was switched on in %(count)s account.", "NOTIFY was switched on in %(count)s accounts.", count),
        BulkAct.NOTIFY_OFF: ngettext(
            "NOTIFY was switched off in %(count)s account.", "NOTIFY was switched off in %(count)s accounts.", count
        ),
        BulkAct.ARCHIVE: ngettext("%(count)s account was archived.", "%(count)s accounts were archived.", count),
        BulkAct.RESTORE: ngettext("%(count)s account is back in the list.", "%(count)s accounts are back in the list.", count),
    }
    if not chosen:
        texts[BulkAct.MANAGER] = ngettext("%(count)s account has no manager now.", "%(count)s accounts have no manager now.", count)
        texts[BulkAct.GROUP] = ngettext("%(count)s account is in no group now.", "%(count)s accounts are in no group now.", count)
    return texts[act] % {"count": number_format(count, force_grouping=True), "chosen": chosen}


def unchanged_text() -> str:
    return _("Nothing was changed: it was so already.")


def left_as_is_texts(wanted: int, changed: int) -> list[str]:
    """Where an act has changed fewer accounts than were chosen: they were so already, or are suppliers (NOTIFY on)."""
    left = wanted - changed
    text = ngettext(
        "%(left)s of %(wanted)s stays as it was: there was nothing to change.",
        "%(left)s of %(wanted)s stay as they were: there was nothing to change.",
        left,
    )
    counts = {"left": number_format(left, force_grouping=True), "wanted": number_format(wanted, force_grouping=True)}
    return [text % counts] if left else []


def left_out_text(count: int) -> str:
    """Accounts that whoever acts may not change, or does not see."""
    text = ngettext(
        "%(count)s account is left out: you may not change it, or it does not exist any more.",
        "%(count)s accounts are left out: you may not change them, or they do not exist any more.",
        count,
    )
    return text % {"count": number_format(count, force_grouping=True)}


def busy_text(count: int) -> str:
    text = ngettext(
        "%(count)s account is not archived: a request to it is still open. Withdraw it first.",
        "%(count)s accounts are not archived: requests to them are still open. Withdraw those first.",
        count,
    )
    return text % {"count": number_format(count, force_grouping=True)}


def too_many_text(most: int) -> str:
    text = _("More than %(most)s accounts match, and at most that many are changed at once. Narrow the filters, and choose again.")
    return text % {"most": number_format(most, force_grouping=True)}


def too_late_text(within: timedelta) -> str:
    text = _("It is too late to undo this: that goes for %(minutes)s minutes. Tick the accounts and change them once more instead.")
    return text % {"minutes": int(within.total_seconds() // 60)}


def undone_text(undone: Undone | None) -> str:
    if undone is None:
        return _("This was undone already.")
    back = ngettext("Undone: %(count)s account is as it was.", "Undone: %(count)s accounts are as they were.", undone.back)
    text = back % {"count": number_format(undone.back, force_grouping=True)}
    if not undone.left:
        return text
    left = ngettext(
        "%(count)s was left alone: it was changed again since, or it has open requests.",
        "%(count)s were left alone: they were changed again since, or have open requests.",
        undone.left,
    )
    return f"{text} {left % {'count': number_format(undone.left, force_grouping=True)}}"
