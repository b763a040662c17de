"""The spine: one table for everything a client owes, whatever its kind."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from actions.enums import STOP_SENTENCES, ActionState, PartyRole, ScheduleFrom
from actions.stops import Stop
from clients.models import Account, Contact
from firms.models import Staff
from firms.pausable import Pausable, paused_as_a_whole
from lib.codes import new_code
from tenancy.constraints import walled
from tenancy.models import FirmKey, TenantModel


class Action(Pausable, TenantModel):
    """Something asked of an account, with the schedule of its reminders.

    `next_reminder_at` is when the sweep looks at it next, never later than the next reminder's nominal instant; null when none will come.
    """

    account = FirmKey(Account, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    title = models.CharField(_("Title"), max_length=160)
    message = models.TextField(_("Message to the client"), blank=True, max_length=2000)
    state = models.CharField(max_length=9, choices=ActionState, default=ActionState.OPEN)
    refused = models.BooleanField(default=False)  # done, with a no
    due_on = models.DateField(_("Due on"), null=True, blank=True)
    expires_on = models.DateField(_("Expires after"), null=True, blank=True)  # the last day on which it can be done
    opened_at = models.DateTimeField()
    opened_by = FirmKey(Staff, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=160, blank=True)  # the name, as the activity log has it
    bumped_at = models.DateTimeField()  # order in the client's to-do list
    topic = models.CharField(max_length=16, blank=True, db_default="")  # code of the conversation that it belongs to

    reminders_on = models.BooleanField(_("Reminders"), default=False)
    remind_every_days = models.PositiveSmallIntegerField(_("Every"), default=3)
    remind_max = models.PositiveSmallIntegerField(_("At most"), default=1)
    reminders_sent = models.PositiveSmallIntegerField(default=0)
    round = models.PositiveSmallIntegerField(default=0, db_default=0)  # how often count and schedule have started anew
    counted_from = models.DateTimeField()  # nominal instant of the last automatic e-mail: of the notice, then of each reminder
    schedule_from = models.CharField(max_length=7, choices=ScheduleFrom, db_default=ScheduleFrom.USUAL)
    scheduled_at = models.DateTimeField(db_default=Now())  # when its reminders were last set: instants up to then are not meant
    next_reminder_at = models.DateTimeField(null=True, blank=True)
    # Why no further reminder will come.
    stop_reason = models.CharField(max_length=20, blank=True, choices=[(stop.value, said) for stop, said in STOP_SENTENCES.items()])

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            *walled("actions_action", "account", "opened_by"),
            models.CheckConstraint(
                name="action_open_until_closed",
                condition=Q(state=ActionState.OPEN, closed_at=None) | (~Q(state=ActionState.OPEN) & Q(closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="action_closed_is_never_reminded", condition=Q(next_reminder_at=None) | Q(state=ActionState.OPEN, reminders_on=True)
            ),
            models.CheckConstraint(
                name="action_interval_is_a_day_or_more", condition=Q(remind_every_days__gte=1, remind_every_days__lte=365)
            ),
            models.CheckConstraint(name="action_reminded_once_or_more", condition=Q(remind_max__gte=1, remind_max__lte=50)),
            paused_as_a_whole("action"),
        ]
        indexes = [
            models.Index(fields=["next_reminder_at", "firm"], condition=Q(next_reminder_at__isnull=False), name="action_due_firms"),
            models.Index(fields=["firm", "next_reminder_at"], condition=Q(next_reminder_at__isnull=False), name="action_due_in_firm"),
            models.Index(fields=["expires_on", "firm"], condition=Q(state="open", expires_on__isnull=False), name="action_expiring_firms"),
            models.Index(fields=["firm", "state", "-opened_at"], name="action_firm_state"),
            models.Index(fields=["firm", "account", "state", "-bumped_at"], name="action_firm_account"),
            models.Index(fields=["firm", "due_on"], condition=Q(state="open"), name="action_firm_open_due"),
            models.Index(fields=["firm", "topic"], condition=~Q(topic=""), name="action_firm_topic"),
            models.Index(fields=["firm"], condition=Q(state="open", stop_reason="nobody"), name="action_tells_nobody"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state == ActionState.OPEN

    @property
    def asks_nothing(self) -> bool:
        """Closed by the firm as nothing is owed: it is told all the same, and nobody is reminded."""
        return self.stop_reason == Stop.NOTHING_ASKED


class ActionParty(TenantModel):
    """A contact named by an action. Whoever has done their part is left alone (M20)."""

    action = FirmKey(Action, on_delete=models.CASCADE, related_name="parties")
    contact = FirmKey(Contact, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=9, choices=PartyRole)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            *walled("actions_actionparty", "action", "contact"),
            models.UniqueConstraint(fields=["firm", "action", "contact"], name="actionparty_once"),
        ]
        indexes = [models.Index(fields=["firm", "contact"], name="actionparty_firm_contact")]

    def __str__(self) -> str:
        return f"{self.action_id}: {self.contact_id}"
