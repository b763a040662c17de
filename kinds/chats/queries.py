"""Reads about conversations. Whoever asks stands first; the doors are here."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from access.doors import Visitor
from actions.kinds import Description, Row
from actions.models import Action
from clients.models import Account, Contact
from clients.queries import contacts_of, may_change, visible_accounts
from clients.search import accounts_matching
from files.enums import OPEN_AREAS
from firms.doors import powers
from firms.enums import Right
from firms.models import Firm, Staff
from firms.queries import active_staff
from firms.rules import powers_of, sees_account, sees_all_accounts
from kinds.chats.models import ChatMessage, MessageFile, ReadMark, Thread, ThreadContact, ThreadStaff
from kinds.chats.rules import SHOWN, describe_state
from lib.codes import is_code
from notifications.enums import Outcome
from notifications.models import READY, Notice
from notifications.verdicts import Reason, Verdict

# --- The doors ---------------------------------------------------------------------------------------------------------


def visible_threads(staff: Staff) -> QuerySet[Thread]:
    """The conversations with the accounts that this member of staff may see (M30)."""
    threads = Thread.objects.filter(firm=staff.firm_id)
    if sees_all_accounts(powers(staff)):
        return threads
    return threads.filter(account__in=visible_accounts(staff))


def get_thread_for(staff: Staff, code: str) -> Thread:
    """With firm, account and request; 404 when it is another firm's, or out of this person's sight."""
    threads = visible_threads(staff).select_related("firm", "account__firm", "account__manager", "action")
    return get_object_or_404(threads, code=_a_code(code))


def get_thread_to_change(staff: Staff, code: str) -> Thread:
    """As `get_thread_for`; 403 when it may be read but not written in."""
    thread = get_thread_for(staff, code)
    if not may_change(staff, thread.account, Right.MANAGE_ACTIONS):
        raise PermissionDenied
    return thread


def threads_of(visitor: Visitor) -> QuerySet[Thread]:
    """The conversations of the account that a client is in, whoever is named in them (M18)."""
    return Thread.objects.filter(firm=visitor.firm, account=visitor.account)


def get_thread_of(visitor: Visitor, code: str) -> Thread:
    """For whoever stands in the portal; a 404 for another account's."""
    return get_object_or_404(threads_of(visitor).select_related("firm", "account__firm", "action"), code=_a_code(code))


def has_thread(account: Account, code: str) -> bool:
    """Whether requests of the account can belong to this conversation."""
    return Thread.objects.filter(firm=account.firm_id, account=account, code=code).exists()


def thread_of_action(action: Action) -> Thread:
    """The conversation in which this was asked; its newest request may be another one."""
    threads = Thread.objects.filter(firm=action.firm_id).select_related("firm", "account__firm", "account__manager", "action")
    return get_object_or_404(threads, code=action.topic)


def _a_code(code: str) -> str:
    if not is_code(code):  # what is no code at all never reaches the database
        raise Http404
    return code


# --- What was said -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """Some messages of a thread, in order; `earlier` says whether there are more before them, `before` is the one just before."""

    messages: list[ChatMessage]
    earlier: bool = False
    before: ChatMessage | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """From when and until when somebody reads in a thread: all of it, unless a link leads them to one request."""

    since: datetime | None = None
    until: datetime | None = None

    def of(self, written_at: str) -> Q:
        """What lies in it, by the name of the field."""
        since = Q() if self.since is None else Q((f"{written_at}__gte", self.since))
        return since if self.until is None else since & Q((f"{written_at}__lte", self.until))


def span_of(item: Action) -> Span:
    """A request's messages: from the first, with which it was opened, until it was closed. What was said before was for others perhaps."""
    return Span(item.opened_at, item.closed_at)


def messages_of(thread: Thread, span: Span = Span()) -> QuerySet[ChatMessage]:
    messages = ChatMessage.objects.filter(firm=thread.firm_id, thread=thread).prefetch_related("files__file")
    return messages.filter(span.of("written_at"))


def newest_part(messages: QuerySet[ChatMessage]) -> Part:
    """The last ones; two queries however long the thread is, files included."""
    return _part(messages)


