"""Files of a task: kept among the account's documents, and noted beside the task."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.files.base import File as Content
from django.db import transaction
from django.utils.translation import gettext as _

from actions.models import Action
from clients.locks import locked_account
from files.enums import Area
from files.errors import FileRefused
from files.models import File
from files.services import keep_file
from firms.actors import Actor
from firms.enums import Verb
from kinds.client_tasks.models import TaskFile
from kinds.client_tasks.services import lock_list, task_of
from reminders.services import log_act

MOST_FILES = 20  # of one task


@transaction.atomic
def attach(*, action: Action, code: str, area: Area, upload: "Content[Any]", by: Actor, now: datetime) -> File:
    """Raises `FileRefused`, and as `services.tick`."""
    locked_account(action.account)  # before the request, as everywhere: keeping a file locks it
    action = lock_list(action, now)
    task = task_of(action, code)
    if TaskFile.objects.filter(firm=action.firm_id, task=task).count() >= MOST_FILES:
        raise FileRefused(_("A task holds at most %(most)d files. Put several into one zip.") % {"most": MOST_FILES})
    file = keep_file(account=action.account, area=area, folder=None, upload=upload, by=by, now=now)
    TaskFile.objects.create(firm=action.firm, task=task, file=file)
    return file


def attach_all(
    *, action: Action, code: str, area: Area, uploads: "Iterable[Content[Any]]", by: Actor, now: datetime
) -> tuple[list[File], list[str]]:
    """Those that were kept, and why the others were not: one that is refused keeps none of the others away."""
    kept, refused = [], []
    for upload in uploads:
        try:
            kept.append(attach(action=action, code=code, area=area, upload=upload, by=by, now=now))
        except FileRefused as error:
            refused.append(str(error))
    return kept, refused


@transaction.atomic
def detach(*, action: Action, code: str, file: File, by: Actor, now: datetime) -> None:
    """The file stays among the documents. Raises as `services.tick`."""
    action = lock_list(action, now)
    task = task_of(action, code)
    removed, _kinds = TaskFile.objects.filter(firm=action.firm_id, task=task, file=file).delete()
    if removed:
        log_act(action, by, Verb.TASK_CHANGED, now, detail=task.text, old=file.name, new="")
