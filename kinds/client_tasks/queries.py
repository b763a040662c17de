"""Reads about lists of tasks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from actions.enums import PartyRole
from actions.kinds import Description, Row
from actions.models import Action, ActionParty
from actions.queries import OPEN
from files.enums import Area
from files.models import File
from firms.models import Firm
from kinds.client_tasks.models import Task, TaskFile, TaskList
from kinds.client_tasks.rules import Progress, describe_progress

KIND = "client_task"


def list_of(action: Action) -> TaskList:
    """The list of an action that somebody's door has let through; 404 when it is of another kind."""
    if action.kind != KIND:
        raise Http404
    return TaskList.objects.get(firm=action.firm_id, action=action)


def tasks_of(action: Action) -> list[Task]:
    """In their order."""
    return list(Task.objects.filter(firm=action.firm_id, list=action.pk))


def get_task(action: Action, code: str) -> Task:
    """404 when it is no task of this list."""
    return get_object_or_404(Task, firm=action.firm_id, list=action.pk, code=code)


def addressees_of(action: Action) -> list[str]:
    """The names of those who are told; none where everybody with NOTIFY is."""
    parties = ActionParty.objects.filter(firm=action.firm_id, action=action, role=PartyRole.ADDRESSEE).select_related("contact")
    return [party.contact.name for party in parties]


@dataclass(frozen=True, slots=True)
class Line:
    """A task as pages show it: with what the firm put beside it, and what the client sent. `is_last`: ticking it ends the list."""

    task: Task
    from_firm: list[File]
    from_client: list[File]
    is_last: bool


def lines_of(action: Action) -> list[Line]:
    """Two queries; files in the trash are left out."""
    tasks, files = tasks_of(action), files_of(action)
    open_tasks = [task for task in tasks if task.is_open]
    return [
        Line(
            task,
            [file for file in files.get(task.pk, ()) if file.area == Area.FIRM],
            [file for file in files.get(task.pk, ()) if file.area == Area.CLIENT],
            is_last=open_tasks == [task],
        )
        for task in tasks
    ]


def files_of(action: Action) -> Mapping[int, Sequence[File]]:
    """By task id; what has become private is for nobody here."""
    attached = TaskFile.objects.filter(
        firm=action.firm_id, task__list=action.pk, file__trashed_at=None, file__area__in=[Area.FIRM, Area.CLIENT]
    )
    found: dict[int, list[File]] = {}
    for each in attached.select_related("file"):
        found.setdefault(each.task_id, []).append(each.file)
    return found


def get_file_of(action: Action, code: str) -> File:
    """404 when it is no file of this list, or none that can be seen any more."""
    for files in files_of(action).values():
        for file in files:
            if file.code == code:
                return file
    raise Http404


def held(firm: Firm, files: Collection[int]) -> dict[int, str]:
    """Which of these files belong to a list that is open, and to which."""
    attached = TaskFile.objects.filter(firm=firm, file__in=files)
    actions = Action.objects.filter(OPEN, firm=firm, kind=KIND).filter(pk__in=attached.order_by().values("task__list"))
    titles = dict(actions.values_list("pk", "title"))
    rows = attached.filter(task__list__in=titles).order_by().values_list("file_id", "task__list_id")
    return {file: titles[action] for file, action in rows}


def kept_for_good(firm: Firm, files: Collection[int]) -> set[int]:
    """None: what was sent with a task is no evidence."""
    return set()


def progress_of(actions: Sequence[Action]) -> Mapping[int, Progress]:
    """By action id; one query however many."""
    tasks = Task.objects.filter(firm__in={action.firm_id for action in actions}, list__in=[action.pk for action in actions])
    counted = tasks.order_by().values("list_id").annotate(done=Count("pk", filter=Q(done_at__isnull=False)), of=Count("pk"))
    found = {row["list_id"]: (row["done"], row["of"]) for row in counted}
    return {action.pk: Progress(action.state, *found.get(action.pk, (0, 0))) for action in actions}


def describe_all(actions: Sequence[Action]) -> Mapping[int, Description]:
    return {pk: describe_progress(progress) for pk, progress in progress_of(actions).items()}


def describe(action: Action) -> Description:
    """The action's state in this kind's words."""
    return describe_all([action])[action.pk]


def email_rows(actions: Sequence[Action]) -> Mapping[int, Sequence[Row]]:
    """The tasks that are still open, with their days; one query however many."""
    tasks = Task.objects.filter(firm__in={action.firm_id for action in actions}, list__in=[action.pk for action in actions], done_at=None)
    rows: dict[int, list[Row]] = {}
    for list_id, text, details, due_on in tasks.values_list("list_id", "text", "details", "due_on"):
        row = {"ITEM": text, "ITEM_NOTE": first_line(details), "ITEM_DUE_ON": due_on.isoformat() if due_on else ""}
        rows.setdefault(list_id, []).append(row)
    return rows


def first_line(text: str) -> str:
    """An e-mail's row has one line for it; the page has all."""
    first, _, rest = text.strip().partition("\n")
    return f"{first.strip()} …" if rest.strip() else first.strip()
