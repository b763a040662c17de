"""The words of what is owed."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


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


class Stop(TextChoices):
    """Why no further reminder will come; the label is the sentence that staff read."""

    COUNT_REACHED = "count_reached", _("All reminders have been sent.")
    SWITCHED_OFF = "switched_off", _("Reminders are switched off.")
    DONE = "done", _("The client has done it.")
    ANSWERED = "answered", _("The client has answered.")
    NOTHING_ASKED = "nothing_asked", _("No answer is needed.")
    APPROVED = "approved", _("The client has approved.")
    REFUSED = "refused", _("The client declined.")
    ARCHIVED = "archived", _("The conversation was archived.")
    WITHDRAWN = "withdrawn", _("The request was withdrawn.")
    EXPIRED = "expired", _("The request expired.")
