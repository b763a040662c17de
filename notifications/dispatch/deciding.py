"""The look of a claim at many messages at once, while nobody can act on what decides."""

from collections.abc import Sequence
from datetime import datetime

from actions.models import Action
from firms.models import Firm
from notifications.dispatch.locks import lock_what_decides
from notifications.dispatch.look import Looked, look_at
from notifications.late import tell_office_of_late
from notifications.models import Notice
from notifications.verdicts import Reason


def look_under_lock(firm: Firm, groups: Sequence[Sequence[Notice]], now: datetime) -> tuple[list[Sequence[Notice]], Looked]:
    """The groups whose requests and addresses are locked now, and the verdict for each of their notices.

    As many queries for many groups as for one, none of which may have an address in common with another.
    """
    locked = lock_what_decides(firm, groups)
    notices = [notice for group in locked for notice in group]
    _read_again(firm, notices)
    looked = look_at(firm, notices, now)
    if any(decision.reason == Reason.TOO_LATE for _, decision in looked):
        tell_office_of_late(firm, now)
    return locked, looked


def _read_again(firm: Firm, notices: Sequence[Notice]) -> None:
    """The requests as they are under the lock."""
    ids = {notice.action_id for notice in notices if notice.action_id}
    actions = Action.objects.filter(firm=firm).in_bulk(ids) if ids else {}
    for notice in notices:
        notice.action = actions[notice.action_id] if notice.action_id else None
