"""Small doors inside a page: a file among those that it shows."""

from datetime import datetime

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from clients.models import Account
from files.models import File
from firms.models import Firm
from kinds.documents.models import UploadBatch
from kinds.documents.queries import find_batch
from lib.codes import is_code


def get_among(files: QuerySet[File], code: str) -> File:
    """404 for a file that is not one of them."""
    if not is_code(code):
        raise Http404
    return get_object_or_404(files, code=code)


def shared(firm: Firm, code: str) -> tuple[UploadBatch, Account, datetime] | None:
    """As `access.doors.get_shared_for` asks for it."""
    batch = find_batch(firm, code)
    return None if batch is None else (batch, batch.account, batch.opened_at)
