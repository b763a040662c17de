"""Acts that take the addressee's own code: to sign, approve, accept. Who may, at what stage somebody is, and the code itself."""

from dataclasses import replace
from datetime import datetime

from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import PermissionDenied

from access.codes import check_code, request_code
from access.doors import Visitor
from access.rules import Act, Entry, Stage, decide_act, decide_stage, is_past
from actions.enums import REQUIRED
from actions.errors import ActionClosed
from actions.models import Action


def may_act(action: Action, visitor: Visitor) -> Act:
    """Asks nothing where a page has prefetched `parties`."""
    required = [party for party in action.parties.all() if party.role in REQUIRED]
    named = {party.contact_id for party in required}
    done = {party.contact_id for party in required if party.done_at is not None}
    return decide_act(contact_id=visitor.contact.pk, named=named, done=done, entry=visitor.entry)


def require_may_act(action: Action, visitor: Visitor, now: datetime) -> None:
    """Raises `ActionClosed` when it is too late, `PermissionDenied` when others are meant."""
    if is_over(action, now):
        raise ActionClosed
    act = may_act(action, visitor)
    if act in (Act.ITEM_CLOSED, Act.HAS_ACTED):
        raise ActionClosed
    if act is Act.NOT_NAMED:
        raise PermissionDenied


def is_over(action: Action, now: datetime) -> bool:
    """Whether the last day of an action has passed, by the firm's clock."""
    return is_past(action.expires_on, now.astimezone(action.firm.zone).date())


def stage_of(action: Action, visitor: Visitor, now: datetime) -> Stage:
    """Which card stands where one acts."""
    act = may_act(action, seen_from(visitor, action))
    return decide_stage(state=action.state, refused=action.refused, past=is_over(action, now), act=act)


def seen_from(visitor: Visitor, action: Action) -> Visitor:
    """In a preview the page shows what the client could do, and lets nobody do it."""
    return replace(visitor, entry=Entry.OPEN) if visitor.previewed and action.is_open else visitor


def send_act_code(*, action: Action, visitor: Visitor, purpose: str, document_digest: bytes, session: SessionBase, now: datetime) -> None:
    """Raises `PermissionDenied`, `ActionClosed` or `access.codes.CodeRefused`."""
    require_may_act(action, visitor, now)
    request_code(visitor=visitor, action=action, purpose=purpose, document_digest=document_digest, session=session, now=now)


def spend_act_code(
    *, action: Action, visitor: Visitor, purpose: str, document_digest: bytes, session: SessionBase, typed: str, now: datetime
) -> None:
    """Raises as `send_act_code`. A wrong code stays counted whatever follows: call it outside the act's transaction."""
    require_may_act(action, visitor, now)
    check_code(visitor=visitor, action=action, purpose=purpose, document_digest=document_digest, session=session, typed=typed)
