"""The words of asking."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PeopleRule(TextChoices):
    """Who of each account is meant, where many are asked at once."""

    EVERYBODY = "everybody", _("Everybody with NOTIFY")
    MAIN = "main", _("The main contact alone")
