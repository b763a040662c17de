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
