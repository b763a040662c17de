"""What reminders are set to for a kind or an account; asking many accounts at once, row by row; templates of requests."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from actions.models import Action
from clients.models import Account
from firms.models import Staff
from lib.codes import new_code
from reminders.enums import BatchState, LeftOut, PeopleRule, RowState
from tenancy.constraints import walled
from tenancy.models import FirmKey, TenantModel

ENDED = (BatchState.DONE, BatchState.STOPPED)


class ReminderSetting(TenantModel):
    """How requests are reminded of that say nothing themselves: the firm's of one kind, or an account's of every kind (the nearer one)."""

    kind = models.CharField(max_length=20, blank=True)
    account = FirmKey(Account, on_delete=models.CASCADE, null=True, related_name="+")
    on = models.BooleanField(default=False)
    every_days = models.PositiveSmallIntegerField(default=3)
    at_most = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            *walled("reminders_remindersetting", "account"),
            models.UniqueConstraint(fields=["firm", "kind"], condition=Q(account=None), name="remindersetting_kind_once"),
            models.UniqueConstraint(fields=["firm", "account"], condition=Q(account__isnull=False), name="remindersetting_account_once"),
            models.CheckConstraint(condition=Q(kind="") ^ Q(account=None), name="remindersetting_of_a_kind_or_an_account"),
            models.CheckConstraint(
                condition=Q(every_days__gte=1, every_days__lte=365, at_most__gte=1, at_most__lte=50), name="remindersetting_in_bounds"
            ),
        ]

    def __str__(self) -> str:
        return self.kind or str(self.account_id)


class Asked(TenantModel):
    """What is asked, in words that any kind has; `payload` holds the kind's own fields."""

    kind = models.CharField(max_length=20)
    title = models.CharField(_("Title"), max_length=160, blank=True)
    message = models.TextField(_("Message to the client"), blank=True, max_length=2000)
    reminders_on = models.BooleanField(_("Reminders"), default=False)
    remind_every_days = models.PositiveSmallIntegerField(_("Every"), default=3)
    remind_max = models.PositiveSmallIntegerField(_("At most"), default=1)
    payload = models.JSONField(default=dict)

    class Meta:
        abstract = True


class AskBatch(Asked):
    """One request to many accounts: first chosen and worded, then confirmed, then worked off by a worker."""

    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    state = models.CharField(max_length=7, choices=BatchState, default=BatchState.DRAFT)
    created_at = models.DateTimeField()
    created_by = FirmKey(Staff, on_delete=models.PROTECT, related_name="+")
    usual_message = models.BooleanField(default=False)  # the kind's own, in each account's language
    due_on = models.DateField(_("Due on"), null=True)
    expires_on = models.DateField(null=True)
    rule = models.CharField(max_length=9, choices=PeopleRule, default=PeopleRule.EVERYBODY)
    asks_unheard = models.BooleanField(default=False)  # also where nobody would be told
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            *walled("reminders_askbatch", "created_by"),
            models.CheckConstraint(condition=Q(state__in=ENDED) ^ Q(ended_at=None), name="askbatch_ended_when_ended"),
            models.CheckConstraint(
                condition=Q(state__in=[BatchState.DRAFT, BatchState.READY]) ^ Q(confirmed_at__isnull=False), name="askbatch_confirmed_first"
            ),
        ]
        indexes = [
            models.Index(fields=["firm", "created_by", "-created_at"], name="askbatch_firm_by"),
            models.Index(fields=["firm"], condition=Q(state="asking"), name="askbatch_firm_asking"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED


class AskBatchRow(TenantModel):
    """An account of a batch, and what became of it. `said` is the sentence of a kind that refused."""

    batch = FirmKey(AskBatch, on_delete=models.CASCADE, related_name="rows")
    account = FirmKey(Account, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveIntegerField()  # the accounts in the order of their names
    state = models.CharField(max_length=8, choices=RowState, default=RowState.WAITING)
    reason = models.CharField(max_length=11, choices=LeftOut, blank=True)
    said = models.CharField(max_length=300, blank=True)
    action = FirmKey(Action, on_delete=models.CASCADE, null=True, related_name="+")
    tries = models.PositiveSmallIntegerField(default=0)  # that went wrong

    class Meta:
        ordering = ["position"]
        constraints = [
            *walled("reminders_askbatchrow", "batch", "account", "action"),
            models.UniqueConstraint(fields=["firm", "batch", "account"], name="askbatchrow_account_once"),
            models.CheckConstraint(condition=Q(state=RowState.ASKED) ^ Q(action=None), name="askbatchrow_asked_has_its_action"),
            models.CheckConstraint(condition=Q(state=RowState.LEFT_OUT) ^ Q(reason=""), name="askbatchrow_left_out_for_a_reason"),
        ]
        indexes = [
            models.Index(fields=["firm", "tries", "batch", "position"], condition=Q(state="waiting"), name="askbatchrow_next"),
            models.Index(fields=["firm", "account"], name="askbatchrow_account"),
            models.Index(fields=["firm", "action"], name="askbatchrow_action"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.account_id}"

    @property
    def why(self) -> str:
        """Why it was left out, for staff."""
        return self.said or (str(LeftOut(self.reason).label) if self.reason else "")


class RequestTemplate(Asked):
    """A request as the firm asks it again and again; files are none of it."""

    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    name = models.CharField(_("Name of the template"), max_length=80)
    days_until_due = models.PositiveSmallIntegerField(_("Due after"), null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["kind", "name"]
        constraints = [
            *walled("reminders_requesttemplate"),
            models.UniqueConstraint(fields=["firm", "kind", "name"], name="requesttemplate_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
