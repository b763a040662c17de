"""Writing in a conversation, and what it asks: each write locks the account first, then the request, then the thread."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import File as Content
from django.db import transaction

from access.doors import Visitor, Way
from access.rules import Entry
from actions.enums import ActionState, PartyRole
from actions.models import Action
from actions.stops import Stop
from clients.models import Account, Contact
from firms.actors import Actor
from firms.enums import ActorKind, Verb
from firms.models import Staff
from kinds.chats.attaching import attach
from kinds.chats.errors import AnsweredMeanwhile, NobodyLeft
from kinds.chats.models import ChatMessage, Thread, ThreadContact
from kinds.chats.queries import gathers, named_in, people_of, said_row
from kinds.chats.rules import Effect, Standing, decide_effect
from kinds.chats.saying import add_message, join_thread, lock_thread, log_thread, stream_name
from lib.jobs import wake
from notifications.resolver import Resolved
from notifications.services import DISPATCH
from reminders import anew
from reminders.rules import Schedule
from reminders.services import ask, end, lock_action, log_act, refuse_account, settle
from reminders.telling import tell_message
from reminders.words import Words

KIND = "chat"
Uploads = Sequence["Content[Any]"]


# --- The firm writes -----------------------------------------------------------------------------------------------------


@transaction.atomic
def start_thread(
    *,
    account: Account,
    staff: Staff,
    by: Actor,
    now: datetime,
    title: str,
    text: str,
    people: Sequence[Contact] = (),
    schedule: Schedule | None = None,
    due_on: date | None = None,
    expires_on: date | None = None,
    uploads: Uploads = (),
) -> Action:
    """Opens a conversation with a message that asks for an answer; of `people` where some are named, else of everybody with NOTIFY.

    Raises what `reminders.services.ask` and `attach` raise.
    """
    refuse_account(account)
    thread = Thread.objects.create(
        firm=account.firm, account=account, title=title, started_at=now, started_by=staff.name, last_message_at=now
    )  # fmt: skip
    join_thread(thread, [staff, *([account.manager] if account.manager else [])])
    ThreadContact.objects.bulk_create(ThreadContact(firm=account.firm, thread=thread, contact=contact) for contact in people)
    action, message = _ask(thread, staff, text, schedule, by, now, due_on=due_on, expires_on=expires_on, verb=Verb.ACTION_OPENED)
    attach(message=message, uploads=uploads, by=by, now=now)
    return action


@transaction.atomic
def write_as_staff(
    *, thread: Thread, staff: Staff, text: str, schedule: Schedule, answer_needed: bool, by: Actor, now: datetime, uploads: Uploads = ()
) -> ChatMessage:
    """Says something for the firm; what is asked from now on is this message (D18), or nothing. Whoever writes takes part.

    Raises `ThreadArchived`, `NobodyLeft`, and what `reminders.services.ask` and `attach` raise.
    """
    thread = lock_thread(thread)
    join_thread(thread, [staff])
    action = lock_action(thread.action) if thread.action else None
    effect = decide_effect(standing_of(action), answer_needed=answer_needed)
    if action is None or effect is Effect.ASK:
        _, message = _ask(thread, staff, text, schedule, by, now)
    elif effect is Effect.TELL:
        asked, message = _ask(thread, staff, text, Schedule(), by, now)
        end(asked, ActionState.DONE, Stop.NOTHING_ASKED, by, now)
    else:
        message = _ask_on(thread, action, staff, text, schedule, effect, by, now)
    attach(message=message, uploads=uploads, by=by, now=now)
    return message


def standing_of(action: Action | None) -> Standing:
    """Of the thread's newest request."""
    if action is None or action.is_open:
        return Standing(open=action is not None)
    return Standing(gathers=action.asks_nothing and gathers(action))


