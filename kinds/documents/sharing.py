"""Telling an account's clients of what the firm has put there: one e-mail a batch (C25)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from actions.kinds import Row
from clients.locks import locked_account
from clients.models import Account
from files.enums import OPEN_AREAS, Area
from files.models import File, Folder
from files.services import move, restore, trash
from firms.actors import Actor
from kinds.documents.models import BatchFile, UploadBatch
from kinds.documents.queries import last_batch
from lib.jobs import wake
from notifications.forgetting import forget_rows
from notifications.gathering import WINDOW, gather_for
from notifications.models import READY, Notice
from notifications.services import DISPATCH
from notifications.verdicts import Reason, Verdict
from templates_email.enums import EmailEvent

EVENT = EmailEvent.DOCUMENTS_UPLOADED


@transaction.atomic
def tell_of(*, file: File, now: datetime) -> UploadBatch:
    """Adds the file to the batch whose e-mail still waits, or begins one."""
    account = locked_account(file.account)
    batch = _open_batch(account, now)
    BatchFile.objects.create(firm=account.firm, batch=batch, file=file)
    gather_for(account=account, event=EVENT, rows=[row_of(file, batch)], now=now)
    wake(DISPATCH, firm_id=account.firm_id)
    return batch


def row_of(file: File, batch: UploadBatch) -> Row:
    return {"ITEM": file.name, "ref": file.code, "page": batch.code}


@transaction.atomic
def trash_files(*, files: Sequence[File], by: Actor, now: datetime) -> None:
    """As `files.services.trash`; nobody is told any more of what they have not been told of yet."""
    trash(files=files, by=by, now=now)
    _forget(files, now)


@transaction.atomic
def restore_files(*, files: Sequence[File], by: Actor, now: datetime) -> None:
    """As `files.services.restore`; of what was taken back within the window, before anybody was told, they are told after all."""
    just_trashed = [file for file in files if file.trashed_at and file.trashed_at > now - WINDOW]
    restore(files=files, by=by, now=now)
    for file in just_trashed:
        row = BatchFile.objects.filter(firm=file.firm_id, file=file).select_related("batch").first()
        if row is not None and file.area in OPEN_AREAS and not _told_of(file):
            gather_for(account=file.account, event=EVENT, rows=[row_of(file, row.batch)], now=now)
            wake(DISPATCH, firm_id=file.firm_id)


def _told_of(file: File) -> bool:
    """Whether an e-mail names it, sent or waiting."""
    notices = Notice.objects.filter(firm=file.firm_id, account=file.account_id, event=EVENT).exclude(verdict=Verdict.SKIP)
    return notices.filter(values__rows__contains=[{"ref": file.code}]).exists()


@transaction.atomic
def move_files(*, files: Sequence[File], area: Area, folder: Folder | None, by: Actor, now: datetime) -> None:
    """As `files.services.move`, and likewise for what clients see no more."""
    move(files=files, area=area, folder=folder, by=by, now=now)
    if area == Area.PRIVATE:
        _forget(files, now)


def _forget(files: Sequence[File], now: datetime) -> None:
    for account in {file.account for file in files}:
        refs = [file.code for file in files if file.account_id == account.pk]
        forget_rows(account=account, event=EVENT, refs=refs, now=now)


def _open_batch(account: Account, now: datetime) -> UploadBatch:
    """The one whose e-mail still takes files; where nobody is told, one lasts as long as it would have waited."""
    waiting = Notice.objects.filter(READY, firm=account.firm_id, account=account, event=EVENT, reason=Reason.GATHERING).first()
    if waiting is not None:
        return UploadBatch.objects.get(firm=account.firm_id, code=waiting.values["rows"][0]["page"])
    batch = last_batch(account, now - WINDOW)
    return batch or UploadBatch.objects.create(firm=account.firm, account=account, opened_at=now)


def code_of_page(notice: Notice) -> str:
    """The batch that a notice tells of; nothing where all of it was taken back in time."""
    rows = notice.values["rows"]
    return str(rows[0]["page"]) if rows else ""
