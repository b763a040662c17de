"""Requests for documents, what came for them, periods that are complete, and batches that clients are told of."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from actions.models import Action
from clients.models import Account, Contact
from files.models import File
from firms.enums import ActorKind
from kinds.documents.enums import Rhythm
from lib.codes import new_code
from tenancy.constraints import walled
from tenancy.models import FirmKey, FirmOneToOne, TenantModel


class DocumentRequest(TenantModel):
    """The detail of an action of the kind `documents`: for a period, or for none. What is to be sent is the action's message."""

    action = FirmOneToOne(Action, on_delete=models.CASCADE, primary_key=True, related_name="+")
    period_from = models.DateField(null=True)
    period_until = models.DateField(null=True)  # its last day

    class Meta:
        constraints = [
            *walled("documents_documentrequest", "action", pk="action"),
            models.CheckConstraint(
                name="documentrequest_whole_period",
                condition=Q(period_from=None, period_until=None) | Q(period_from__isnull=False, period_until__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["firm", "period_from"], condition=Q(period_from__isnull=False), name="documentrequest_period")]

    def __str__(self) -> str:
        return f"{self.action_id}: {self.period_from}"


class ReceivedFile(TenantModel):
    """A file that the client sent for a request."""

    request = FirmKey(DocumentRequest, on_delete=models.CASCADE, related_name="received")
    file = FirmKey(File, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            *walled("documents_receivedfile", "request", "file"),
            models.UniqueConstraint(fields=["firm", "request", "file"], name="receivedfile_once"),
        ]
        indexes = [models.Index(fields=["firm", "file"], name="receivedfile_firm_file")]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.file_id}"


class VatRhythm(TenantModel):
    """How often an account sends its documents; without a row it has no periods."""

    account = FirmOneToOne(Account, on_delete=models.CASCADE, primary_key=True, related_name="+")
    rhythm = models.CharField(_("VAT period"), max_length=7, choices=Rhythm)

    class Meta:
        constraints = walled("documents_vatrhythm", "account", pk="account")

    def __str__(self) -> str:
        return self.rhythm


class PeriodComplete(TenantModel):
    """The client has said that all documents of a period are in (B15)."""

    account = FirmKey(Account, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    period_from = models.DateField()
    period_until = models.DateField()
    at = models.DateTimeField()
    by_name = models.CharField(max_length=160)
    by_contact = FirmKey(Contact, on_delete=models.PROTECT, null=True, related_name="+")
    by_kind = models.CharField(max_length=6, choices=ActorKind)

    class Meta:
        ordering = ["-period_from", "-id"]
        constraints = [
            *walled("documents_periodcomplete", "account", "by_contact"),
            models.UniqueConstraint(fields=["firm", "account", "period_from", "period_until"], name="period_complete_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.period_from}"

    @property
    def by_link(self) -> bool:
        return self.by_kind == ActorKind.LINK


class UploadBatch(TenantModel):
    """Files of the firm that an account's clients are told of in one e-mail (C25)."""

    account = FirmKey(Account, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = walled("documents_uploadbatch", "account")
        indexes = [models.Index(fields=["firm", "account", "-opened_at"], name="uploadbatch_firm_account")]

    def __str__(self) -> str:
        return self.code


class BatchFile(TenantModel):
    """A file of a batch."""

    batch = FirmKey(UploadBatch, on_delete=models.CASCADE, related_name="files")
    file = FirmKey(File, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            *walled("documents_batchfile", "batch", "file"),
            models.UniqueConstraint(fields=["firm", "batch", "file"], name="batchfile_once"),
        ]
        indexes = [models.Index(fields=["firm", "file"], name="batchfile_firm_file")]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.file_id}"
