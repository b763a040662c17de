"""What reminders can be paused for: the firm, an account, a contact, a request (X16)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from firms.calendar import Span


class Pausable(models.Model):
    """Nobody is reminded from the first day on until another, by the firm's clock; on these days the clock of reminders stands still.

    A pause that is over stays until another takes its place: reminders that were counting while it lasted need it.
    """

    paused_from = models.DateField(null=True, blank=True)
    paused_until = models.DateField(_("Paused until"), null=True, blank=True)  # the day on which reminders go on
    pause_reason = models.CharField(_("Reason"), max_length=160, blank=True, db_default="")
    paused_by = models.CharField(max_length=160, blank=True, db_default="")  # the name, as the activity log has it

    class Meta:
        abstract = True

    @property
    def pauses(self) -> tuple[Span, ...]:
        return ((self.paused_from, self.paused_until),) if self.paused_from and self.paused_until else ()


def paused_as_a_whole(name: str) -> models.CheckConstraint:
    """Both days or none, the later one last; the same day twice is a pause that was taken back at once."""
    both = Q(paused_from__isnull=False, paused_until__gte=models.F("paused_from"))
    return models.CheckConstraint(name=f"{name}_paused_as_a_whole", condition=both | Q(paused_from=None, paused_until=None))
