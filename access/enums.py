"""The words of access."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Purpose(TextChoices):
    """What an invitation invites to."""

    STAFF = "staff", _("The firm's team")
    CLIENT = "client", _("The client portal")
