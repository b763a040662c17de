"""The words of asking."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PeopleRule(TextChoices):
    """Who of each account is meant, where many are asked at once."""

    EVERYBODY = "everybody", _("Everybody who gets e-mails about it")
    MAIN = "main", _("The main contact alone: the first of them")


class BatchState(TextChoices):
    """How far asking many has come. What is READY has its words, and waits for somebody to confirm it."""

    DRAFT = "draft", _("Not finished")
    READY = "ready", _("To be confirmed")
    ASKING = "asking", _("Under way")
    DONE = "done", pgettext_lazy("asking many", "Done")
    STOPPED = "stopped", pgettext_lazy("asking many", "Stopped")


class RowState(TextChoices):
    WAITING = "waiting", pgettext_lazy("an account", "Waiting")
    ASKED = "asked", pgettext_lazy("an account", "Asked")
    LEFT_OUT = "left_out", pgettext_lazy("an account", "Left out")


class OpenOnes(TextChoices):
    """What becomes of open requests when the setting changes that they follow."""

    KEEP = "keep", _("Only new requests: the open ones keep what they have")
    CHANGE = "change", _("Open ones too")


class LeftOut(TextChoices):
    """Why an account is not asked with the others; the label is the sentence that staff read."""

    NOT_ALLOWED = "not_allowed", _("You may not ask anything of it.")
    ARCHIVED = "archived", _("It is archived.")
    SUPPLIER = "supplier", _("It is a supplier: nothing is asked of it.")
    NO_CONTACT = "no_contact", _("It has no contact who could be named.")
    NOBODY = "nobody", _("Nobody of it would be told.")
    REFUSED = "refused", _("It could not be asked like this.")
    FAILED = "failed", _("It failed three times, and stands under “Needs a person”.")
    STOPPED = "stopped", _("Somebody stopped before its turn.")
