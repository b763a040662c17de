"""Holding all that leaves to a firm's clients: by its staff, by whoever runs the deployment, or since it has waited too long (M33)."""

from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import models
from django.db.models import Q

from firms.enums import HoldOrigin

HELD = ("mail_held_at", "mail_held_until", "mail_hold_origin", "mail_hold_reason", "mail_held_by")
OWN = ("mail_own_at", "mail_own_until", "mail_own_origin", "mail_own_reason", "mail_own_by")
NO_HOLD = (None, None, "", "", "")


class HoldsMail(models.Model):
    """Columns of the firm, which every claim and every page reads anyhow: a firm that holds nothing pays for nothing.

    What is held stays as it is, ready to go; a hold that is over leaves its columns until the next.
    """

    mail_held_at = models.DateTimeField(null=True, blank=True)
    mail_held_until = models.DateTimeField(null=True, blank=True)  # none: until somebody releases it
    mail_hold_origin = models.CharField(max_length=8, choices=HoldOrigin, blank=True, db_default="")
    mail_hold_reason = models.CharField(max_length=160, blank=True, db_default="")
    mail_held_by = models.CharField(max_length=160, blank=True, db_default="")  # the name, as the activity log has it
    # The firm's own hold, or its backlog's, while the operator's lies over it: what the operator ends never ends this one.
    mail_own_at = models.DateTimeField(null=True, blank=True)
    mail_own_until = models.DateTimeField(null=True, blank=True)
    mail_own_origin = models.CharField(max_length=8, choices=HoldOrigin, blank=True, db_default="")
    mail_own_reason = models.CharField(max_length=160, blank=True, db_default="")
    mail_own_by = models.CharField(max_length=160, blank=True, db_default="")
    mail_released_at = models.DateTimeField(null=True, blank=True)  # somebody's last yes: what waited then is late from here on, not before
    # Whatever was due until then may have gone already, of which a restored database knows nothing: it waits for a yes.
    mail_unknown_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def holds_mail(self, now: datetime) -> bool:
        return self.mail_held_at is not None and (self.mail_held_until is None or now < self.mail_held_until)

    def has_own_hold(self, now: datetime) -> bool:
        """Whether one goes on under the operator's, and would alone."""
        return self.mail_own_at is not None and (self.mail_own_until is None or now < self.mail_own_until)

    def held_by_operator(self, now: datetime) -> bool:
        return self.holds_mail(now) and self.mail_hold_origin == HoldOrigin.OPERATOR

    def begin_hold(self, now: datetime, until: datetime | None, origin: HoldOrigin, reason: str, by: str) -> None:
        """One that is on already keeps its beginning. Nothing is saved."""
        self._set(HELD, (self.mail_held_at if self.holds_mail(now) else now, until, origin, reason[:160], by[:160]))

    def begin_own_hold(self, now: datetime, until: datetime | None, reason: str, by: str) -> None:
        """As above, by the firm's staff, under the operator's."""
        self._set(OWN, (self.mail_own_at if self.has_own_hold(now) else now, until, HoldOrigin.STAFF, reason[:160], by[:160]))

    def end_own_hold(self) -> None:
        """Under the operator's, which goes on. Nothing is saved."""
        self._set(OWN, NO_HOLD)

    def cover_own_hold(self, now: datetime) -> None:
        """The one that is on makes room for the operator's, and is kept. Nothing is saved."""
        kept = [getattr(self, column) for column in HELD] if self.holds_mail(now) else NO_HOLD
        self._set(OWN, kept)
        self._set(HELD, NO_HOLD)

    def uncover_own_hold(self) -> None:
        """Nothing is saved."""
        self._set(HELD, [getattr(self, column) for column in OWN])
        self._set(OWN, NO_HOLD)

    def _set(self, columns: Sequence[str], values: Sequence[object]) -> None:
        for column, value in zip(columns, values, strict=True):
            setattr(self, column, value)


class HoldOfAll(models.Model):
    """Whoever runs the deployment holds the e-mails of all firms, those that are created meanwhile among them: one row, of no firm."""

    reason = models.CharField(max_length=160, blank=True)
    since = models.DateTimeField()

    class Meta:
        app_label = "firms"
        constraints = [models.CheckConstraint(name="hold_of_all_is_one", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.reason

    @property
    def sentence(self) -> str:
        """For whoever runs the deployment."""
        return f"All are held since {self.since.astimezone(UTC):%Y-%m-%d %H:%M}Z, firms that are created meanwhile too: {self.reason}."


def mail_held_as_a_whole() -> models.CheckConstraint:
    """An instant and an origin, or neither; an end has a beginning."""
    held = Q(mail_held_at__isnull=False) & ~Q(mail_hold_origin="")
    return models.CheckConstraint(
        name="firm_mail_held_as_a_whole", condition=held | Q(mail_held_at=None, mail_held_until=None, mail_hold_origin="")
    )


def own_hold_under_the_operators() -> models.CheckConstraint:
    """Only the operator's lies over another, and it has no end of its own, at which the other would be forgotten."""
    covered = Q(mail_own_at__isnull=False, mail_own_origin__in=[HoldOrigin.STAFF, HoldOrigin.BACKLOG])
    return models.CheckConstraint(
        name="firm_own_hold_under_the_operators",
        condition=(covered & Q(mail_hold_origin=HoldOrigin.OPERATOR, mail_held_until=None)) | Q(**dict(zip(OWN, NO_HOLD, strict=True))),
    )
