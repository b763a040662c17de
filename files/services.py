"""Keeping files: each write is whole, content and rows together, or not at all.

Each locks accounts, then folders, then files, lowest id first: what gives names takes turns in an account, and whoever attaches a file
finds it either untouched or in the trash.
"""

import secrets
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import File as Content
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from clients.locks import locked_account
from clients.models import Account
from clients.names import name_key
from files.enums import Area
from files.errors import FileHeld, FileRefused, FolderRefused
from files.holding import held_among
from files.models import File, FileVersion, Folder
from files.names import clean_name, extension_of, names_to_try, short_name
from files.uploads import Checked, check_upload
from firms.actors import Actor
from firms.enums import Verb
from firms.models import Firm
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
        locked_account(account)
        _lock(folder, account, area)
        file = File(
            firm=account.firm, account=account, code=code, area=area, folder=folder,
            content_type=checked.content_type, size=checked.size, pages=checked.pages,
            uploaded_at=now, uploaded_by=by.name, uploader=by.kind,
        )  # fmt: skip
        file.name = _free_name(file, checked.name)
        file.save()
        _add_row(file, 1, file.name, checked, path, by, now)
        _log(file, Verb.FILE_ADDED, by, now, detail=_place(file.firm, area, None))
    return file


def add_version(*, file: File, upload: "Content[Any]", by: Actor, now: datetime) -> FileVersion:
    """What the file held before stays among its versions. It keeps its name, but for its ending where the type is another."""
    checked = check_upload(upload)
    with transaction.atomic():
        [file] = _locked([file])
        number = file.versions + 1
        with _content_kept(file.firm_id, file.code, number, upload) as path:
            name = file.name if checked.content_type == file.content_type else _free_name(file, checked.name)
            version = _add_row(file, number, name, checked, path, by, now)
            file.name, file.content_type, file.size, file.pages = name, checked.content_type, checked.size, checked.pages
            file.versions, file.uploaded_at, file.uploaded_by, file.uploader = number, now, by.name, by.kind
            file.save()
            _log(file, Verb.FILE_REPLACED, by, now, detail=str(number))
    return version


@transaction.atomic
def rename(*, file: File, name: str, by: Actor, now: datetime) -> File:
    """Keeps the ending: it says what the file is. Raises `FileRefused` for a name of which nothing is left."""
    [file] = _locked([file])
    extension = extension_of(file.name)
    typed = clean_name(name)
    stem = typed[: -len(extension) - 1] if extension and typed.lower().endswith(f".{extension}") else typed
    if not stem.strip(" ."):
        raise FileRefused(_("Please type a name."))
    wanted = short_name(f"{stem}.{extension}" if extension else stem)
    old, file.name = file.name, _free_name(file, wanted)
    if file.name != old:
        file.save(update_fields=["name", "name_key"])
        _log(file, Verb.FILE_RENAMED, by, now, detail=old, old=old, new=file.name)
    return file


@transaction.atomic
def move(*, files: Sequence[File], area: Area, folder: Folder | None, by: Actor, now: datetime) -> None:
    """To a folder of the same account, or to the top of an area. Raises `FolderRefused`.

    All of them or none: raises `FileHeld` where one would be taken from the client's sight while an open request shows it.
    """
    found = _locked(files)
    if area == Area.PRIVATE:
        _refuse_held([file for file in found if file.area != Area.PRIVATE])
    for account in {file.account for file in found}:
        _lock(folder, account, area)
    for file in found:
        if (file.area, file.folder_id) == (area, folder.pk if folder else None):
            continue
        old = _place(file.firm, file.area, file.folder)
        file.area, file.folder = area, folder
        file.name = _free_name(file, file.name)
        file.save(update_fields=["area", "folder", "name", "name_key"])
        new = _place(file.firm, area, folder)
        _log(file, Verb.FILE_MOVED, by, now, detail=new, old=old, new=new)


@transaction.atomic
def trash(*, files: Sequence[File], by: Actor, now: datetime) -> None:
    """All of them or none: raises `FileHeld` where one is part of an open request."""
    found = _locked(files)
    _refuse_held(found)
    for file in found:
        if not file.in_trash:
            file.trashed_at, file.trashed_by = now, by.name
            file.save(update_fields=["trashed_at", "trashed_by"])
            _log(file, Verb.FILE_TRASHED, by, now)


@transaction.atomic
def restore(*, files: Sequence[File], by: Actor, now: datetime) -> None:
    """Back to where they were; to the area's top where their folder is gone. One whose name was taken meanwhile gets a number."""
    for file in _locked(files):
        if file.in_trash:
            file.trashed_at, file.trashed_by = None, ""
            file.name = _free_name(file, file.name)
            file.save(update_fields=["trashed_at", "trashed_by", "name", "name_key"])
            _log(file, Verb.FILE_RESTORED, by, now)


def _refuse_held(files: Sequence[File]) -> None:
    held = held_among(files[0].firm, [file.pk for file in files]) if files else {}
    for file in files:
        if file.pk in held:
            raise FileHeld(
                _("“%(name)s” is part of the open request “%(title)s”. Withdraw the request first, or let it be done.")
                % {"name": file.name, "title": held[file.pk]}
            )


