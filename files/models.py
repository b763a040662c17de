"""Folders, files and their versions: what is kept for an account."""

from django.db import models
from django.db.models import Q

from clients.models import Account
from clients.names import name_key
from files.enums import Area
from files.types import can_be_shown, icon_of
from firms.enums import ActorKind
from lib.codes import new_code
from tenancy.constraints import walled
from tenancy.models import FirmKey, TenantModel


class Folder(TenantModel):
    """A folder of one area of an account, in another one or at its top; names are unique among siblings."""

    account = FirmKey(Account, on_delete=models.PROTECT, related_name="+")
    area = models.CharField(max_length=7, choices=Area)
    parent = FirmKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    name = models.CharField(max_length=120)
    name_key = models.CharField(max_length=200, db_collation="C", editable=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name_key", "id"]
        constraints = [
            *walled("files_folder", "account", "parent"),
            models.UniqueConstraint(
                fields=["firm", "account", "area", "parent", "name_key"], name="folder_name_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.name_key = name_key(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class File(TenantModel):
    """Something kept for an account; name, type, size and pages are those of its last version."""

    account = FirmKey(Account, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    area = models.CharField(max_length=7, choices=Area)
    folder = FirmKey(Folder, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=160)
    name_key = models.CharField(max_length=200, db_collation="C", editable=False)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    pages = models.PositiveSmallIntegerField(default=0)  # that can be shown; 0 for whatever is no PDF, or too big a one
    versions = models.PositiveSmallIntegerField(default=1)
    uploaded_at = models.DateTimeField()  # the last version
    uploaded_by = models.CharField(max_length=160)  # the name, as the activity log has it
    uploader = models.CharField(max_length=6, choices=ActorKind)
    trashed_at = models.DateTimeField(null=True)
    trashed_by = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ["name_key", "id"]
        constraints = [
            *walled("files_file", "account", "folder"),
            models.UniqueConstraint(
                fields=["firm", "account", "area", "folder", "name_key"], condition=Q(trashed_at=None), name="file_name_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="file_trashed_by_somebody",
                condition=Q(trashed_at=None, trashed_by="") | Q(trashed_at__isnull=False) & ~Q(trashed_by=""),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["firm", "account", "area", "folder", "name_key", "id"], condition=Q(trashed_at=None), name="file_in_folder"
            ),
            models.Index(fields=["firm", "account", "name_key", "id"], condition=Q(trashed_at=None), name="file_firm_account_name"),
            models.Index(fields=["firm", "account", "-uploaded_at", "-id"], condition=Q(trashed_at=None), name="file_firm_account_new"),
            models.Index(fields=["firm", "-uploaded_at", "-id"], condition=Q(trashed_at=None), name="file_firm_new"),
            models.Index(fields=["firm", "name_key"], condition=Q(trashed_at=None), name="file_firm_name"),
            models.Index(fields=["firm", "trashed_at"], condition=Q(trashed_at__isnull=False), name="file_firm_trashed"),
            models.Index(fields=["firm", "account", "-trashed_at"], condition=Q(trashed_at__isnull=False), name="file_account_trashed"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.name_key = name_key(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def by_client(self) -> bool:
        return self.uploader in (ActorKind.CLIENT, ActorKind.LINK)

    @property
    def by_link(self) -> bool:
        """Whether whoever sent it had an e-mailed link and no login: they may be somebody it was forwarded to."""
        return self.uploader == ActorKind.LINK

    @property
    def icon(self) -> str:
        """Of Tabler, by what it is."""
        return icon_of(self.content_type)

    @property
    def can_be_shown(self) -> bool:
        return can_be_shown(self.content_type, self.size, self.pages)

    @property
    def in_trash(self) -> bool:
        return self.trashed_at is not None


class FileVersion(TenantModel):
    """What a file held from one upload to the next. Its pictures lie beside its content."""

    file = FirmKey(File, on_delete=models.CASCADE, related_name="history")
    number = models.PositiveSmallIntegerField()  # from 1
    name = models.CharField(max_length=160)
    stored = models.FileField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    pages = models.PositiveSmallIntegerField(default=0)
    sha256 = models.BinaryField(max_length=32)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.CharField(max_length=160)
    uploader = models.CharField(max_length=6, choices=ActorKind)

    class Meta:
        ordering = ["-number"]
        constraints = [
            *walled("files_fileversion", "file"),
            models.UniqueConstraint(fields=["firm", "file", "number"], name="fileversion_once"),
            models.CheckConstraint(name="fileversion_from_one", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"
