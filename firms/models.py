"""The tenant, its people, and what was done in it."""

from datetime import time
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from firms.enums import ActorKind, FailedTaskKind, Right, Role, Side, SocialNetwork, Verb
from firms.mail_hold import HoldsMail, mail_held_as_a_whole, own_hold_under_the_operators
from firms.pausable import Pausable, paused_as_a_whole
from lib.codes import new_code
from tenancy.constraints import Wall, walled
from tenancy.models import FirmKey, FirmOneToOne, TenantModel

WEEKDAYS = [0, 1, 2, 3, 4]


def working_days() -> list[int]:
    return list(WEEKDAYS)


# What e-mails to clients show of the firm: columns of Firm.
LOOK = (
    "name", "address_line", "phone", "website", *SocialNetwork.values, "color", "logo",
    "show_contact", "show_social", "show_logo", "show_context",
)  # fmt: skip


class Firm(Pausable, HoldsMail, models.Model):
    """A practice: the tenant. Its own row is walled by its id."""

    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    name = models.CharField(_("Name"), max_length=120)
    time_zone = models.CharField(_("Time zone"), max_length=64, default="Europe/Paris")
    country = models.CharField(_("Country"), max_length=2, default="FR")
    region = models.CharField(_("Region"), max_length=12, blank=True)  # whose public holidays differ from the country's
    language = models.CharField(_("Language"), max_length=5, default="fr")
    created_at = models.DateTimeField()
    set_up_at = models.DateTimeField(null=True, blank=True)  # when the guide was gone through
    set_up_step = models.PositiveSmallIntegerField(default=0)  # the last of its steps that was saved

    email = models.EmailField(_("Communication address"), help_text=_("Where the firm is written to."))
    address_line = models.CharField(_("Address"), max_length=200, blank=True)
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    website = models.URLField(_("Website"), blank=True)
    reply_to = models.EmailField(_("Reply-to address"), blank=True)  # A22: empty stands for the owner's
    copy_on = models.BooleanField(_("Receive copies of e-mails to clients"), default=False)
    copy_to = models.EmailField(_("Address for copies"), blank=True)

    # One column for each of firms.enums.SocialNetwork.
    linkedin = models.URLField("LinkedIn", blank=True)
    facebook = models.URLField("Facebook", blank=True)
    x = models.URLField("X", blank=True)
    instagram = models.URLField("Instagram", blank=True)
    youtube = models.URLField("YouTube", blank=True)
    whatsapp = models.URLField("WhatsApp", blank=True)
    tiktok = models.URLField("TikTok", blank=True)

    color = models.CharField(_("Colour"), max_length=7, default="#2b4c9b")
    logo = models.FileField(_("Logo"), upload_to="logos/", blank=True)  # a PNG of ours, whatever was uploaded
    logo_width = models.PositiveSmallIntegerField(null=True, blank=True)  # of the stored picture, in its own pixels
    logo_height = models.PositiveSmallIntegerField(null=True, blank=True)
    brand_version = models.PositiveIntegerField(default=1)  # one more at each change of what e-mails show of the firm
    show_contact = models.BooleanField(_("Show address and phone"), default=True)
    show_social = models.BooleanField(_("Show social links"), default=True)
    show_logo = models.BooleanField(_("Show the logo"), default=True)
    show_context = models.BooleanField(_("Show message context"), default=False)  # M5: hidden until the firm says so

    require_mfa = models.BooleanField(_("Everybody signs in with two steps"), default=False)

    send_from = models.TimeField(_("Reminders go out from"), default=time(8, 30))
    send_until = models.TimeField(_("Reminders go out until"), default=time(18, 0))
    send_days = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("Days of the week"), default=working_days)  # Monday is 0
    sends_at_any_hour = models.BooleanField(default=False)  # the window never closes: set by nobody but tests and benches
    keeps_holidays = models.BooleanField(_("No reminders on public holidays"), default=True, db_default=True)
    # Days that it closes itself, as in firms.closed_days: read whole, with the firm, and never searched.
    closings = models.JSONField(_("Days on which the firm is closed"), default=list, db_default=Value([], models.JSONField()))
    open_days_only = models.BooleanField(_("Count open days only"), default=False, db_default=False)
    bundle_reminders = models.BooleanField(_("One e-mail for all that is due"), default=True, db_default=True)
    cap_a_day = models.PositiveSmallIntegerField(_("E-mails with reminders a day"), null=True, blank=True, default=1, db_default=1)
    cap_a_week = models.PositiveSmallIntegerField(_("E-mails with reminders in seven days"), null=True, blank=True)
    keep_months = models.PositiveSmallIntegerField(
        _("Months that e-mails are kept"), default=24, db_default=24
    )  # their text, not their rows
    mail_dropped_until = models.DateTimeField(null=True, blank=True)  # how far that has come
    latest_days = models.PositiveSmallIntegerField(_("Days late at most"), default=3, db_default=3)  # M33

    class Meta:
        constraints = [
            Wall(name="firms_firm_wall", column="id"),
            paused_as_a_whole("firm"),
            mail_held_as_a_whole(),
            own_hold_under_the_operators(),
            models.CheckConstraint(
                name="firm_caps_let_something_through",
                condition=(Q(cap_a_day=None) | Q(cap_a_day__gte=1)) & (Q(cap_a_week=None) | Q(cap_a_week__gte=1)),
            ),
            models.CheckConstraint(name="firm_copies_have_an_address", condition=Q(copy_on=False) | ~Q(copy_to="")),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(mail_held_at__isnull=False), name="firm_holds_mail")]  # few of many

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        """Of several with this address the one that signs in: others are invited, or did so once."""
        return self.get(email__iexact=username, is_active=True)


