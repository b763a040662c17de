"""Keeping files: each write is whole, content and rows together, or not at all."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import File as Content
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Account
from clients.names import name_key
from files.enums import Area
from files.errors import FileHeld, FileRefused, FolderRefused
from files.holding import held_among
from files.models import File, FileVersion, Folder
from files.names import clean_name, extension_of, numbered_name, short_name
from files.uploads import Checked, check_upload
from firms.actors import Actor
from firms.enums import Verb
from firms.services import write_activity
from lib.codes import new_code

IN_TRASH = timedelta(days=30)


def keep_file(
    *, account: Account, area: Area, folder: Folder | None, upload: "Content[Any]", by: Actor, now: datetime, name: str = ""
) -> File:
    """Raises `FileRefused`. A name that stands in the folder already gets a number; `name` where it is not the upload's own."""
    checked = check_upload(upload, name)
    code = new_code()
    with _content_kept(account.firm_id, code, 1, upload) as path, transaction.atomic():
        _lock(folder)
        file = File.objects.create(
            firm=account.firm, account=account, code=code, area=area, folder=folder, name=_free_name(account, area, folder, checked.name),
            content_type=checked.content_type, size=checked.size, pages=checked.pages,
            uploaded_at=now, uploaded_by=by.name, uploader=by.kind,
        )  # fmt: skip
        _add_row(file, 1, file.name, checked, path, by, now)
        _log(file, Verb.FILE_ADDED, by, now, detail=str(Area(area).label))
    return file


def add_version(*, file: File, upload: "Content[Any]", by: Actor, now: datetime) -> FileVersion:
    """What the file held before stays among its versions. It keeps its name, but for its ending where the type is another."""
    checked = check_upload(upload)
    with transaction.atomic():
        file = File.objects.select_for_update(of=("self",)).select_related("firm").get(firm=file.firm_id, pk=file.pk)
        number = file.versions + 1
        with _content_kept(file.firm_id, file.code, number, upload) as path:
            name = file.name if checked.content_type == file.content_type else checked.name
            version = _add_row(file, number, name, checked, path, by, now)
            file.name, file.content_type, file.size, file.pages = name, checked.content_type, checked.size, checked.pages
            file.versions, file.uploaded_at, file.uploaded_by, file.uploader = number, now, by.name, by.kind
            file.save()
            _log(file, Verb.FILE_REPLACED, by, now, detail=str(number))
    return version


@transaction.atomic
def rename(*, file: File, name: str, by: Actor, now: datetime) -> File:
    """Keeps the ending: it says what the file is. Raises `FileRefused` for a name of which nothing is left."""
    extension = extension_of(file.name)
    typed = clean_name(name)
    stem = typed[: -len(extension) - 1] if extension and typed.lower().endswith(f".{extension}") else typed
    if not stem.strip(" ."):
        raise FileRefused(_("Please type a name."))
    old, file.name = file.name, short_name(f"{stem}.{extension}" if extension else stem)
    if file.name != old:
        file.save(update_fields=["name", "name_key"])
        _log(file, Verb.FILE_RENAMED, by, now, detail=old, old=old, new=file.name)
    return file


@transaction.atomic
def move(*, files: Sequence[File], area: Area, folder: Folder | None, by: Actor, now: datetime) -> None:
    """To a folder of the same account, or to the top of an area."""
    _lock(folder)
    for file in files:
        if (file.area, file.folder_id) == (area, folder.pk if folder else None):
            continue
        old = _place(file.area, file.folder)
        file.area, file.folder = area, folder
        file.name = _free_name(file.account, area, folder, file.name)
        file.save(update_fields=["area", "folder", "name", "name_key"])
        _log(file, Verb.FILE_MOVED, by, now, detail=_place(area, folder), old=old, new=_place(area, folder))


@transaction.atomic
def trash(*, files: Sequence[File], by: Actor, now: datetime) -> None:
    """All of them or none: raises `FileHeld` where one is part of an open request."""
    held = held_among(files[0].firm, [file.pk for file in files]) if files else {}
    for file in files:
        if file.pk in held:
            raise FileHeld(
                _("“%(name)s” is part of the open request “%(title)s”. Withdraw the request first, or let it be done.")
                % {"name": file.name, "title": held[file.pk]}
            )
        if File.objects.filter(firm=file.firm_id, pk=file.pk, trashed_at=None).update(trashed_at=now, trashed_by=by.name):
            _log(file, Verb.FILE_TRASHED, by, now)


@transaction.atomic
def restore(*, files: Sequence[File], by: Actor, now: datetime) -> None:
    """Back to where they were; to the area's top where their folder is gone."""
    for file in files:
        if File.objects.filter(firm=file.firm_id, pk=file.pk, trashed_at__isnull=False).update(trashed_at=None, trashed_by=""):
            _log(file, Verb.FILE_RESTORED, by, now)


