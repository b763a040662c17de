"""The words of accounts, contacts and addresses."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AccountKind(TextChoices):
    PERSON = "person", _("Person")
    FAMILY = "family", _("Family")
    COMPANY = "company", _("Company")


class Switch(TextChoices):
    """What an address is used for in one account (C07)."""

    LOGIN = "login", _("LOGIN")
    NOTIFY = "notify", _("NOTIFY")
    EMAIL_SYNC = "email_sync", _("EMAIL SYNC")


class Preference(TextChoices):
    """The headings under which notifications can be chosen (C25-C31); each value is a column of `AccountAddress`."""

    UPLOADS = "wants_uploads", _("Documents: uploads")
    SIGNATURES = "wants_signatures", _("Documents: signature requests")
    APPROVALS = "wants_approvals", _("Documents: approvals")
    CHATS = "wants_chats", _("Chats and client tasks")
    PROPOSALS = "wants_proposals", _("Proposals")
    ORGANIZERS = "wants_organizers", _("Organizers")
    INVOICES = "wants_invoices", _("Invoices and payments")
