"""The words of what is owed."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from actions.stops import Stop


class ActionState(TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")


class PartyRole(TextChoices):
    SIGNER = "signer", _("Signer")
    APPROVER = "approver", _("Approver")
    ADDRESSEE = "addressee", _("Addressee")
    READER = "reader", _("Reader")


REQUIRED = (PartyRole.SIGNER, PartyRole.APPROVER)  # who must act
NAMED = (*REQUIRED, PartyRole.ADDRESSEE)  # who is told; of addressees any one may do it for all, readers are told of nothing


STOP_SENTENCES = {  # why no further reminder will come, as staff read it
    Stop.COUNT_REACHED: _("All reminders have been sent."),
    Stop.SWITCHED_OFF: _("Reminders are switched off."),
    Stop.NOBODY: _("Nobody could be told when the last one was due."),
    Stop.DONE: _("The client has done it."),
    Stop.SIGNED: _("The client has signed."),
    Stop.ANSWERED: _("The client has answered."),
    Stop.SUBMITTED: _("The client has sent it."),
    Stop.PAID: _("The client has paid."),
    Stop.NOTHING_ASKED: _("No answer is needed."),
    Stop.APPROVED: _("The client has approved."),
    Stop.REFUSED: _("The client declined."),
    Stop.ARCHIVED: _("The conversation was archived."),
    Stop.WITHDRAWN: _("The request was withdrawn."),
    Stop.EXPIRED: _("The request expired."),
}


class ScheduleFrom(TextChoices):
    """Whose setting an action's reminders follow: the nearest wins."""

    ACTION = "action", _("set here")
    ACCOUNT = "account", _("from the account")
    FIRM = "firm", _("from the firm")
    USUAL = "usual", _("as usual")
    KEPT = "kept", _("kept from an earlier setting")