class User(AbstractBaseUser):
    """A login. While it is active its address belongs to one firm and one side across the whole deployment (M9).

    It is active once its owner has chosen a way to sign in, and for as long as they may; see firms.logins.
    """

    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="+", db_index=False)
    side = models.CharField(max_length=6, choices=Side)
    email = models.EmailField()
    is_active = models.BooleanField(default=True)
    logins_ended = models.PositiveIntegerField(default=0)  # how often the login has ended: the sessions before it are worth nothing
    created_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    objects = UserManager()

    class Meta:
        constraints = [
            Wall(name="firms_user_wall", open_before_entry=True),
            models.UniqueConstraint(fields=["firm", "id"], name="firms_user_firm_id"),
            models.UniqueConstraint(Lower("email"), condition=Q(is_active=True), name="firms_user_one_active_login_per_address"),
        ]

    def __str__(self) -> str:
        return self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session keeps of its user; without an ended login as Django makes it."""
        kept: str = super()._get_session_auth_hash(secret)  # type: ignore[misc]
        return f"{kept}:{self.logins_ended}" if self.logins_ended else kept


class Staff(TenantModel):
    """Somebody of the firm."""

    user = FirmOneToOne(User, on_delete=models.PROTECT, related_name="staff")
    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    name = models.CharField(_("Name"), max_length=120)
    job_title = models.CharField(_("Function"), max_length=80, blank=True)
    role = models.CharField(_("Role"), max_length=8, choices=Role, default=Role.EMPLOYEE)
    rights = ArrayField(models.CharField(max_length=20, choices=Right), default=list, blank=True)
    language = models.CharField(_("Language"), max_length=5, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = walled("firms_staff", "user")

    def __str__(self) -> str:
        return self.name

    @property
    def is_pending(self) -> bool:
        """Invited, and without a password so far."""
        return self.left_at is None and not self.user.has_usable_password()


class LogSeal(TenantModel):
    """A link of the firm's hash chain over its activity lines; written once. See firms/sealing.py."""

    number = models.PositiveIntegerField()  # 1, 2, 3 … within the firm, without a gap
    sealed_at = models.DateTimeField()  # machine time
    line_ids = ArrayField(models.BigIntegerField())  # in ascending order
    digest = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["number"]
        constraints = [*walled("firms_logseal"), models.UniqueConstraint(fields=["firm", "number"], name="logseal_number_once")]

    def __str__(self) -> str:
        return f"{self.firm_id}: {self.number}"


