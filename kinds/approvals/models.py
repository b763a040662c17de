"""Documents to approve, and who approved or refused them how."""

from django.db import models
from django.db.models import Q

from actions.models import Action
from clients.models import Contact
from files.models import FileVersion
from tenancy.constraints import walled
from tenancy.models import FirmKey, FirmOneToOne, TenantModel


class ApprovalRequest(TenantModel):
    """The detail of an action of the kind `approval`. `sha256` is the fingerprint of all its documents together."""

    action = FirmOneToOne(Action, on_delete=models.CASCADE, primary_key=True, related_name="+")
    sha256 = models.BinaryField(max_length=32)

    class Meta:
        constraints = walled("approvals_approvalrequest", "action", pk="action")

    def __str__(self) -> str:
        return self.fingerprint

    @property
    def fingerprint(self) -> str:
        return bytes(self.sha256).hex()


class ApprovalDocument(TenantModel):
    """One of the documents: the version that was asked about, so that a later one changes nothing."""

    request = FirmKey(ApprovalRequest, on_delete=models.CASCADE, related_name="documents")
    version = FirmKey(FileVersion, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()  # from 1

    class Meta:
        ordering = ["position"]
        constraints = [
            *walled("approvals_approvaldocument", "request", "version"),
            models.UniqueConstraint(fields=["firm", "request", "position"], name="approvaldocument_in_order"),
            models.UniqueConstraint(fields=["firm", "request", "version"], name="approvaldocument_once"),
        ]
        indexes = [models.Index(fields=["firm", "version"], name="approvaldocument_firm_version")]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.position}"


class Approval(TenantModel):
    """What one person said to all the documents, with the evidence; where nobody is named, whoever was first."""

    request = FirmKey(ApprovalRequest, on_delete=models.CASCADE, related_name="answers")
    contact = FirmKey(Contact, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=160)  # as it was then
    approved = models.BooleanField()
    comment = models.TextField(blank=True, max_length=1000)  # why not
    answered_at = models.DateTimeField()
    address_email = models.EmailField(max_length=254)  # to which the code went
    documents_sha256 = models.BinaryField(max_length=32)
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["answered_at", "id"]
        constraints = [
            *walled("approvals_approval", "request", "contact"),
            models.UniqueConstraint(fields=["firm", "request", "contact"], name="approval_once"),
            models.CheckConstraint(name="approval_says_why_not", condition=Q(approved=True) | ~Q(comment="")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def fingerprint(self) -> str:
        return bytes(self.documents_sha256).hex()
