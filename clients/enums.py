"""The words of accounts, contacts and addresses."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AccountKind(TextChoices):
    PERSON = "person", _("Person")
    FAMILY = "family", _("Family")
    COMPANY = "company", _("Company")


class Relation(TextChoices):
    """What an account is to the firm. Suppliers get letters from templates; they have no portal and nothing is asked of them (M24)."""

    CLIENT = "client", _("Client")
    SUPPLIER = "supplier", _("Supplier")


class FieldKind(TextChoices):
    """What a custom field of contacts holds."""

    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")
    DATE = "date", _("Date")
    CHOICE = "choice", _("Choice")
    EMAIL = "email", _("E-mail")


class ListName(TextChoices):
    """Lists of which somebody can save a view."""

    ACCOUNTS = "accounts", _("Accounts")
    CONTACTS = "contacts", _("Contacts")


class BulkAct(TextChoices):
    """What can be done to many accounts at once."""

    MANAGER = "manager", _("Change the manager")
    GROUP = "group", _("Change the group")
    TAG = "tag", _("Add a tag")
    UNTAG = "untag", _("Take a tag away")
    NOTIFY_ON = "notify_on", _("Switch NOTIFY on")
    NOTIFY_OFF = "notify_off", _("Switch NOTIFY off")
    ARCHIVE = "archive", _("Archive")
    RESTORE = "restore", _("Take out of the archive")


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
