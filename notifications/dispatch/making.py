"""Making the e-mails of what was claimed, all of a batch in one transaction that reads once."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError

from firms.models import Firm
from notifications.beside import Beside, beside
from notifications.dispatch.claimed import Claimed
from notifications.dispatch.recording import record_error
from notifications.models import Notice
from notifications.own_way import leaves_by_own_way
from notifications.rendering import to_be_said
from notifications.several import render_message
from templates_email.render import Rendered
from tenancy.context import firm_context
from ways.errors import ErrorKind, SendError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Made:
    """A message of ours, ready to go; `copied`: the firm wants a copy; `by_own_way`: by the firm's own way out, where it has one."""

    claimed: Claimed
    rendered: Rendered
    copied: bool
    by_own_way: bool


def make_all(firm_id: int, claims: Sequence[Claimed], at: datetime) -> list[Made]:
    """In the order of the claims. What cannot be made is set aside for a person; what is somebody else's by now is left to them."""
    if not claims:
        return []
    with firm_context(firm_id):
        made = _make_each(Firm.objects.get(pk=firm_id), claims, at)
    for claimed, result in zip(claims, made, strict=True):
        if isinstance(result, SendError):
            record_error(firm_id, claimed, result, at)
    return [result for result in made if isinstance(result, Made)]


def _make_each(firm: Firm, claims: Sequence[Claimed], at: datetime) -> list[Made | SendError | None]:
    """Where something of one stops all of them, each is made by itself: that one alone stays behind."""
    try:
        return _make(firm, claims, at)
    except DatabaseError:
        raise
    except Exception as error:
        logger.exception("Of %d messages one cannot be read", len(claims))
        if len(claims) == 1:
            return [_unmade(error)]
        return [result for claimed in claims for result in _make_each(firm, [claimed], at)]


def _make(firm: Firm, claims: Sequence[Claimed], at: datetime) -> list[Made | SendError | None]:
    told: dict[int | None, list[Notice]] = defaultdict(list)
    messages = [claimed.message_id for claimed in claims]
    for notice in to_be_said(Notice.objects.filter(firm=firm, message__in=messages)):
        told[notice.message_id].append(notice)
    known = beside(firm, [notice for notices in told.values() for notice in notices])
    return [_make_one(firm, claimed, told[claimed.message_id], known, at) for claimed in claims]


def _make_one(firm: Firm, claimed: Claimed, notices: Sequence[Notice], known: Beside, at: datetime) -> Made | SendError | None:
    if not notices:
        logger.info("Message %s is somebody else's by now", claimed.message_id)
        return None
    try:
        return Made(claimed, render_message(firm, notices, at, known=known), firm.copy_on, leaves_by_own_way(notices[0]))
    except DatabaseError:
        raise
    except Exception as error:  # CannotRender, an event that is none, or a mistake of ours: the others go on
        logger.exception("Message %s cannot be made", claimed.message_id)
        return _unmade(error)


def _unmade(error: Exception) -> SendError:
    return SendError(ErrorKind.NEVER, f"{type(error).__name__}: {error}")
