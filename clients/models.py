"""Accounts, the people behind them, their addresses, and what each address is used for in each account."""

from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.enums import AccountKind, BulkAct, FieldKind, ListName, Relation
from clients.importing.models import ClientImport, ImportRemoval, ImportRow  # noqa: F401  (Django finds models here)
from clients.names import email_key, name_key
from firms.models import Staff, User
from firms.pausable import Pausable, paused_as_a_whole
from lib.codes import new_code
from tenancy.constraints import walled
from tenancy.models import FirmKey, TenantModel


class Group(TenantModel):
    """A client group with its optional own address; an account is in at most one, a member of staff in any number (M8)."""

    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    name = models.CharField(_("Name"), max_length=80)
    email = models.EmailField(_("Address of the group"), blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [*walled("clients_group"), models.UniqueConstraint(fields=["firm", "name"], name="group_name_once")]

    def __str__(self) -> str:
        return self.name


class GroupMember(TenantModel):
    """A member of staff who looks after the accounts of a group."""

    group = FirmKey(Group, on_delete=models.CASCADE, related_name="members")
    staff = FirmKey(Staff, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            *walled("clients_groupmember", "group", "staff"),
            models.UniqueConstraint(fields=["firm", "group", "staff"], name="groupmember_once"),
        ]
        indexes = [models.Index(fields=["firm", "staff"], name="groupmember_firm_staff")]

    def __str__(self) -> str:
        return f"{self.group_id}: {self.staff_id}"


class Tag(TenantModel):
    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    name = models.CharField(_("Name"), max_length=60)

    class Meta:
        ordering = ["name"]
        constraints = [*walled("clients_tag"), models.UniqueConstraint(fields=["firm", "name"], name="tag_name_once")]

    def __str__(self) -> str:
        return self.name


class Account(Pausable, TenantModel):
    """One client entity: a person, a family or a company. What is asked is asked of an account; of a supplier nothing is (M24)."""

    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    reference = models.CharField(_("Reference"), max_length=40, blank=True)
    name = models.CharField(_("Account name"), max_length=160)
    name_key = models.CharField(max_length=200, db_collation="C", editable=False)  # sorted and searched by prefix; see clients.names
    kind = models.CharField(_("Kind"), max_length=8, choices=AccountKind, default=AccountKind.COMPANY)
    relation = models.CharField(_("Relation"), max_length=8, choices=Relation, default=Relation.CLIENT)
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
            paused_as_a_whole("account"),
            models.UniqueConstraint(fields=["firm", "reference"], condition=~models.Q(reference=""), name="account_reference_once"),
        ]
        indexes = [
            models.Index(fields=["firm", "name_key", "id"], name="account_firm_name"),
            models.Index(fields=["firm", "name_key", "id"], condition=Q(archived_at=None), name="account_firm_current_name"),
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


class Contact(Pausable, TenantModel):
    """A person. Linked to one or more accounts, or merged into the contact that they turned out to be."""

    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    first_name = models.CharField(_("First name"), max_length=80, blank=True)
    last_name = models.CharField(_("Last name"), max_length=80)
    name_key = models.CharField(max_length=200, db_collation="C", editable=False)
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    language = models.CharField(_("Language"), max_length=5, blank=True)
    time_zone = models.CharField(_("Time zone"), max_length=64, blank=True)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)
    merged_into = FirmKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["name_key", "id"]
        constraints = [
            *walled("clients_contact", "merged_into"),
            paused_as_a_whole("contact"),
            models.CheckConstraint(name="contact_merged_is_archived", condition=Q(merged_into=None) | Q(archived_at__isnull=False)),
        ]
        indexes = [
            models.Index(fields=["firm", "name_key", "id"], name="contact_firm_name"),
            models.Index(fields=["firm", "name_key", "id"], condition=Q(archived_at=None), name="contact_firm_current_name"),
            models.Index(fields=["firm", "merged_into"], condition=Q(merged_into__isnull=False), name="contact_firm_merged"),
            models.Index(fields=["firm", "paused_until"], condition=Q(paused_until__isnull=False), name="contact_firm_paused"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def save(self, *args: object, **kwargs: object) -> None:
        self.name_key = name_key(f"{self.last_name} {self.first_name}")
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class CustomField(TenantModel):
    """Something more that the firm wants to know of its contacts; one of kind e-mail is one more address of theirs (C03)."""

    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    name = models.CharField(_("Name"), max_length=60)
    kind = models.CharField(_("Kind"), max_length=6, choices=FieldKind)
    choices = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            *walled("clients_customfield"),
            models.UniqueConstraint(fields=["firm", "name"], name="customfield_name_once"),
            models.CheckConstraint(name="customfield_choices_to_choose_from", condition=Q(kind=FieldKind.CHOICE) ^ Q(choices=[])),
        ]

    def __str__(self) -> str:
        return self.name


class CustomValue(TenantModel):
    """What a contact has in a custom field, in the column of the field's kind; e-mails are addresses and have none."""

    contact = FirmKey(Contact, on_delete=models.CASCADE, related_name="custom_values")
    field = FirmKey(CustomField, on_delete=models.CASCADE, related_name="values")
    text = models.CharField(max_length=500, blank=True)
    number = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    day = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            *walled("clients_customvalue", "contact", "field"),
            models.UniqueConstraint(fields=["firm", "contact", "field"], name="customvalue_once"),
            models.CheckConstraint(
                name="customvalue_in_one_column",
                condition=(~Q(text="") & Q(number=None, day=None))
                | Q(text="", number__isnull=False, day=None)
                | Q(text="", number=None, day__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["firm", "field"], name="customvalue_firm_field")]

    def __str__(self) -> str:
        return f"{self.contact_id}: {self.field_id}"


class CurrentAddresses(models.Manager["Address"]):
    """Addresses that somebody has; those that were removed stay for the record of what was sent to them."""

    def get_queryset(self) -> models.QuerySet["Address"]:
        return super().get_queryset().filter(removed_at=None)


class Address(TenantModel):
    """An e-mail address of a contact. In one firm an address is one person's.

    One that was replaced is unlinked: it hears of nothing, and may still sign in until its LOGIN is switched off (M15).
    """

    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    contact = FirmKey(Contact, on_delete=models.CASCADE, related_name="addresses")
    email = models.EmailField(_("E-mail"), max_length=254)
    email_key = models.CharField(max_length=254, db_collation="C", editable=False)
    field = FirmKey(CustomField, on_delete=models.PROTECT, null=True, blank=True, related_name="addresses")  # which e-mail field it fills
    is_primary = models.BooleanField(default=False)
    user = FirmKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="addresses")  # once activated
    logins_ended = models.PositiveSmallIntegerField(default=0)  # how often its last LOGIN has gone: what invited to it before is void
    created_at = models.DateTimeField()
    unlinked_at = models.DateTimeField(null=True, blank=True)
    replaced_by = FirmKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="replaced")
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = CurrentAddresses()
    with_removed = models.Manager["Address"]()

    class Meta:
        ordering = ["id"]
        constraints = [
            *walled("clients_address", "contact", "field", "user", "replaced_by"),
            models.UniqueConstraint(fields=["firm", "email_key"], condition=Q(removed_at=None), name="address_once_in_firm"),
            models.UniqueConstraint(fields=["firm", "contact"], condition=Q(is_primary=True), name="address_one_primary"),
            models.UniqueConstraint(
                fields=["firm", "contact", "field"],
                condition=Q(field__isnull=False, removed_at=None, unlinked_at=None),
                name="address_one_in_field",
            ),
            models.CheckConstraint(name="address_primary_is_linked", condition=Q(is_primary=False) | Q(unlinked_at=None, removed_at=None)),
        ]
        indexes = [
            models.Index(fields=["firm", "contact"], name="address_firm_contact"),
            models.Index(fields=["firm", "user"], name="address_firm_user"),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def is_linked(self) -> bool:
        return self.unlinked_at is None and self.removed_at is None

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


class SavedView(TenantModel):
    """Filters and order of a list that somebody wants to come back to."""

    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    staff = FirmKey(Staff, on_delete=models.CASCADE, related_name="+")
    of = models.CharField(max_length=8, choices=ListName)
    name = models.CharField(_("Name"), max_length=60)
    query = models.CharField(max_length=2000)  # as it stands in the address of the list

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            *walled("clients_savedview", "staff"),
            models.UniqueConstraint(fields=["firm", "staff", "of", "name"], name="savedview_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class BulkChange(TenantModel):
    """One act on many accounts, with what it needs to be undone."""

    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    staff = FirmKey(Staff, on_delete=models.CASCADE, related_name="+")
    act = models.CharField(max_length=10, choices=BulkAct)
    before = models.JSONField(default=dict)  # id of each row that was changed -> what it held: free by act, so no columns
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = walled("clients_bulkchange", "staff")

    def __str__(self) -> str:
        return self.code


def zone_of(contact: Contact, account: Account) -> ZoneInfo:
    """The contact's time zone, else the account's, else the firm's (M32)."""
    return ZoneInfo(contact.time_zone or account.time_zone or account.firm.time_zone)


def language_of(contact: Contact, account: Account) -> str:
    """The contact's language, else the account's, else the firm's (M32)."""
    return contact.language or account.language or account.firm.language