def earlier_part(messages: QuerySet[ChatMessage], code: str) -> Part:
    """Those before the message of that code; 404 where it is none of them."""
    return _part(messages.filter(pk__lt=get_object_or_404(messages, code=_a_code(code)).pk))


def later_part(messages: QuerySet[ChatMessage], code: str) -> Part:
    """Those after the message of that code, the first first; 404 where it is none of them."""
    last = get_object_or_404(messages.prefetch_related(None), code=_a_code(code))
    return Part(list(messages.filter(pk__gt=last.pk).order_by("pk")[:SHOWN]), before=last)


def _part(messages: QuerySet[ChatMessage]) -> Part:
    found = list(messages.order_by("-pk")[: SHOWN + 1])
    shown, more = found[:SHOWN], found[SHOWN:]
    return Part(shown[::-1], bool(more), more[0] if more else None)


def marks_of(thread: Thread) -> list[ReadMark]:
    """How far each of those who take part has read; one query."""
    return list(ReadMark.objects.filter(firm=thread.firm_id, thread=thread).select_related("staff", "contact"))


def get_file_in(thread: Thread, code: str) -> MessageFile:
    """A file that came with one of the thread's messages; one in the trash is not there."""
    return get_object_or_404(_files_of(thread), file__code=_a_code(code))


def get_client_file_in(thread: Thread, code: str, span: Span) -> MessageFile:
    """As `get_file_in`, for the client: what the firm has since moved to its private files is not there."""
    files = _files_of(thread).filter(span.of("message__written_at"), file__area__in=OPEN_AREAS)
    return get_object_or_404(files, file__code=_a_code(code))


def _files_of(thread: Thread) -> QuerySet[MessageFile]:
    files = MessageFile.objects.filter(firm=thread.firm_id, message__thread=thread, file__trashed_at=None)
    return files.select_related("file").order_by("pk")


def asked_within(thread: Thread, after: datetime | None, until: datetime | None) -> list[Action]:
    """What else was asked of the account in this thread, of whatever kind, oldest first: after one message and up to another."""
    asked = Action.objects.filter(firm=thread.firm_id, account=thread.account_id, topic=thread.code).exclude(kind="chat")
    asked = asked if after is None else asked.filter(opened_at__gt=after)
    asked = asked if until is None else asked.filter(opened_at__lte=until)
    return list(asked.select_related("opened_by", "account").prefetch_related("parties__contact").order_by("opened_at", "pk"))


# --- Who takes part ----------------------------------------------------------------------------------------------------


def members_of(thread: Thread) -> list[Staff]:
    """Those of the firm, by name; whoever has left is not among them."""
    return [
        row.staff for row in ThreadStaff.objects.filter(firm=thread.firm_id, thread=thread, staff__left_at=None).select_related("staff")
    ]


def named_in(thread: Thread) -> list[Contact]:
    """The client's people who are named, one who was merged as whom they turned out to be; empty where nobody is."""
    rows = ThreadContact.objects.filter(firm=thread.firm_id, thread=thread).select_related("contact__merged_into")
    people = [row.contact.merged_into or row.contact for row in rows]
    return list(dict.fromkeys(people))


def people_of(account: Account) -> list[Contact]:
    """Whom of the client a conversation can name."""
    return list(contacts_of(account).filter(archived_at=None))


def colleagues_for(account: Account) -> list[Staff]:
    """Whom of the firm a conversation can have: those who may see the account."""
    return [staff for staff in active_staff(account.firm) if may_see(staff, account)]


def may_see(staff: Staff, account: Account) -> bool:
    return sees_account(powers_of(staff_id=staff.pk, role=staff.role, rights=staff.rights), account.manager_id)


# --- Lists -------------------------------------------------------------------------------------------------------------


def with_row(threads: QuerySet[Thread], staff: Staff) -> QuerySet[Thread]:
    """Adds what a row of staff's lists shows; `unread` by this member of staff."""
    unread = ThreadStaff.objects.filter(firm=OuterRef("firm"), thread=OuterRef("pk"), staff=staff, unread=True)
    return threads.select_related("account", "action", "last_message").annotate(unread=Exists(unread)).prefetch_related("members__staff")


