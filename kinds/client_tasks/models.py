"""A list of tasks, and who ticked each of them off."""

from django.db import models
from django.db.models import Q

from actions.models import Action
from files.models import File
from firms.enums import ActorKind
from lib.codes import new_code
from tenancy.constraints import walled
from tenancy.models import FirmKey, FirmOneToOne, TenantModel


class TaskList(TenantModel):
    """The detail of an action of the kind `client_task`."""

    action = FirmOneToOne(Action, on_delete=models.CASCADE, primary_key=True, related_name="+")
    due_follows = models.BooleanField()  # whether the action is due with the earliest open task, nobody having given it a day of its own

    class Meta:
        constraints = walled("client_tasks_tasklist", "action", pk="action")

    def __str__(self) -> str:
        return f"{self.action_id}"


class Task(TenantModel):
    """One thing to do. `done_by` is a name, as the activity log has it; `doer` says on whose side they stand, and whether by link."""

    list = FirmKey(TaskList, on_delete=models.CASCADE, related_name="tasks")
    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)
    details = models.TextField(blank=True, max_length=1000)
    due_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=160, blank=True)
    doer = models.CharField(max_length=6, blank=True, choices=ActorKind)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            *walled("client_tasks_task", "list"),
            models.CheckConstraint(
                name="task_is_done_by_somebody", condition=Q(done_at=None, doer="") | (Q(done_at__isnull=False) & ~Q(doer=""))
            ),
        ]
        indexes = [models.Index(fields=["firm", "list", "position"], name="task_firm_list")]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        return self.done_at is None

    @property
    def by_link(self) -> bool:
        """Whether whoever ticked it had an e-mailed link and no login: they may be somebody it was forwarded to."""
        return self.doer == ActorKind.LINK

    @property
    def by_firm(self) -> bool:
        return self.doer == ActorKind.STAFF


class TaskFile(TenantModel):
    """A file of a task: a form of the firm's to fill in, or what the client sent. It lies among the account's documents, as others do."""

    task = FirmKey(Task, on_delete=models.CASCADE, related_name="files")
    file = FirmKey(File, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            *walled("client_tasks_taskfile", "task", "file"),
            models.UniqueConstraint(fields=["firm", "task", "file"], name="taskfile_once"),
        ]
        indexes = [models.Index(fields=["firm", "file"], name="taskfile_firm_file")]

    def __str__(self) -> str:
        return f"{self.task_id}: {self.file_id}"
