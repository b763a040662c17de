"""A document to sign, and who signed it how."""

from django.db import models

from actions.models import Action, ActionParty
from tenancy.constraints import walled
from tenancy.models import FirmKey, FirmOneToOne, TenantModel


class SignatureRequest(TenantModel):
    """The detail of an action of the kind `signature`."""

    action = FirmOneToOne(Action, on_delete=models.CASCADE, primary_key=True, related_name="+")
    document = models.FileField(upload_to="signatures/")
    filename = models.CharField(max_length=160)
    size = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField()
    sha256 = models.BinaryField(max_length=32)
    decline_reason = models.TextField(blank=True, max_length=1000)

    class Meta:
        constraints = walled("signatures_signaturerequest", "action", pk="action")

    def __str__(self) -> str:
        return self.filename


class Signature(TenantModel):
    """What one signer did: the evidence of a simple electronic signature."""

    party = FirmKey(ActionParty, on_delete=models.PROTECT, related_name="signatures")
    typed_name = models.CharField(max_length=160)
    signed_at = models.DateTimeField()
    address_email = models.EmailField(max_length=254)  # to which the code went
    document_sha256 = models.BinaryField(max_length=32)
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [*walled("signatures_signature", "party"), models.UniqueConstraint(fields=["firm", "party"], name="signature_once")]

    def __str__(self) -> str:
        return self.typed_name

    @property
    def fingerprint(self) -> str:
        return bytes(self.document_sha256).hex()
