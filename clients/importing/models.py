"""An import and its rows: what was uploaded, what was found out about it, and how far it has come."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.importing.enums import ImportState, RemovalKind, RemovalOutcome, Severity, Verdict
from clients.importing.table import Line
from firms.models import Staff
from lib.codes import new_code
from tenancy.constraints import walled
from tenancy.models import FirmKey, TenantModel

WORKING = (ImportState.CHECKING, ImportState.IMPORTING)  # a worker has to do something
WAITING = (ImportState.MATCHING, ImportState.CHECKED)  # a person has to do something
PART_ROWS = 1_000
ENDED = (ImportState.DONE, ImportState.STOPPED, ImportState.FAILED)


def place_of(instance: "ClientImport", filename: str) -> str:
    """Never under the name that the browser told."""
    return f"imports/{instance.code}"


class ClientImport(TenantModel):
    """A client list on its way in. The uploaded file is kept until its rows are."""

    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    created_at = models.DateTimeField()
    created_by = FirmKey(Staff, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=ImportState, default=ImportState.MATCHING)
    file_name = models.CharField(_("File"), max_length=200)
    file = models.FileField(upload_to=place_of, blank=True)
    headings = models.JSONField(default=list)  # the texts of the header row
    headings_key = models.CharField(max_length=64)  # see mapping.key_of
    samples = models.JSONField(default=list)  # for each column up to three of its values
    mapping = models.JSONField(default=list)  # for each column the name of a field, or nothing
    is_complete = models.BooleanField(default=False)  # the list names everybody of its accounts: what is missing is proposed to go
    missing = models.PositiveIntegerField(null=True)  # how much is missing; null where that could not be told
    hides_logins = models.BooleanField(default=False)  # too many addresses sign in elsewhere to tell which
    source = models.JSONField(default=dict)  # how the file was read: encoding, separator, sheet, empty and mended rows
    trouble = models.JSONField(null=True)  # why it failed: {"why": …, "details": {…}}, said by sentences.py
    tries = models.PositiveSmallIntegerField(default=0)  # in a row that went wrong
    part_rows = models.PositiveSmallIntegerField(default=PART_ROWS)  # how many rows the next transaction takes
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)  # rows whose position is below this have been carried out
    accounts_made = models.PositiveIntegerField(default=0)
    contacts_made = models.PositiveIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = FirmKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    running_since = models.DateTimeField(null=True)  # machine time, for telling how long it will take
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            *walled("clients_clientimport", "created_by", "confirmed_by"),
            models.CheckConstraint(condition=Q(rows_done__lte=F("rows_total")), name="import_done_within_total"),
            models.CheckConstraint(condition=Q(state__in=ENDED) ^ Q(ended_at=None), name="import_ended_when_ended"),
            models.CheckConstraint(
                condition=~Q(state__in=[ImportState.IMPORTING, ImportState.DONE]) | Q(confirmed_at__isnull=False),
                name="import_confirmed_first",
            ),
        ]
        indexes = [
            models.Index(fields=["firm", "-created_at"], name="import_firm_created"),
            models.Index(fields=["firm", "headings_key", "-created_at"], name="import_firm_headings"),
            models.Index(fields=["firm"], condition=Q(state__in=WORKING), name="import_firm_working"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_working(self) -> bool:
        return self.state in WORKING

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED


class ImportRow(TenantModel):
    """A row of the list: its cells as they stood in the file, and what it does or has done."""

    client_import = FirmKey(ClientImport, on_delete=models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()  # from 0, without gaps
    number = models.PositiveIntegerField()  # as the person sees it in their file
    cells = models.JSONField()
    verdict = models.CharField(max_length=7, choices=Verdict)
    severity = models.CharField(max_length=7, choices=Severity, blank=True)  # of its worst problem
    problems = models.JSONField(default=list)
    changes = models.JSONField(default=list)
    account = models.CharField(max_length=160, blank=True)
    person = models.CharField(max_length=254, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            *walled("clients_importrow", "client_import"),
            models.UniqueConstraint(fields=["firm", "client_import", "position"], name="importrow_position_once"),
        ]
        indexes = [
            models.Index(fields=["firm", "client_import", "verdict", "position"], name="importrow_by_verdict"),
            models.Index(fields=["firm", "client_import", "severity", "position"], name="importrow_by_severity"),
        ]

    def __str__(self) -> str:
        return f"{self.client_import_id}: {self.number}"

    @property
    def line(self) -> Line:
        return Line(self.number, tuple(self.cells))


class ImportRemoval(TenantModel):
    """Something that a complete list has no longer; it goes where somebody has ticked it. Names are as they were at the check."""

    client_import = FirmKey(ClientImport, on_delete=models.CASCADE, related_name="removals")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=7, choices=RemovalKind)
    account = FirmKey("clients.Account", on_delete=models.CASCADE, related_name="+")
    contact = FirmKey("clients.Contact", on_delete=models.CASCADE, related_name="+")
    address = FirmKey("clients.Address", on_delete=models.CASCADE, null=True, related_name="+")  # of an address alone
    account_name = models.CharField(max_length=160)
    person = models.CharField(max_length=200)
    email = models.EmailField(max_length=254, blank=True)
    replaced_by = models.EmailField(max_length=254, blank=True)  # the person's address that is new in the list
    signs_in = models.BooleanField(default=False)
    is_ticked = models.BooleanField(default=False)
    outcome = models.CharField(max_length=7, choices=RemovalOutcome, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            *walled("clients_importremoval", "client_import", "account", "contact", "address"),
            models.UniqueConstraint(fields=["firm", "client_import", "position"], name="importremoval_position_once"),
            models.CheckConstraint(condition=Q(kind=RemovalKind.ADDRESS) ^ Q(address=None), name="importremoval_of_an_address"),
        ]
        indexes = [
            models.Index(fields=["firm", "account"], name="importremoval_account"),
            models.Index(fields=["firm", "contact"], name="importremoval_contact"),
            models.Index(fields=["firm", "address"], name="importremoval_address"),
        ]

    def __str__(self) -> str:
        return f"{self.client_import_id}: {self.email or self.person}"