def unread_threads(staff: Staff) -> QuerySet[Thread]:
    """Those in which the client has written since this member of staff, who takes part, looked."""
    mine = ThreadStaff.objects.filter(firm=staff.firm_id, staff=staff, unread=True)
    return visible_threads(staff).filter(archived_at=None, pk__in=mine.order_by().values("thread"))


def threads_matching(threads: QuerySet[Thread], staff: Staff, text: str) -> QuerySet[Thread]:
    """Those whose title holds `text`, or whose account answers to it; all of them when nothing was typed."""
    if not text:
        return threads
    accounts = accounts_matching(visible_accounts(staff), text).order_by().values("pk")
    return threads.filter(Q(title__icontains=text) | Q(account__in=accounts))


def with_client_row(threads: QuerySet[Thread], visitor: Visitor) -> QuerySet[Thread]:
    """Adds what a row of the portal's list shows; `unread` by whoever looks."""
    return threads.select_related("action", "last_message").annotate(unread=unread_by(visitor.contact))


def unread_by(contact: Contact) -> Q:
    """Threads with a message of the firm's beyond this person's mark."""
    read = ReadMark.objects.filter(firm=OuterRef("firm"), thread=OuterRef("pk"), contact=contact, up_to__gte=OuterRef("last_of_firm"))
    return Q(last_of_firm__isnull=False, archived_at=None) & ~Q(Exists(read))


def count_unread(firm: Firm, account: Account, contact: Contact) -> int:
    """For the portal's menu."""
    return Thread.objects.filter(unread_by(contact), firm=firm, account=account).order_by().count()


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """A thread as lists show it."""

    thread: Thread
    description: Description | None

    @property
    def members(self) -> list[str]:
        return [member.staff.name for member in self.thread.members.all()]


def ordered(threads: QuerySet[Thread]) -> QuerySet[Thread]:
    """What is unread comes first, then what was written in last; `unread` is added by `with_row` and `with_client_row`."""
    return threads.order_by(F("unread").desc(), "-last_message_at", "-pk")


def rows_of(threads: Iterable[Thread]) -> list[ThreadRow]:
    return [ThreadRow(thread, describe(thread.action) if thread.action else None) for thread in threads]


# --- The request -------------------------------------------------------------------------------------------------------


def gathers(action: Action) -> bool:
    """Whether its e-mail still waits for what is added."""
    return Notice.objects.filter(READY, firm=action.firm_id, action=action, reason=Reason.GATHERING).exists()


def told_of_last(thread: Thread, action: Action) -> set[int]:
    """Ids of the addresses that were told of the firm's last message, or wait to be."""
    if thread.last_of_firm is None:
        return set()
    said = {"SAID_ON": thread.last_of_firm.written_at.isoformat()}
    notices = Notice.objects.filter(firm=action.firm_id, action=action, address__isnull=False, values__rows__contains=[said])
    gone = notices.exclude(verdict=Verdict.SKIP).exclude(message__outcome__in=[Outcome.FAILED, Outcome.CANCELLED])
    return {address for address in gone.values_list("address_id", flat=True) if address}


def describe(action: Action) -> Description:
    return describe_state(action.state, action.stop_reason)


def email_rows(actions: Sequence[Action]) -> Mapping[int, Sequence[Row]]:
    """The last message of each, alone (D18); what staff changed when they sent it again is what was said. One query."""
    said = (
        ChatMessage.objects.filter(firm__in={action.firm_id for action in actions}, staff__isnull=False)
        .filter(thread__code__in=[action.topic for action in actions])
        .order_by("thread_id", "-pk")
        .distinct("thread_id")
        .annotate(topic=F("thread__code"))
    )
    last = {message.topic: message for message in said}
    found: dict[int, Sequence[Row]] = defaultdict(list)
    for action in actions:
        if message := last.get(action.topic):
            found[action.pk] = [said_row(message, action.message)]
    return found


def said_row(message: ChatMessage, text: str = "") -> Row:
    return {"SAID": text or message.text, "SAID_BY": message.name, "SAID_ON": message.written_at.isoformat()}
