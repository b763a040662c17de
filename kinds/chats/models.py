"""Conversations with an account: threads, what was said in them, and how far whoever takes part has read."""

from django.db import models
from django.db.models import Q

from actions.models import Action
from clients.models import Account, Contact
from files.models import File
from firms.models import Staff
from lib.codes import new_code
from tenancy.constraints import walled
from tenancy.models import FirmKey, TenantModel


class Thread(TenantModel):
    """A conversation. `action` is the newest request in it: open while an answer is owed.

    The last messages are kept here too, so that lists need not look for them.
    """

    account = FirmKey(Account, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    title = models.CharField(max_length=160)
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=160)  # the name, as the activity log has it
    action = FirmKey(Action, on_delete=models.PROTECT, null=True, related_name="+")
    last_message = FirmKey("ChatMessage", on_delete=models.PROTECT, null=True, related_name="+")
    last_of_firm = FirmKey("ChatMessage", on_delete=models.PROTECT, null=True, related_name="+")
    last_of_client = FirmKey("ChatMessage", on_delete=models.PROTECT, null=True, related_name="+")
    last_message_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-last_message_at", "-id"]
        constraints = walled("chats_thread", "account", "action", "last_message", "last_of_firm", "last_of_client")
        indexes = [
            models.Index(fields=["firm", "-last_message_at", "-id"], name="thread_firm_last"),
            models.Index(fields=["firm", "account", "-last_message_at", "-id"], name="thread_firm_account"),
            models.Index(fields=["firm", "action"], condition=Q(action__isnull=False), name="thread_firm_action"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def owes(self) -> bool:
        """Whether an answer of the client's is owed."""
        return self.action is not None and self.action.is_open


class ThreadStaff(TenantModel):
    """One of the firm who takes part; `unread`: the client has written since they looked."""

    thread = FirmKey(Thread, on_delete=models.CASCADE, related_name="members")
    staff = FirmKey(Staff, on_delete=models.CASCADE, related_name="+")
    unread = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            *walled("chats_threadstaff", "thread", "staff"),
            models.UniqueConstraint(fields=["firm", "thread", "staff"], name="threadstaff_once"),
        ]
        indexes = [models.Index(fields=["firm", "staff"], condition=Q(unread=True), name="threadstaff_unread")]

    def __str__(self) -> str:
        return f"{self.thread_id}: {self.staff_id}"


class ThreadContact(TenantModel):
    """One of the client's people who is named: they are told; where nobody is, whoever of the account has NOTIFY."""

    thread = FirmKey(Thread, on_delete=models.CASCADE, related_name="contacts")
    contact = FirmKey(Contact, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            *walled("chats_threadcontact", "thread", "contact"),
            models.UniqueConstraint(fields=["firm", "thread", "contact"], name="threadcontact_once"),
        ]
        indexes = [models.Index(fields=["firm", "contact"], name="threadcontact_firm_contact")]

    def __str__(self) -> str:
        return f"{self.thread_id}: {self.contact_id}"


class ChatMessage(TenantModel):
    """What somebody said: one of the firm, or one of the client's people. It is never changed.

    Within a thread the ids rise with the order in which messages were written: the thread is locked meanwhile.
    """

    thread = FirmKey(Thread, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    text = models.TextField()
    written_at = models.DateTimeField()
    staff = FirmKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    contact = FirmKey(Contact, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=160)  # of whoever wrote it, as it was
    by_link = models.BooleanField(default=False)  # with an e-mailed link alone, which may have been forwarded

    class Meta:
        ordering = ["id"]
        constraints = [
            *walled("chats_chatmessage", "thread", "staff", "contact"),
            models.CheckConstraint(
                name="chatmessage_of_one_side",
                condition=Q(staff__isnull=False, contact=None, by_link=False) | Q(staff=None, contact__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["firm", "thread", "-id"], name="chatmessage_firm_thread")]

    def __str__(self) -> str:
        return self.code

    @property
    def of_firm(self) -> bool:
        return self.staff_id is not None


class MessageFile(TenantModel):
    """A file that came with a message; it stands among the account's documents too."""

    message = FirmKey(ChatMessage, on_delete=models.CASCADE, related_name="files")
    file = FirmKey(File, on_delete=models.CASCADE, related_name="+")  # goes with it once the trash is emptied

    class Meta:
        ordering = ["id"]
        constraints = [
            *walled("chats_messagefile", "message", "file"),
            models.UniqueConstraint(fields=["firm", "message", "file"], name="messagefile_once"),
        ]
        indexes = [models.Index(fields=["firm", "file"], name="messagefile_firm_file")]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.file_id}"


class ReadMark(TenantModel):
    """Up to which message somebody has had the thread before their eyes. Telemetry: nothing is decided by it."""

    thread = FirmKey(Thread, on_delete=models.CASCADE, related_name="+")
    staff = FirmKey(Staff, on_delete=models.CASCADE, null=True, related_name="+")
    contact = FirmKey(Contact, on_delete=models.CASCADE, null=True, related_name="+")
    up_to = FirmKey(ChatMessage, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            *walled("chats_readmark", "thread", "staff", "contact", "up_to"),
            models.UniqueConstraint(fields=["firm", "thread", "staff"], name="readmark_once_a_colleague"),
            models.UniqueConstraint(fields=["firm", "thread", "contact"], name="readmark_once_a_contact"),
            models.CheckConstraint(
                name="readmark_of_one_side", condition=Q(staff__isnull=False, contact=None) | Q(staff=None, contact__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id}: {self.up_to_id}"
