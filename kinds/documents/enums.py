"""The words of documents that clients send."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Rhythm(TextChoices):
    """How often an account sends its documents for VAT."""

    MONTH = "month", _("Every month")
    QUARTER = "quarter", _("Every quarter")
    YEAR = "year", _("Every year")
