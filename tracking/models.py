"""What was reported and what has come back, as it came: each once, whatever became of it."""

from django.db import models
from django.db.models import Q

from notifications.models import Message
from tenancy.constraints import walled
from tenancy.models import FirmKey, TenantModel
from tracking.enums import ReportKind
from tracking.reports import Kind
from ways.models import Way


class ReturnedMail(models.Model):
    """An e-mail of the deployment's mailbox that was read; `message` is the public code of ours that it was about, if it was.

    Of no firm, and so without a wall.
    """

    mailbox = models.CharField(max_length=200)
    validity = models.BigIntegerField()  # what the number belongs to: a mailbox that was made anew counts anew
    uid = models.BigIntegerField()
    read_at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in Kind])
    message = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailbox", "validity", "uid"], name="returnedmail_once")]
        indexes = [models.Index(fields=["-read_at"], condition=models.Q(kind="unknown"), name="returnedmail_to_read")]

    def __str__(self) -> str:
        return f"{self.mailbox} {self.uid}: {self.kind}"


class Told(models.Model):
    """`key` is a digest of the provider's id of the event, or of the event itself where it has none."""

    provider = models.CharField(max_length=20)  # the last part of the webhook's address
    key = models.BinaryField(max_length=32)
    kind = models.CharField(max_length=12, choices=ReportKind)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()
    our_id = models.CharField(max_length=120, blank=True)  # the Message-ID, where the provider gave it back
    provider_id = models.CharField(max_length=200, blank=True)
    recipient = models.CharField(max_length=254, blank=True)
    detail = models.CharField(max_length=500, blank=True)
    raw = models.JSONField()
    look_at = models.DateTimeField(null=True)  # when its e-mail is looked for again; none: found, or given up

    class Meta:
        abstract = True


class Report(Told, TenantModel):
    """Of a firm's e-mail. Until `applied_at` its consequences wait: for the message, or for the record of its being sent."""

    way = FirmKey(Way, on_delete=models.PROTECT, null=True, related_name="+")  # null: the deployment's
    message = FirmKey(Message, on_delete=models.PROTECT, null=True, related_name="reports")
    applied_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints = [
            *walled("tracking_report", "way", "message"),
            models.UniqueConstraint(fields=["firm", "way", "key"], nulls_distinct=False, name="report_once"),
            models.CheckConstraint(
                name="report_applied_to_a_message", condition=Q(applied_at=None) | Q(message__isnull=False, look_at=None)
            ),
        ]
        indexes = [
            models.Index(fields=["firm", "look_at"], condition=Q(look_at__isnull=False), name="report_waiting"),
            models.Index(fields=["firm", "message"], condition=Q(message__isnull=False), name="report_firm_message"),
            models.Index(fields=["firm", "way", "-received_at"], name="report_firm_way"),
        ]

    def __str__(self) -> str:
        return f"{self.provider}: {self.kind}"


class Stray(Told):
    """Came by the deployment's webhook, of no e-mail of ours that is known so far. Of no firm, and so without a wall; no page shows it."""

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["provider", "key"], name="stray_once")]
        indexes = [models.Index(fields=["look_at"], condition=Q(look_at__isnull=False), name="stray_waiting")]

    def __str__(self) -> str:
        return f"{self.provider}: {self.kind}"
