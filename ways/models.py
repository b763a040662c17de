"""A firm's own way out of the house."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenancy.constraints import walled
from tenancy.models import TenantModel
from ways.credentials import Credentials
from ways.enums import Provider, Tls

DRAFT = Q(taken_at=None, ended_at=None)
IN_USE = Q(taken_at__isnull=False, ended_at=None)


class Way(TenantModel):
    """At most one is in use, and at most one more is being tried out; those that have ended still hear what providers tell of earlier mail.

    `version` rises with whatever changes how one sends: kept connections of an earlier one are not used again.
    """

    provider = models.CharField(_("sent through"), max_length=10, choices=Provider)
    host = models.CharField(_("mail server"), max_length=253, blank=True)
    port = models.PositiveIntegerField(_("port"), null=True)
    tls = models.CharField(_("encryption"), max_length=8, choices=Tls, blank=True)
    username = models.CharField(_("user name"), max_length=200, blank=True)  # of SES the access key's id
    domain = models.CharField(_("sending domain"), max_length=253, blank=True)
    region = models.CharField(_("region"), max_length=20, blank=True)
    configuration_set = models.CharField(_("configuration set"), max_length=64, blank=True)
    sender = models.EmailField(_("sender address"), max_length=254, blank=True)  # empty: the platform's own (A04, M1)
    per_minute = models.PositiveIntegerField(_("e-mails a minute at most"), null=True)  # none: as fast as the server takes them
    sealed = models.BinaryField()  # ways.credentials.Credentials; empty once it is forgotten
    hook_digest = models.BinaryField(max_length=32)  # of the token in its webhook's address
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    tested_at = models.DateTimeField(null=True)  # of this version: a test message was taken
    test_answer = models.CharField(max_length=500, blank=True)
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    broken_at = models.DateTimeField(null=True)  # since then nothing leaves by it, until somebody sees to it
    broken_answer = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            *walled("ways_way"),
            models.UniqueConstraint(fields=["firm"], condition=IN_USE, name="way_in_use_once"),
            models.UniqueConstraint(fields=["firm"], condition=DRAFT, name="way_tried_out_once"),
            models.UniqueConstraint(fields=["hook_digest"], name="way_hook"),
            models.CheckConstraint(name="way_broken_while_in_use", condition=Q(broken_at=None) | IN_USE),
            models.CheckConstraint(name="way_pace_lets_something_pass", condition=Q(per_minute=None) | Q(per_minute__gte=1)),
            models.CheckConstraint(
                name="way_smtp_has_a_server", condition=~Q(provider="smtp") | (~Q(host="") & ~Q(tls="") & Q(port__isnull=False))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_provider_display()}{f' ({self.host})' if self.host else ''}"

    @property
    def credentials(self) -> Credentials:
        """Raises `lib.sealing.CannotUnseal`."""
        return Credentials.unsealed(self.sealed)

    @property
    def is_stopped(self) -> bool:
        return self.broken_at is not None


class Pace(models.Model):
    """How fast a relay, a domain behind it or a firm may be written to, and what is amiss: of no firm, for all workers (`ways.pacing`)."""

    place = models.CharField(max_length=350, unique=True)
    tokens = models.FloatField(default=0)  # how many might go at once at `filled_at`
    filled_at = models.DateTimeField(null=True)
    level = models.PositiveSmallIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    rests_until = models.DateTimeField(null=True)  # machine time, as the others
    probe_until = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True)  # of the server, that said so last

    class Meta:
        indexes = [models.Index(fields=["place"], condition=Q(level__gt=0) | Q(failures__gt=0), name="pace_troubled")]

    def __str__(self) -> str:
        return self.place