def _ask(
    thread: Thread, staff: Staff, text: str, schedule: Schedule | None, by: Actor, now: datetime, *,
    due_on: date | None = None, expires_on: date | None = None, verb: Verb = Verb.MESSAGE_WRITTEN,
) -> tuple[Action, ChatMessage]:  # fmt: skip
    """A new request in the thread: what is asked is this message."""
    said: list[ChatMessage] = []

    def say(action: Action) -> None:
        thread.action = action
        said.append(add_message(thread, ChatMessage(text=text, staff=staff, name=staff.name), now))

    action = ask(
        account=thread.account, kind=KIND, words=Words(thread.title, text, due_on, expires_on, schedule, thread.code), staff=staff, by=by,
        now=now, parties=_named(thread), role=PartyRole.ADDRESSEE, verb=verb, detail=say,
        tell=lambda firm, action, at: _tell(action, said[0], at),
    )  # fmt: skip
    return action, said[0]


def _ask_on(
    thread: Thread, action: Action, staff: Staff, text: str, schedule: Schedule, effect: Effect, by: Actor, now: datetime
) -> ChatMessage:
    """In the request that stands: its clock and count start anew, or it asks nothing any more; its e-mail takes the message along."""
    message = add_message(thread, ChatMessage(text=text, staff=staff, name=staff.name), now)
    if effect in (Effect.LET_GO, Effect.TELL_ON):
        end(action, ActionState.DONE, Stop.NOTHING_ASKED, by, now)
    elif effect is Effect.REOPEN:
        anew.reopen(action=action, schedule=schedule, by=by, now=now)
    if effect in (Effect.REOPEN, Effect.ASK_AGAIN):
        action = anew.restart(action=action, message=text, schedule=schedule, now=now)
    log_act(action, by, Verb.MESSAGE_WRITTEN, now)
    _tell(action, message, now)
    wake(DISPATCH, firm_id=thread.firm_id)
    return message


def _tell(action: Action, message: ChatMessage, now: datetime) -> list[Resolved]:
    """Messages of ten minutes are told in one e-mail; the office hears of it where nobody can be told (M28)."""
    return tell_message(action.firm, action, now, stream=stream_name(message.thread), rows=[said_row(message)])


def _named(thread: Thread) -> list[Contact]:
    """Whoever is named and still belongs to the account. Raises `NobodyLeft`: nobody else is told in their place."""
    named = named_in(thread)
    here = {contact.pk for contact in people_of(thread.account)} if named else set()
    left = [contact for contact in named if contact.pk in here]
    if named and not left:
        raise NobodyLeft
    return left


# --- The client writes ---------------------------------------------------------------------------------------------------


@transaction.atomic
def write_as_client(*, thread: Thread, visitor: Visitor, text: str, now: datetime, uploads: Uploads = ()) -> ChatMessage:
    """Says something for the client: where an answer is owed this is it, whoever of theirs gives it (M18).

    Raises `PermissionDenied` in a preview, `ThreadArchived`, `AnsweredMeanwhile`, and what `attach` raises.
    """
    by = visitor.actor()
    thread = lock_thread(thread)
    action = lock_action(thread.action) if thread.action else None
    owed = action is not None and action.is_open
    if visitor.entry is not Entry.OPEN or (visitor.way is Way.BY_LINK and not owed):
        raise AnsweredMeanwhile
    message = add_message(
        thread, ChatMessage(text=text, contact=visitor.contact, name=visitor.name, by_link=by.kind == ActorKind.LINK), now
    )
    if owed and action:
        settle(action=action, by=by, now=now)
    else:
        log_thread(thread, by, Verb.MESSAGE_WRITTEN, now)
    attach(message=message, uploads=uploads, by=by, now=now)
    return message


@transaction.atomic
def start_thread_as_client(*, visitor: Visitor, title: str, text: str, now: datetime, uploads: Uploads = ()) -> Thread:
    """A client's own first message: nothing is owed. It goes to the account's manager, else to the firm's owners."""
    if visitor.way is not Way.SIGNED_IN:
        raise PermissionDenied
    account = visitor.account
    thread = Thread.objects.create(
        firm=account.firm, account=account, title=title, started_at=now, started_by=visitor.name, last_message_at=now
    )  # fmt: skip
    write_as_client(thread=thread, visitor=visitor, text=text, now=now, uploads=uploads)
    return thread
