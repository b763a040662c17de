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
    READER = "reader", _("Reader")


REQUIRED = (PartyRole.SIGNER, PartyRole.APPROVER)  # who must act; readers are neither told nor waited for


class Stop(TextChoices):
    """Why no further reminder will come; the label is the sentence that staff read."""

    COUNT_REACHED = "count_reached", _("All reminders have been sent.")
    SWITCHED_OFF = "switched_off", _("Reminders are switched off.")
    DONE = "done", _("The client has done it.")
    REFUSED = "refused", _("The client declined.")
    WITHDRAWN = "withdrawn", _("The request was withdrawn.")
    EXPIRED = "expired", _("The request expired.")
