"""The words of what is kept for an account."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Area(TextChoices):
    """From whom a file comes, and who sees it: the first two are open to the client too."""

    FIRM = "firm", _("From the firm")
    CLIENT = "client", _("From the client")
    PRIVATE = "private", _("Private to the firm")


OPEN_AREAS = (Area.FIRM, Area.CLIENT)  # what clients see
