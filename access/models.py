"""Codes by which a person proves that an address is theirs."""

from django.db import models
from django.db.models import Q

from access.enums import Purpose
from actions.models import Action
from clients.models import Address
from firms.models import Staff, User
from tenancy.constraints import walled
from tenancy.models import FirmKey, TenantModel


class ActCode(TenantModel):
    """Six digits to the addressee's own address, bound to browser session, action, purpose and the document's digest.

    Counts machine time. The digits are in no row: they are derived from the nonce and the deployment's key.
    """

    action = FirmKey(Action, on_delete=models.CASCADE, related_name="+")
    address = FirmKey(Address, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=12)  # sign, decline: a code for one does not do the other
    session_digest = models.BinaryField(max_length=32)
    document_digest = models.BinaryField(max_length=32)
    nonce = models.CharField(max_length=32)
    created_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            *walled("access_actcode", "action", "address"),
            models.CheckConstraint(name="actcode_five_tries", condition=Q(tries__lte=5)),
        ]
        indexes = [models.Index(fields=["firm", "address", "-created_at"], name="actcode_firm_address")]
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.action_id}: {self.address_id}"


class Invitation(TenantModel):
    """Leave to choose a first password, sent to one e-mail address; the newest one counts.

    Staff are invited as the user that they are already, clients as the address that they have. `logins_ended` is that of the
    address when it was invited: once LOGIN has gone since, the invitation is void.
    Counts machine time. The token of its link is derived from the nonce while the e-mail is sent; its digest is kept.
    """

    user = FirmKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    address = FirmKey(Address, on_delete=models.CASCADE, null=True, related_name="+")
    logins_ended = models.PositiveSmallIntegerField(default=0)
    purpose = models.CharField(max_length=8, choices=Purpose)
    email_key = models.CharField(max_length=254)
    nonce = models.CharField(max_length=32)
    digest = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    invited_by = FirmKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)  # another one went out, or whoever was invited is no longer wanted

    class Meta:
        constraints = [
            *walled("access_invitation", "user", "address", "invited_by"),
            models.UniqueConstraint(fields=["digest"], name="invitation_link"),
            models.UniqueConstraint(
                fields=["firm", "user", "purpose"], condition=Q(accepted_at=None, voided_at=None), name="invitation_one_open"
            ),
            models.UniqueConstraint(
                fields=["firm", "address"], condition=Q(accepted_at=None, voided_at=None), name="invitation_one_open_of_address"
            ),
            models.CheckConstraint(
                name="invitation_to_a_user_or_an_address",
                condition=Q(purpose=Purpose.STAFF, user__isnull=False, address=None)
                | Q(purpose=Purpose.CLIENT, user=None, address__isnull=False),
            ),
            models.CheckConstraint(name="invitation_accepted_or_void", condition=Q(accepted_at=None) | Q(voided_at=None)),
        ]
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.purpose}: {self.email_key}"
