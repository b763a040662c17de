"""A conversation as pages show it, to either side: days, lines, what else was asked, and how far others have read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from actions.kinds import Description, Kind, descriptions_of, get_kind
from actions.models import Action
from files.enums import OPEN_AREAS
from files.models import File
from kinds.chats.models import ChatMessage, ReadMark, Thread
from kinds.chats.queries import Part, asked_within, earlier_part, later_part, newest_part
from kinds.chats.rules import readers_of, starts_a_day
from reminders.page import zone_name


@dataclass(frozen=True, slots=True)
class Line:
    """A message, or something else that was asked here; `day` where it begins one."""

    at: datetime
    day: date | None
    message: ChatMessage | None = None
    own_side: bool = False
    asked: Action | None = None
    kind: Kind | None = None
    description: Description | None = None
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the page posts and asks for more; for staff, for a client in the portal and by link they differ."""

    show: str
    since: str
    earlier: str
    write: str
    read: str
    file: str  # name of the address of a file; its arguments are `code` and the file's own
    code: str
    asked: str  # name of the address of something else that was asked here


@dataclass(frozen=True, slots=True)
class Stream:
    """What stands on the page. `last` is the code behind which new messages are asked for."""

    lines: list[Line]
    earlier: bool
    first: str
    last: str


def stream_of(
    thread: Thread, messages: QuerySet[ChatMessage], *, for_firm: bool, before: str = "", with_asked: bool = True
) -> Stream:  # fmt: skip
    """The newest messages, or those before the one of the code `before`; four queries however long the thread is.

    `with_asked`: what else was asked here stands among them. Whoever came by the link of one request is shown no other.
    """
    part = earlier_part(messages, before) if before else newest_part(messages)
    after = part.before.written_at if part.before else None
    until = part.messages[-1].written_at if before and part.messages else None
    return _stream(part, asked_within(thread, after, until) if with_asked else [], for_firm)


def later_of(messages: QuerySet[ChatMessage], after: str, *, for_firm: bool) -> Stream:
    """What was said after the message of the code `after`."""
    part = later_part(messages, after)
    stream = _stream(part, [], for_firm)
    return stream if stream.last else Stream([], earlier=False, first="", last=after)


def _stream(part: Part, asked: Sequence[Action], for_firm: bool) -> Stream:
    first, last = (part.messages[0].code, part.messages[-1].code) if part.messages else ("", "")
    return Stream(_lines(part, asked, for_firm), part.earlier, first, last)


def _lines(part: Part, asked: Sequence[Action], for_firm: bool) -> list[Line]:
    zone, before = _zone(), part.before.written_at if part.before else None
    descriptions = descriptions_of(asked)
    things: list[tuple[datetime, ChatMessage | Action]] = [(message.written_at, message) for message in part.messages]
    things += [(action.opened_at, action) for action in asked]
    lines = []
    for at, thing in sorted(things, key=lambda each: each[0]):
        day = starts_a_day(at, before, zone)
        if isinstance(thing, ChatMessage):
            lines.append(Line(at, day, message=thing, own_side=thing.of_firm == for_firm, files=_files(thing, for_firm)))
        else:
            lines.append(Line(at, day, asked=thing, kind=get_kind(thing.kind), description=descriptions[thing.pk]))
        before = at
    return lines


def _files(message: ChatMessage, for_firm: bool) -> tuple[File, ...]:
    """What can be opened: nothing from the trash, and for the client nothing that has become private."""
    files = (attached.file for attached in message.files.all())
    return tuple(file for file in files if not file.in_trash and (for_firm or file.area in OPEN_AREAS))


def _zone() -> ZoneInfo:
    return ZoneInfo(timezone.get_current_timezone_name())


@dataclass(frozen=True, slots=True)
class Reads:
    """Who of the client has read the firm's last message, and when; `stamp` changes whenever somebody reads on."""

    names: list[tuple[str, datetime]]
    stamp: str


def reads_of(thread: Thread, marks: Sequence[ReadMark]) -> Reads:
    theirs = [(mark.contact.name, mark.up_to_id, mark.at) for mark in marks if mark.contact]
    names = readers_of(theirs, thread.last_of_firm_id) if thread.last_of_firm_id else []
    return Reads(names, f"{thread.last_of_firm_id or 0}.{len(names)}")


def conversation_context(request: HttpRequest, thread: Thread, stream: Stream, addresses: Addresses, now: datetime) -> dict[str, Any]:
    """For `chats/_stream.html` and what stands around it."""
    return {
        "thread": thread,
        "stream": stream,
        "to": addresses,
        "back_in_time": bool(request.GET.get("before")),
        "today": now.astimezone(_zone()).date(),
        "zone": zone_name(),
    }
