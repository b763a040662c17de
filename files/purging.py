"""Taking away for good what has lain in the trash for thirty days; what a closed request holds as evidence stays."""

import logging
from datetime import datetime
from functools import partial

from django.db import transaction

from files.holding import held_among, kept_for_good_among
from files.models import File
from files.services import IN_TRASH
from files.stored import remove_with_pictures
from firms.actors import Actor
from firms.enums import Verb
from firms.models import Firm
from firms.queries import list_firm_ids
from firms.services import write_activity
from tenancy.context import firm_context
from tenancy.ticks import in_each_firm

logger = logging.getLogger(__name__)

AT_ONCE = 500  # files of a firm and turn; the next tick goes on


def purge_trash(now: datetime) -> int:
    """How many files were taken away, in all firms."""
    return sum(in_each_firm(list_firm_ids(), lambda firm_id: purge_in_firm(firm_id, now)))


def purge_in_firm(firm_id: int, now: datetime) -> int:
    with firm_context(firm_id):
        firm = Firm.objects.get(pk=firm_id)
        over = list(File.objects.filter(firm=firm, trashed_at__lte=now - IN_TRASH).order_by("trashed_at").values_list("pk", flat=True))
        kept = kept_for_good_among(firm, over) | held_among(firm, over).keys()
        gone = [pk for pk in over if pk not in kept][:AT_ONCE]
        for pk in gone:
            _purge(firm, pk, now)
    return len(gone)


def _purge(firm: Firm, pk: int, now: datetime) -> None:
    """The rows now, the content once they are gone for good: never rows without content."""
    file = File.objects.select_for_update(of=("self",)).get(firm=firm, pk=pk)
    if file.trashed_at is None:  # somebody has just restored it
        return
    paths = list(file.history.values_list("stored", flat=True))
    write_activity(firm=firm, by=Actor.system(), verb=Verb.FILE_PURGED, now=now, account_id=file.account_id, subject=file.name)
    file.delete()
    for path in paths:
        transaction.on_commit(partial(remove_with_pictures, path), robust=True)
