"""What every message does, whoever writes it: the rows of the thread, and how far somebody has read."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from actions.models import Action
from clients.locks import locked_account
from clients.models import Contact
from clients.queries import office_of
from firms.actors import Actor
from firms.enums import Verb
from firms.models import Staff
from firms.services import write_activity
from kinds.chats.errors import ThreadArchived
from kinds.chats.models import ChatMessage, ReadMark, Thread, ThreadStaff
from kinds.chats.queries import may_see, members_of


def lock_thread(thread: Thread) -> Thread:
    """As `locked_thread`. Raises `ThreadArchived`."""
    locked = locked_thread(thread)
    if locked.is_archived:
        raise ThreadArchived
    return locked


def locked_thread(thread: Thread) -> Thread:
    """As it is now, with firm, account and request: locked in the order of the house, account, request, thread.

    Whoever writes in a thread locks its account first: so the request is the same once the thread is locked.
    """
    locked_account(thread.account)
    asked = Thread.objects.filter(firm=thread.firm_id, pk=thread.pk).order_by().values("action")
    list(Action.objects.select_for_update().filter(firm=thread.firm_id, pk__in=asked).values_list("pk"))
    rows = Thread.objects.select_for_update(of=("self",)).select_related("firm", "account__firm", "account__manager", "action")
    return rows.get(firm=thread.firm_id, pk=thread.pk)


def add_message(thread: Thread, message: ChatMessage, now: datetime) -> ChatMessage:
    """Writes the message, what lists know of it, and for whom it is news; its author has read it."""
    message.firm, message.thread, message.written_at = thread.firm, thread, now
    message.save(force_insert=True)
    thread.last_message, thread.last_message_at = message, now
    if message.of_firm:
        thread.last_of_firm = message
    else:
        thread.last_of_client = message
        _let_somebody_read(thread)
        ThreadStaff.objects.filter(firm=thread.firm_id, thread=thread).update(unread=True)
    thread.save(update_fields=["action", "last_message", "last_message_at", "last_of_firm", "last_of_client"])
    set_mark(thread, message, now, staff=message.staff, contact=message.contact)
    return message


def _let_somebody_read(thread: Thread) -> None:
    """Where nobody who takes part is in the firm and sees the account any more, its manager takes part from now on, else the owners."""
    if not any(may_see(member, thread.account) for member in members_of(thread)):
        join_thread(thread, office_of(thread.account))


def join_thread(thread: Thread, staff: Sequence[Staff]) -> None:
    ThreadStaff.objects.bulk_create((ThreadStaff(firm=thread.firm, thread=thread, staff=each) for each in staff), ignore_conflicts=True)


def stream_name(thread: Thread) -> str:
    """What its messages are gathered under."""
    return f"chat:{thread.code}"


def log_thread(thread: Thread, by: Actor, verb: Verb, now: datetime, *, detail: str = "") -> None:
    write_activity(
        firm=thread.firm, by=by, verb=verb, now=now, subject=thread.title, detail=detail, account_id=thread.account_id,
        action_id=thread.action_id,
    )  # fmt: skip


# --- Reading -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def mark_read(*, message: ChatMessage, now: datetime, staff: Staff | None = None, contact: Contact | None = None) -> None:
    """Somebody of either side has had the thread before their eyes down to `message`; a mark never goes back."""
    set_mark(message.thread, message, now, staff=staff, contact=contact)


def set_mark(thread: Thread, message: ChatMessage, now: datetime, *, staff: Staff | None, contact: Contact | None) -> None:
    marks = ReadMark.objects.filter(firm=thread.firm_id, thread=thread, staff=staff, contact=contact)
    if not marks.filter(up_to__lt=message).update(up_to=message, at=now):
        mark = ReadMark(firm=thread.firm, thread=thread, staff=staff, contact=contact, up_to=message, at=now)
        ReadMark.objects.bulk_create([mark], ignore_conflicts=True)
    if staff is not None:
        later = Thread.objects.filter(firm=thread.firm_id, pk=thread.pk, last_of_client__gt=message)
        ThreadStaff.objects.filter(firm=thread.firm_id, thread=thread, staff=staff, unread=True).exclude(thread__in=later).update(
            unread=False
        )
