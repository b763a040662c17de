"""The outbox: what was decided for each address, and each physical e-mail."""

from django.db import models
from django.db.models import Q

from actions.models import Action
from clients.models import Account, Address, Contact
from firms.models import Staff, User
from lib.codes import new_code
from notifications.enums import (
    ERROR_WORDS,
    REASON_SENTENCES,
    VERDICT_WORDS,
    Audience,
    Outcome,
    Priority,
    SuppressionOrigin,
    SuppressionReason,
)
from notifications.verdicts import Verdict
from tenancy.constraints import walled
from tenancy.models import FirmKey, TenantModel


def _exactly_while(outcome: Outcome, field: str) -> Q:
    """`field` is filled while the outcome is this one, and only then."""
    return Q((f"{field}__isnull", False), ("outcome", outcome)) | (~Q(outcome=outcome) & Q((field, None)))


NEVER_WENT = ("failed", "bounced", "complained", "unconfirmed", "cancelled")  # few of many: the outbox finds them without all others


class Message(TenantModel):
    """One physical e-mail. Once handed to a server it only moves forward.

    `fence` rises with each claim; whoever holds an older one writes nothing more. Leases count machine time.
    """

    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    audience = models.CharField(max_length=6, choices=Audience, default=Audience.CLIENT)
    message_id = models.CharField(max_length=120)  # a keyed hash of its first notice's key: the same at every try
    to_email = models.EmailField(max_length=254)
    language = models.CharField(max_length=5)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.NOTICE, db_default=Priority.NOTICE)  # its first notice's
    subject = models.CharField(max_length=300, blank=True)
    template_version = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=11, choices=Outcome)
    tries = models.PositiveSmallIntegerField(default=0)
    fence = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    handed_at = models.DateTimeField(null=True)  # of this try: from here on until the server's answer it is in doubt
    in_doubt = models.BooleanField(default=False)  # was once, so that a second copy may exist
    next_try_at = models.DateTimeField(null=True)
    provider_id = models.CharField(max_length=200, blank=True)
    # What From held when it was taken: the platform's address, or the firm's own.
    sender = models.EmailField(max_length=254, blank=True, db_default="")
    answer = models.CharField(max_length=500, blank=True)  # of the server, as it was
    error = models.CharField(  # the kind of its last refusal, which stays when it goes after all
        max_length=7, choices=[(kind.value, said) for kind, said in ERROR_WORDS.items()], blank=True, db_default=""
    )
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    passed_by = models.BooleanField(default=False, db_default=False)  # `Firm.mail_dropped_until` went past it while it was unfinished

    class Meta:
        ordering = ["-id"]
        constraints = [
            *walled("notifications_message"),
            models.UniqueConstraint(fields=["firm", "message_id"], name="message_id_once"),
            models.CheckConstraint(
                name="message_leased_while_sending",
                condition=_exactly_while(Outcome.SENDING, "lease_until"),
            ),
            models.CheckConstraint(
                name="message_tried_again_while_waiting",
                condition=_exactly_while(Outcome.WAITING, "next_try_at"),
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at", "firm"], condition=Q(outcome="waiting"), name="message_waiting"),
            models.Index(fields=["lease_until", "firm"], condition=Q(outcome="sending"), name="message_sending"),
            models.Index(fields=["provider_id", "firm"], condition=~Q(provider_id=""), name="message_provider"),
            models.Index(fields=["firm", "-created_at"], name="message_firm_created"),
            models.Index(fields=["firm", "-created_at"], condition=Q(outcome__in=NEVER_WENT), name="message_never_went"),
            models.Index(fields=["firm", "-created_at"], condition=~Q(error=""), name="message_refused"),
            models.Index(fields=["firm", "created_at"], condition=Q(passed_by=True), name="message_passed_by"),
        ]

    def __str__(self) -> str:
        return self.message_id


READY = Q(message=None) & ~Q(verdict=Verdict.SKIP)
BUNDLED = READY & ~Q(bundle="")
URGENT = READY & Q(priority__lt=Priority.REMINDER)


class Notice(TenantModel):
    """One event for one address: the verdict and its reason, written in the transaction of what it tells.

    Client notices name account, contact and address; a notice to a user (staff's password) names the user alone; the copy that
    the firm gets of a client's e-mail names the notice it is a copy of.
    """

    # Without a key of its own, which would be checked for each row: whatever a notice names is of this firm, and it names something.
    firm = models.ForeignKey("firms.Firm", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    audience = models.CharField(max_length=6, choices=Audience, default=Audience.CLIENT)
    event = models.CharField(max_length=30)
    key = models.CharField(max_length=120)  # for example reminder:<action>:<n>:<address>
    number = models.PositiveSmallIntegerField(default=0)  # which reminder; 0 for a first notice
    action = FirmKey(Action, on_delete=models.PROTECT, null=True, related_name="+")
    account = FirmKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    contact = FirmKey(Contact, on_delete=models.PROTECT, null=True, related_name="+")
    address = FirmKey(Address, on_delete=models.PROTECT, null=True, related_name="+")
    user = FirmKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    copy_of = FirmKey("self", on_delete=models.PROTECT, null=True, related_name="copies")
    email = models.EmailField(max_length=254)  # as it was when decided
    verdict = models.CharField(max_length=4, choices=[(verdict.value, said) for verdict, said in VERDICT_WORDS.items()])
    reason = models.CharField(max_length=20, choices=[(reason.value, said) for reason, said in REASON_SENTENCES.items()])
    decided_at = models.DateTimeField()  # by the product's clock
    not_before = models.DateTimeField(null=True)  # when it may go; null when it never will
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.NOTICE)
    values = models.JSONField(default=dict)  # of its placeholders: free by event, so no columns
    dropped_at = models.DateTimeField(null=True)  # what it said, after the firm's term (`notifications.keeping`)
    link_digest = models.BinaryField(max_length=32, null=True)  # of the token in its link; the token is derived when sending
    bundle = models.CharField(
        max_length=120, blank=True, db_default=""
    )  # what is ready for one address under one such name goes in one message
    message = FirmKey(Message, on_delete=models.PROTECT, null=True, related_name="notices")

    class Meta:
        ordering = ["-decided_at", "-id"]
        constraints = [
            *walled("notifications_notice", "action", "account", "contact", "address", "user", "copy_of", "message"),
            models.UniqueConstraint(fields=["firm", "key"], name="notice_once"),
            models.UniqueConstraint(fields=["link_digest"], condition=Q(link_digest__isnull=False), name="notice_link"),
            models.CheckConstraint(
                name="notice_skipped_never_goes",
                condition=(Q(verdict=Verdict.SKIP, not_before=None) | (~Q(verdict=Verdict.SKIP) & Q(not_before__isnull=False))),
            ),
            models.CheckConstraint(
                name="notice_to_an_address_a_user_or_as_a_copy",
                condition=Q(address__isnull=False, contact__isnull=False, user=None, copy_of=None)
                | Q(address=None, contact=None, user__isnull=False, copy_of=None)
                | Q(address=None, contact=None, user=None, copy_of__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["firm", "priority", "not_before", "id"], condition=READY, name="notice_ready_in_firm"),
            models.Index(fields=["firm", "bundle"], condition=BUNDLED, name="notice_ready_bundled"),
            models.Index(fields=["not_before", "firm"], condition=READY, name="notice_ready_firms"),
            models.Index(fields=["not_before", "firm"], condition=URGENT, name="notice_urgent_firms"),
            models.Index(fields=["firm", "action", "-decided_at"], name="notice_firm_action"),
            models.Index(fields=["firm", "address", "-decided_at"], name="notice_firm_address"),
            models.Index(fields=["firm", "message"], condition=Q(message__isnull=False), name="notice_firm_message"),
            models.Index(fields=["firm", "decided_at"], condition=Q(verdict=Verdict.SKIP, dropped_at=None), name="notice_skipped_kept"),
        ]

    def __str__(self) -> str:
        return self.key


class Visit(TenantModel):
    """Somebody was at the page behind the link of a notice. Telemetry: nothing that decides reads it."""

    notice = FirmKey(Notice, on_delete=models.CASCADE, related_name="+")
    first_at = models.DateTimeField()

    class Meta:
        constraints = [
            *walled("notifications_visit", "notice"),
            models.UniqueConstraint(fields=["firm", "notice"], name="visit_once"),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id}"


class Suppression(TenantModel):
    """An address that the firm does not write to. Whoever writes one locks the address first."""

    address = FirmKey(Address, on_delete=models.CASCADE, related_name="suppressions")
    reason = models.CharField(max_length=16, choices=SuppressionReason)
    origin = models.CharField(max_length=8, choices=SuppressionOrigin)
    detail = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = FirmKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    lift_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            *walled("notifications_suppression", "address", "lifted_by"),
            models.UniqueConstraint(fields=["firm", "address"], condition=Q(lifted_at=None), name="suppression_once_while_on"),
        ]
        indexes = [models.Index(fields=["firm", "-at", "-id"], name="suppression_firm_at")]

    def __str__(self) -> str:
        return f"{self.address_id}: {self.reason}"