# --- Folders -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def make_folder(*, account: Account, area: Area, parent: Folder | None, name: str, by: Actor, now: datetime) -> Folder:
    """Raises `FolderRefused` where there is one of that name beside it."""
    name = _folder_name(name)
    locked_account(account)  # two who make the same at once take turns; the unique key would answer with an error page
    _lock(parent, account, area)
    _refuse_taken(account, area, parent, name)
    folder = Folder.objects.create(firm=account.firm, account=account, area=area, parent=parent, name=name, created_at=now)
    _log_folder(folder, by, now, gettext_noop("made in “%(place)s”"), place=_place(account.firm, area, parent))
    return folder


@transaction.atomic
def rename_folder(*, folder: Folder, name: str, by: Actor, now: datetime) -> Folder:
    """Raises `FolderRefused`."""
    name, old = _folder_name(name), folder.name
    locked_account(folder.account)
    _refuse_taken(folder.account, Area(folder.area), folder.parent, name, but=folder)
    folder.name = name
    folder.save(update_fields=["name", "name_key"])
    if name != old:
        _log_folder(folder, by, now, gettext_noop("was called “%(name)s”"), name=old)
    return folder


@transaction.atomic
def delete_folder(*, folder: Folder, by: Actor, now: datetime) -> None:
    """An empty one alone: raises `FolderRefused`. Files of it that lie in the trash come back to the area's top."""
    locked_account(folder.account)
    _lock(folder, folder.account, Area(folder.area))
    files = File.objects.filter(firm=folder.firm_id, folder=folder)
    if files.filter(trashed_at=None).exists() or Folder.objects.filter(firm=folder.firm_id, parent=folder).exists():
        raise FolderRefused(_("“%(name)s” is not empty. Move or trash what is in it first.") % {"name": folder.name})
    files.update(folder=None)
    _log_folder(folder, by, now, gettext_noop("deleted"))
    folder.delete()


def _folder_name(name: str) -> str:
    cleaned = clean_name(name.replace("/", " ").replace("\\", " "))[:120].strip()
    if not cleaned:
        raise FolderRefused(_("Please type a name."))
    return cleaned


def _refuse_taken(account: Account, area: Area, parent: Folder | None, name: str, but: Folder | None = None) -> None:
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


# --- Locks and names -----------------------------------------------------------------------------------------------------


def _locked(files: Collection[File]) -> list[File]:
    """As they stand, with firm, account and folder, lowest id first; their accounts before. Read after the lock."""
    if not files:
        return []
    firm = next(iter(files)).firm_id
    for account in sorted({file.account for file in files}, key=lambda account: account.pk):
        locked_account(account)
    found = File.objects.filter(firm=firm, pk__in=[file.pk for file in files]).order_by("pk")
    list(found.select_for_update(no_key=True).values_list("pk"))
    return list(found.select_related("firm", "account__firm", "folder"))


def _lock(folder: Folder | None, account: Account, area: str) -> None:
    """So that nobody deletes it meanwhile. Raises `FolderRefused` where somebody just has."""
    if folder is None:
        return
    if (folder.account_id, folder.area) != (account.pk, area):
        raise ValueError("A file lies in a folder of its own account and area.")
    if not Folder.objects.select_for_update(no_key=True).filter(firm=folder.firm_id, pk=folder.pk).exists():
        raise FolderRefused(_("The folder “%(name)s” is gone. Choose another one.") % {"name": folder.name})


DRAWN = 10  # numbers that are tried at last, each of eight digits


def _free_name(file: File, name: str) -> str:
    """The name itself, or with the first number that is free where the file lies; one query, however many are called so."""
    here = File.objects.filter(firm=file.firm_id, account=file.account_id, area=file.area, folder=file.folder_id, trashed_at=None)
    tries = names_to_try(name, [10**7 + secrets.randbelow(9 * 10**7) for _each in range(DRAWN)])
    taken = set(here.filter(name_key__in=tries).exclude(pk=file.pk).order_by().values_list("name_key", flat=True))
    return next(each for key, each in tries.items() if key not in taken)


# --- The log: it speaks the firm's language, whatever that of whoever acts is --------------------------------------------


def _place(firm: Firm, area: str, folder: Folder | None) -> str:
    with translation.override(firm.language):
        label = str(Area(area).label)
    return f"{label} / {folder.name}" if folder else label


def _log(file: File, verb: Verb, by: Actor, now: datetime, *, detail: str = "", old: str = "", new: str = "") -> None:
    write_activity(
        firm=file.firm, by=by, verb=verb, now=now, account_id=file.account_id, subject=file.name, detail=detail, old=old, new=new
    )


def _log_folder(folder: Folder, by: Actor, now: datetime, sentence: str, **words: str) -> None:
    """`sentence` is a msgid, `words` are what it names."""
    with translation.override(folder.firm.language):
        detail = _(sentence) % words
    write_activity(
        firm=folder.firm, by=by, verb=Verb.FOLDER_CHANGED, now=now, account_id=folder.account_id, subject=folder.name, detail=detail
    )
