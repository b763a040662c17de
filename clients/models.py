"""Accounts, the people behind them, their addresses, and what each address is used for in each account."""

from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.enums import AccountKind
from clients.importing.models import ClientImport, ImportRow  # noqa: F401  (Django finds models here)
from clients.names import email_key, name_key
from firms.models import Staff, User
from lib.codes import new_code
from tenancy.constraints import walled
from tenancy.models import FirmKey, TenantModel


class Group(TenantModel):
    """A client group; an account is in at most one (M8)."""

    name = models.CharField(_("Name"), max_length=80)

    class Meta:
        ordering = ["name"]
        constraints = [*walled("clients_group"), models.UniqueConstraint(fields=["firm", "name"], name="group_name_once")]

    def __str__(self) -> str:
        return self.name


class Tag(TenantModel):
    name = models.CharField(_("Name"), max_length=60)

    class Meta:
        ordering = ["name"]
        constraints = [*walled("clients_tag"), models.UniqueConstraint(fields=["firm", "name"], name="tag_name_once")]

    def __str__(self) -> str:
        return self.name


class Account(TenantModel):
    """One client entity: a person, a family or a company. What is asked is asked of an account."""

    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    reference = models.CharField(_("Reference"), max_length=40, blank=True)
    name = models.CharField(_("Account name"), max_length=160)
    name_key = models.CharField(max_length=200, db_collation="C", editable=False)  # sorted and searched by prefix; see clients.names
    kind = models.CharField(_("Kind"), max_length=8, choices=AccountKind, default=AccountKind.COMPANY)
    manager = FirmKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Manager"))
    group = FirmKey(Group, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Group"))
    language = models.CharField(_("Language"), max_length=5, blank=True)
    time_zone = models.CharField(_("Time zone"), max_length=64, blank=True)
    client_since = models.DateField(_("Client since"), null=True, blank=True)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name_key", "id"]
        constraints = [
            *walled("clients_account", "manager", "group"),
            models.UniqueConstraint(fields=["firm", "reference"], condition=~models.Q(reference=""), name="account_reference_once"),
        ]
        indexes = [
            models.Index(fields=["firm", "name_key", "id"], name="account_firm_name"),
            models.Index(fields=["firm", "manager", "name_key"], name="account_firm_manager"),
            models.Index(fields=["firm", "group"], name="account_firm_group"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.name_key = name_key(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class AccountTag(TenantModel):
    account = FirmKey(Account, on_delete=models.CASCADE, related_name="account_tags")
    tag = FirmKey(Tag, on_delete=models.CASCADE, related_name="account_tags")

    class Meta:
        constraints = [
            *walled("clients_accounttag", "account", "tag"),
            models.UniqueConstraint(fields=["firm", "account", "tag"], name="accounttag_once"),
        ]
        indexes = [models.Index(fields=["firm", "tag"], name="accounttag_firm_tag")]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.tag_id}"


class Contact(TenantModel):
    """A person. Linked to one or more accounts."""

    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    first_name = models.CharField(_("First name"), max_length=80, blank=True)
    last_name = models.CharField(_("Last name"), max_length=80)
    name_key = models.CharField(max_length=200, db_collation="C", editable=False)
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    language = models.CharField(_("Language"), max_length=5, blank=True)
    time_zone = models.CharField(_("Time zone"), max_length=64, blank=True)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name_key", "id"]
        constraints = walled("clients_contact")
        indexes = [models.Index(fields=["firm", "name_key", "id"], name="contact_firm_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def save(self, *args: object, **kwargs: object) -> None:
        self.name_key = name_key(f"{self.last_name} {self.first_name}")
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class Address(TenantModel):
    """An e-mail address of a contact. In one firm an address is one person's."""

    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    contact = FirmKey(Contact, on_delete=models.CASCADE, related_name="addresses")
    email = models.EmailField(_("E-mail"), max_length=254)
    email_key = models.CharField(max_length=254, db_collation="C", editable=False)
    user = FirmKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="addresses")  # once activated
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            *walled("clients_address", "contact", "user"),
            models.UniqueConstraint(fields=["firm", "email_key"], name="address_once_in_firm"),
        ]
        indexes = [
            models.Index(fields=["firm", "contact"], name="address_firm_contact"),
            models.Index(fields=["firm", "user"], name="address_firm_user"),
        ]

    def __str__(self) -> str:
        return self.email

    def save(self, *args: object, **kwargs: object) -> None:
        self.email_key = email_key(self.email)
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class AccountContact(TenantModel):
    """A contact linked to an account."""

    account = FirmKey(Account, on_delete=models.CASCADE, related_name="links")
    contact = FirmKey(Contact, on_delete=models.PROTECT, related_name="links")
    function = models.CharField(_("Function"), max_length=80, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            *walled("clients_accountcontact", "account", "contact"),
            models.UniqueConstraint(fields=["firm", "account", "contact"], name="accountcontact_once"),
        ]
        indexes = [models.Index(fields=["firm", "contact"], name="accountcontact_firm_contact")]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.contact_id}"


class AccountAddress(TenantModel):
    """What one address is used for in one account: three switches and seven preferences (C01, C07, C24)."""

    account = FirmKey(Account, on_delete=models.CASCADE, related_name="account_addresses")
    address = FirmKey(Address, on_delete=models.CASCADE, related_name="account_addresses")
    login = models.BooleanField(_("LOGIN"), default=False)
    notify = models.BooleanField(_("NOTIFY"), default=False)
    email_sync = models.BooleanField(_("EMAIL SYNC"), default=False)
    wants_uploads = models.BooleanField(_("Documents: uploads"), default=True)
    wants_signatures = models.BooleanField(_("Documents: signature requests"), default=True)
    wants_approvals = models.BooleanField(_("Documents: approvals"), default=True)
    wants_chats = models.BooleanField(_("Chats and client tasks"), default=True)
    wants_proposals = models.BooleanField(_("Proposals"), default=True)
    wants_organizers = models.BooleanField(_("Organizers"), default=True)
    wants_invoices = models.BooleanField(_("Invoices and payments"), default=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            *walled("clients_accountaddress", "account", "address"),
            models.UniqueConstraint(fields=["firm", "account", "address"], name="accountaddress_once"),
        ]
        indexes = [models.Index(fields=["firm", "address"], name="accountaddress_firm_address")]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.address_id}"


def zone_of(contact: Contact, account: Account) -> ZoneInfo:
    """The contact's time zone, else the account's, else the firm's (M32)."""
    return ZoneInfo(contact.time_zone or account.time_zone or account.firm.time_zone)


def language_of(contact: Contact, account: Account) -> str:
    """The contact's language, else the account's, else the firm's (M32)."""
    return contact.language or account.language or account.firm.language
