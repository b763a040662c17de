"""The state of an address in words, as an account's page and the guided change of an address show it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.client_states import OnTheWay, PortalState
from clients.models import Contact
from notifications.enums import SuppressionReason


@dataclass(frozen=True, slots=True)
class State:
    """Without a colour it is plain text; `note` says more about it, or `invited_at` does."""

    word: str | Promise
    color: str = ""
    icon: str = ""
    note: str | Promise = ""
    invited_at: datetime | None = None


def state_in_words(contact: Contact, *, login: bool, suppressed: str | None, on_the_way: OnTheWay) -> State:
    """An address that receives nothing says so before all else."""
    if contact.archived_at is not None:
        return State(_("Archived contact"), "grey")
    if suppressed:
        return silent_state(SuppressionReason(suppressed))
    return portal_state(on_the_way) if login else State(_("Not used for the portal"))


def silent_state(reason: SuppressionReason) -> State:
    """Of an address that receives nothing."""
    words: dict[SuppressionReason, tuple[str | Promise, str | Promise]] = {
        SuppressionReason.NO_SUCH_ADDRESS: (pgettext_lazy("an address", "Bounced"), _("no such mailbox")),
        SuppressionReason.COMPLAINED: (pgettext_lazy("an address", "Complained"), _("marked an e-mail as unwanted")),
        SuppressionReason.UNSUBSCRIBED: (pgettext_lazy("an address", "Unsubscribed"), _("wants no more e-mails")),
        SuppressionReason.BY_STAFF: (_("Written to no more"), reason.label),
    }
    word, note = words[reason]
    return State(word, "red", "mail-x", note)


def portal_state(on_the_way: OnTheWay) -> State:
    """How far an address with LOGIN is on its way in (M11)."""
    if on_the_way.state is PortalState.ACTIVE:
        return State(_("Active"), "green")
    notes = {PortalState.EXPIRED: _("invitation expired"), PortalState.NOT_INVITED: _("not invited")}
    invited_at = on_the_way.invited_at if on_the_way.state is PortalState.INVITED else None
    return State(_("Pending"), "yellow", "hourglass", notes.get(on_the_way.state, ""), invited_at)