# --- Folders -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def make_folder(*, account: Account, area: Area, parent: Folder | None, name: str, by: Actor, now: datetime) -> Folder:
    """Raises `FolderRefused` where there is one of that name beside it."""
    name = _folder_name(name)
    _lock(parent)
    _refuse_taken(account, area, parent, name)
    folder = Folder.objects.create(firm=account.firm, account=account, area=area, parent=parent, name=name, created_at=now)
    _log_folder(folder, by, now, _("made in “%(place)s”") % {"place": _place(area, parent)})
    return folder


@transaction.atomic
def rename_folder(*, folder: Folder, name: str, by: Actor, now: datetime) -> Folder:
    """Raises `FolderRefused`."""
    name, old = _folder_name(name), folder.name
    _refuse_taken(folder.account, Area(folder.area), folder.parent, name, but=folder)
    folder.name = name
    folder.save(update_fields=["name", "name_key"])
    if name != old:
        _log_folder(folder, by, now, _("was called “%(name)s”") % {"name": old})
    return folder


@transaction.atomic
def delete_folder(*, folder: Folder, by: Actor, now: datetime) -> None:
    """An empty one alone: raises `FolderRefused`. Files of it that lie in the trash come back to the area's top."""
    _lock(folder)
    files = File.objects.filter(firm=folder.firm_id, folder=folder)
    if files.filter(trashed_at=None).exists() or Folder.objects.filter(firm=folder.firm_id, parent=folder).exists():
        raise FolderRefused(_("“%(name)s” is not empty. Move or trash what is in it first.") % {"name": folder.name})
    files.update(folder=None)
    _log_folder(folder, by, now, _("deleted"))
    folder.delete()


def _folder_name(name: str) -> str:
    cleaned = clean_name(name.replace("/", " ").replace("\\", " "))[:120].strip()
    if not cleaned:
        raise FolderRefused(_("Please type a name."))
    return cleaned


def _refuse_taken(account: Account, area: Area, parent: Folder | None, name: str, but: Folder | None = None) -> None:
    # The account's lock keeps two from making the same at once; the unique key would answer with an error page.
    Account.objects.select_for_update(no_key=True).get(firm=account.firm_id, pk=account.pk)
    beside = Folder.objects.filter(firm=account.firm_id, account=account, area=area, parent=parent, name_key=name_key(name))
    if (beside.exclude(pk=but.pk) if but else beside).exists():
        raise FolderRefused(_("There is a folder “%(name)s” here already. Choose another name.") % {"name": name})


# --- Content and rows together ------------------------------------------------------------------------------------------


@contextmanager
def _content_kept(firm_id: int, code: str, number: int, upload: "Content[Any]") -> Iterator[str]:
    """Saves the content and gives its path; takes it away again where what follows does not succeed."""
    upload.seek(0)
    path = default_storage.save(f"files/{firm_id}/{code}/{number}/content", upload)
    complete = False
    try:
        yield path
        complete = True
    finally:
        if not complete:
            default_storage.delete(path)


def _add_row(file: File, number: int, name: str, checked: Checked, path: str, by: Actor, now: datetime) -> FileVersion:
    return FileVersion.objects.create(
        firm=file.firm, file=file, number=number, name=name, stored=path, content_type=checked.content_type, size=checked.size,
        pages=checked.pages, sha256=checked.sha256, uploaded_at=now, uploaded_by=by.name, uploader=by.kind,
    )  # fmt: skip


def _lock(folder: Folder | None) -> None:
    """So that nobody deletes it meanwhile. Raises `FolderRefused` where somebody just has."""
    if folder and not Folder.objects.select_for_update(no_key=True).filter(firm=folder.firm_id, pk=folder.pk).exists():
        raise FolderRefused(_("The folder “%(name)s” is gone. Choose another one.") % {"name": folder.name})


def _free_name(account: Account, area: Area, folder: Folder | None, name: str) -> str:
    """The name itself, or the first number behind it that is free in the folder."""
    here = File.objects.filter(firm=account.firm_id, account=account, area=area, folder=folder, trashed_at=None)
    free, number = name, 1
    while here.filter(name_key=name_key(free)).exists():
        number += 1
        free = numbered_name(name, number)
    return free


def _place(area: str, folder: Folder | None) -> str:
    label = str(Area(area).label)
    return f"{label} / {folder.name}" if folder else label


def _log(file: File, verb: Verb, by: Actor, now: datetime, *, detail: str = "", old: str = "", new: str = "") -> None:
    write_activity(
        firm=file.firm, by=by, verb=verb, now=now, account_id=file.account_id, subject=file.name, detail=detail, old=old, new=new
    )


def _log_folder(folder: Folder, by: Actor, now: datetime, detail: str) -> None:
    write_activity(
        firm=folder.firm, by=by, verb=Verb.FOLDER_CHANGED, now=now, account_id=folder.account_id, subject=folder.name, detail=detail
    )
