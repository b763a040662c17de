"""Holding all that leaves to a firm's clients: by its staff, by whoever runs the deployment, or since it has waited too long (M33)."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from firms.enums import HoldOrigin


class HoldsMail(models.Model):
    """Columns of the firm, which every claim and every page reads anyhow: a firm that holds nothing pays for nothing.

    What is held stays as it is, ready to go; a hold that is over leaves its columns until the next.
    """

    mail_held_at = models.DateTimeField(null=True, blank=True)
    mail_held_until = models.DateTimeField(null=True, blank=True)  # none: until somebody releases it
    mail_hold_origin = models.CharField(max_length=8, choices=HoldOrigin, blank=True, db_default="")
    mail_hold_reason = models.CharField(max_length=160, blank=True, db_default="")
    mail_held_by = models.CharField(max_length=160, blank=True, db_default="")  # the name, as the activity log has it
    mail_released_at = models.DateTimeField(null=True, blank=True)  # somebody's last yes: what waited then is late from here on, not before
    # Whatever was due until then may have gone already, of which a restored database knows nothing: it waits for a yes.
    mail_unknown_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def holds_mail(self, now: datetime) -> bool:
        return self.mail_held_at is not None and (self.mail_held_until is None or now < self.mail_held_until)


class HoldOfAll(models.Model):
    """Whoever runs the deployment holds the e-mails of all firms, those that are created meanwhile among them: one row, of no firm."""

    reason = models.CharField(max_length=160, blank=True)
    since = models.DateTimeField()

    class Meta:
        app_label = "firms"
        constraints = [models.CheckConstraint(name="hold_of_all_is_one", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.reason


def mail_held_as_a_whole() -> models.CheckConstraint:
    """An instant and an origin, or neither; an end has a beginning."""
    held = Q(mail_held_at__isnull=False) & ~Q(mail_hold_origin="")
    return models.CheckConstraint(
        name="firm_mail_held_as_a_whole", condition=held | Q(mail_held_at=None, mail_held_until=None, mail_hold_origin="")
    )