OF_SOMEBODY_OR_A_REQUEST = (Verb.REMINDERS_PAUSED, Verb.REMINDERS_RESUMED)  # named without quotes, a request's title with them


class ActivityLine(TenantModel):
    """Who did what, when, from where. Written once: relance_app may neither change nor delete it, only put its seal on it.

    What it is about is kept as plain ids: a key would forbid, or alter, what is only remembered.
    """

    at = models.DateTimeField()
    verb = models.CharField(max_length=24, choices=Verb)
    actor_kind = models.CharField(max_length=6, choices=ActorKind)
    actor_name = models.CharField(max_length=160, blank=True)
    staff_id = models.BigIntegerField(null=True)
    contact_id = models.BigIntegerField(null=True)
    account_id = models.BigIntegerField(null=True)
    action_id = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=300, blank=True)
    detail = models.CharField(max_length=500, blank=True)
    old = models.CharField(max_length=500, blank=True)
    new = models.CharField(max_length=500, blank=True)
    ip = models.GenericIPAddressField(null=True)
    salt = models.BinaryField(max_length=16, null=True)  # null in lines from before the log was sealed
    digest = models.BinaryField(max_length=32, null=True)  # of the salt and all the rest: outlives them should they be erased
    seal = FirmKey(LogSeal, on_delete=models.PROTECT, null=True, related_name="lines")

    class Meta:
        ordering = ["-at", "-id"]
        constraints = walled("firms_activityline", "seal")
        indexes = [
            models.Index(fields=["firm", "id"], condition=Q(seal=None, digest__isnull=False), name="activity_to_seal"),
            models.Index(fields=["firm", "seal"], condition=Q(seal__isnull=False), name="activity_of_seal"),
            models.Index(fields=["firm", "-at"], name="activity_firm_at"),
            models.Index(fields=["firm", "action_id", "-at"], name="activity_action_at"),
            models.Index(fields=["firm", "account_id", "-at"], name="activity_account_at"),
        ]

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> str:
        """What was done, without the actor's name, in the reader's language."""
        is_title = self.verb in OF_SOMEBODY_OR_A_REQUEST and self.action_id is not None
        subject = _("“%(title)s”") % {"title": self.subject} if is_title else self.subject
        return str(Verb(self.verb).label) % {"subject": subject, "detail": self.detail}


class FailedTask(TenantModel):
    """Something that went wrong in the background and now needs a person (M10)."""

    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=FailedTaskKind)
    key = models.CharField(max_length=120)  # the same trouble is told once while it is open
    subject = models.CharField(max_length=300)
    detail = models.CharField(max_length=500, blank=True)
    account_id = models.BigIntegerField(null=True)
    action_id = models.BigIntegerField(null=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = FirmKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-at"]
        constraints = [
            *walled("firms_failedtask", "resolved_by"),
            models.UniqueConstraint(fields=["firm", "key"], condition=Q(resolved_at=None), name="failedtask_once_while_open"),
        ]
        indexes = [models.Index(fields=["firm", "-at"], condition=Q(resolved_at=None), name="failedtask_open")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject}"


class SentForm(TenantModel):
    """A form of a page that was sent (`firms/sent_forms.py`); `led_to` is empty as long as it has done nothing."""

    mark = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    led_to = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            *walled("firms_sentform"),
            models.UniqueConstraint(fields=["firm", "mark"], name="sentform_once"),
        ]
        indexes = [models.Index(fields=["firm", "at"], name="sentform_at")]

    def __str__(self) -> str:
        return self.led_to
